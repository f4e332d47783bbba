import { originalOf, sayStanding } from '../../../core/article-standing.ts';
import type { AnswerScreen } from '../../../core/screen.ts';
import { composeAtBest, needed, type Part, type Rendering, useful } from './compose.ts';
import { clampText, readable } from './limits.ts';
import { type Block, context } from './pieces.ts';
import { line, link, richText, strong, words } from './rich-text.ts';

type Phrases = Readonly<Record<'none' | 'unsure' | 'sure' | 'matched' | 'elsewhere' | 'comma' | 'next', string>>;

const phrases: Readonly<Record<AnswerScreen['language'], Phrases>> = {
  en: {
    none: 'No article holds any of these words. The question is remembered for whoever writes articles.',
    unsure: 'No article is sure to answer; these share words with the question.',
    sure: 'These articles answer best.',
    matched: 'Matched: ',
    elsewhere: 'Ask with more words to see it first.',
    comma: ', ',
    next: 'Name what you see: the message, the component, the version.',
  },
  zh: {
    none: '没有文章包含这些词。这个问题已记下，供写文章的人参考。',
    unsure: '没有一篇文章能确定回答；下面的文章与问题有相同的词。',
    sure: '下面的文章最符合。',
    matched: '匹配：',
    elsewhere: '请用更多的词来问。',
    comma: '，',
    next: '请写出看到的现象：报错、组件、版本。',
  },
};

type Level = { readonly passage: number };
const levels: readonly [Level, ...Level[]] = [{ passage: 300 }, { passage: 120 }, { passage: 0 }];
const mostHits = 5;

/** The articles that answer a question: where, which section, why, and what is known of them. */
export function renderAnswer({ question, language, hits }: AnswerScreen): Rendering {
  const said = phrases[language];
  const groups = [...Map.groupBy(hits, ({ id }) => originalOf(id)).values()];
  const sure = hits.some(({ worthShowing }) => worthShowing);
  const first = hits.length === 0 ? `${said.none} ${said.next}` : sure ? said.sure : `${said.unsure} ${said.next}`;
  return composeAtBest(
    `📚 ${clampText(question, readable.headline)}: ${hits[0]?.title ?? said.none}`,
    levels,
    (level): Part[] => [
      needed(richText(line(words('📚 '), strong(question, readable.name), words('\n'), words(first)))),
      ...groups.slice(0, mostHits).map((versions, at) => useful(one(versions, at + 1, said, language, level))),
    ],
    said.elsewhere,
  );
}

/** The first words of a passage. How many follow is of no use: the article is one press away. */
function beginning(passage: string, most: number): string {
  if (passage.length <= most) return passage;
  return `${passage
    .slice(0, most - 1)
    .replace(/\s+\S{0,30}$/, '')
    .toWellFormed()}…`;
}

/** An article and its translations are one answer; the best of them is shown, and the others are linked. */
function one(
  [best, ...others]: AnswerScreen['hits'],
  place: number,
  said: Phrases,
  language: AnswerScreen['language'],
  level: Level,
): Block[] {
  if (best === undefined) return [];
  const { title, readAt, section, passage, because, standing } = best;
  const matched = because.map(({ asked, found }) => (asked === found ? asked : `${asked} → ${found}`));
  const heading = section === undefined || section.heading === title ? '' : section.heading;
  const shown = level.passage === 0 ? '' : beginning(passage, level.passage);
  return [
    ...richText(
      line(
        words(`${place}. `),
        link(readAt, title),
        ...others.flatMap((other) => [words(' · '), link(other.readAt, other.title)]),
        strong(heading === '' ? '' : `\n${heading}`, readable.name),
        words(shown === '' ? '' : `\n${shown}`),
      ),
    ),
    ...context(
      {
        plain:
          matched.length === 0 ? '' : `${said.matched}${matched.map((word) => clampText(word, 80)).join(said.comma)}`,
      },
      { plain: sayStanding(standing, language) },
    ),
  ];
}
