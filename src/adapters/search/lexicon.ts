import { createHash } from 'node:crypto';
import { everydayWords } from './glossary/everyday.ts';
import { faultWords } from './glossary/faults.ts';
import { incidentWords } from './glossary/incidents.ts';
import { kindWords } from './glossary/kinds.ts';
import { networkWords } from './glossary/network.ts';
import { operationWords } from './glossary/operations.ts';
import { platformWords } from './glossary/platform.ts';
import { singleWords } from './glossary/single.ts';
import { speechWords } from './glossary/speech.ts';
import { learnedWords } from './learned.ts';
import { wordTerms } from './tokenise.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Another way to say a term, and how much a match of it counts beside a match of the term itself: 0 to 1. */
export type Alternative = {
  readonly term: number;
  readonly weight: number;
  /** In the same language, as people say it; a translation otherwise. */
  readonly synonym: boolean;
};

export type Lexicon = {
  /** Changes with every word in it. */
  readonly fingerprint: string;
  /** Other words for a term, in both languages. */
  readonly alternatives: (term: number) => readonly Alternative[];
  /** English words for one Chinese character that stands alone. */
  readonly single: (character: string) => readonly Alternative[];
  /** The phrases that begin at a place of a list of terms, and of how many terms they are. */
  readonly phrasesAt: (
    terms: readonly number[],
    at: number,
  ) => readonly { readonly term: number; readonly length: number }[];
  /** Appends the number of every phrase after its last term: `api server` also says `apiserver`. */
  readonly withPhrases: (terms: readonly number[], emit: (term: number) => void) => void;
};

/**
 * How much a match of another word counts: of the glossary in the other language, in the same one, and learned. The
 * surety of a learned word is shared with the other ways to say it, so that two thirds are as good as all.
 */
export const alternativeWeights = { translation: 0.9, synonym: 0.7, learned: 0.85, learnedSure: 0.65, single: 0.7 };

/** Groups of forms that say the same; see `glossary/faults.ts` for how they are written. */
export const glossary: readonly string[] = [
  ...faultWords,
  ...networkWords,
  ...platformWords,
  ...operationWords,
  ...kindWords,
  ...speechWords,
  ...everydayWords,
  ...incidentWords,
];

type Phrase = { readonly rest: readonly number[]; readonly length: number; readonly term: number };

const none: readonly Phrase[] = [];

/** Reads the glossary and the learned table into the numbers of a vocabulary. */
export function createLexicon(vocabulary: Vocabulary): Lexicon {
  const phrases = new Map<number, Phrase[]>();
  const others = new Map<number, Map<number, Alternative>>();

  const relate = (one: number, other: number, weight: number, synonym = false): void => {
    if (one === other) return;
    const known = others.get(one) ?? new Map<number, Alternative>();
    if (weight > (known.get(other)?.weight ?? 0)) known.set(other, { term: other, weight, synonym });
    others.set(one, known);
  };

  const learned = learnedWords();
  for (const group of glossary) {
    const [english = [], chinese = []] = group
      .split('|')
      .map((side) => side.split(',').flatMap((form) => formTerm(form.trim(), vocabulary, phrases) ?? []));
    for (const [side, across] of [
      [english, chinese],
      [chinese, english],
    ] as const) {
      for (const term of side) {
        for (const other of side) relate(term, other, alternativeWeights.synonym, true);
        for (const other of across) relate(term, other, alternativeWeights.translation);
      }
    }
  }
  for (const [english, chinese, weight] of learned) {
    const one = formTerm(english, vocabulary, phrases, true);
    const other = formTerm(chinese, vocabulary, phrases);
    if (one === undefined || other === undefined) continue;
    const share = alternativeWeights.learned * Math.min(1, weight / alternativeWeights.learnedSure);
    relate(one, other, share);
    relate(other, one, share);
  }

  const alternatives = new Map([...others].map(([term, known]) => [term, [...known.values()]]));
  const singles = new Map(
    Object.entries(singleWords).map(([character, forms]) => {
      const said = new Map<number, number>();
      for (const form of forms.split(', ')) {
        const term = formTerm(form, vocabulary, phrases);
        if (term === undefined) continue;
        said.set(term, alternativeWeights.single);
        // What the English words are in Chinese, a Chinese article says with two characters or more.
        for (const { term: other, weight, synonym } of alternatives.get(term) ?? []) {
          if (!synonym) said.set(other, Math.max(said.get(other) ?? 0, weight * alternativeWeights.single));
        }
      }
      return [character, [...said].map(([term, weight]) => ({ term, weight, synonym: false }))] as const;
    }),
  );
  const starts = new Uint8Array(vocabulary.size());
  for (const first of phrases.keys()) starts[first] = 1;

  const phrasesAt = (terms: readonly number[], at: number): readonly Phrase[] => {
    const term = terms[at] ?? 0;
    if (starts[term] !== 1) return none;
    return (phrases.get(term) ?? none).filter(({ rest }) =>
      rest.every((next, index) => terms[at + 1 + index] === next),
    );
  };

  return {
    fingerprint: createHash('sha256')
      .update(JSON.stringify([glossary, singleWords, learned]))
      .digest('hex'),
    alternatives: (term) => alternatives.get(term) ?? [],
    single: (character) => singles.get(character) ?? [],
    phrasesAt,
    withPhrases: (terms, emit) => {
      for (let at = 0; at < terms.length; at += 1) {
        emit(terms[at] ?? 0);
        for (const { term } of phrasesAt(terms, at)) emit(term);
      }
    },
  };
}

/**
 * The term of a form: its own when it is one word or one pair, else that of a phrase, which is made known; undefined
 * when an index could not hold it.
 */
export function formTerm(
  form: string,
  vocabulary: Vocabulary,
  phrases: Map<number, Phrase[]>,
  stemmed = false,
): number | undefined {
  const pieces = form.match(/[A-Za-z0-9][\w.-]*|[\u3400-\u9fff]+/g) ?? [];
  const parts = pieces.map((piece) => {
    if (/[\u3400-\u9fff]/.test(piece)) return [...piece].slice(1).map((_, at) => piece.slice(at, at + 2));
    const whole = stemmed ? [piece] : wordTerms(piece).map(([term]) => term);
    return whole.slice(0, 1);
  });
  const terms = parts.flat();
  const said = parts.filter((part) => part.length > 0).length;
  const lost = pieces.some((piece, at) => /^[\u3400-\u9fff]$/.test(piece) && parts[at]?.length === 0);
  // Stop words are in no index: what is left of a form without them must still be more than one plain word.
  if (said === 0 || lost || (said === 1 && pieces.length > 1)) return undefined;
  const numbers = terms.map((term) =>
    /^[\u3400-\u9fff]/.test(term) ? vocabulary.pair(term.charCodeAt(0), term.charCodeAt(1)) : vocabulary.number(term),
  );
  const [first = 0, ...rest] = numbers;
  if (rest.length === 0) return first;
  const known = phrases.get(first) ?? [];
  // `dns cache` and `dns caching` are one phrase: their words have the same stems.
  const same = known.find(
    (phrase) => phrase.length === numbers.length && rest.every((one, at) => phrase.rest[at] === one),
  );
  if (same !== undefined) return same.term;
  const term = vocabulary.number(pieces.join(''), pieces.join(' '));
  phrases.set(first, [...known, { rest, length: numbers.length, term }]);
  return term;
}
