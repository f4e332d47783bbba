import type { LearnedWord } from './learn.ts';
import { learnedFirst } from './learned-words/first.ts';
import { learnedSecond } from './learned-words/second.ts';

/** The table that `scripts/learn-words.ts` wrote: `stem 地址86 路由12` is a stem with its words and their surety in hundredths. */
export function learnedWords(): LearnedWord[] {
  return [...learnedFirst, ...learnedSecond].flatMap((line) =>
    line.split(', ').flatMap((entry) => {
      const [english = '', ...words] = entry.split(' ');
      return words.map((word): LearnedWord => [english, word.slice(0, 2), Number(word.slice(2)) / 100]);
    }),
  );
}
