import type { ReadArticle, SectionPart } from '../../core/article.ts';
import type { Lexicon } from './lexicon.ts';
import { ownText, type Tokenise } from './tokenise.ts';

/** Where in an article a term stands. */
export const fields = [
  'title',
  'heading',
  'symptom',
  'cause',
  'resolution',
  'environment',
  'related',
  'other',
] as const;
export type Field = (typeof fields)[number];

const fieldOfPart: Readonly<Record<SectionPart, Field>> = {
  symptom: 'symptom',
  cause: 'cause',
  resolution: 'resolution',
  environment: 'environment',
  related: 'related',
  other: 'other',
};

/** An article as numbers: what is kept of it in memory, and in the cache. */
export type AnalysedArticle = {
  readonly title: string;
  readonly findings: readonly string[];
  readonly identity: string | undefined;
  /** What was wrong with it though it could be read. */
  readonly problems: readonly string[];
  readonly language: 'en' | 'zh';
  /** It says what the cause is and what to do: such articles are preferred for findings and log lines. */
  readonly solves: boolean;
  /** All terms in the order of the text. */
  readonly terms: Int32Array;
  /** Four numbers for each stretch of terms: first, behind the last, number of its field, number of its section. */
  readonly spans: Int32Array;
  readonly sections: readonly {
    readonly anchor: string;
    readonly heading: string;
    /** It begins one of several problems that the article tells. */
    readonly problem: boolean;
  }[];
};

/** A text longer than this many terms is a dump; its beginning is enough to find it. */
const mostTerms = 60_000;

export function analyse(
  article: ReadArticle,
  problems: readonly string[],
  tokenise: Tokenise,
  lexicon: Lexicon,
): AnalysedArticle {
  const terms: number[] = [];
  const spans: number[] = [];
  const add = (text: string, field: Field, section: number): void => {
    if (text === '' || terms.length > mostTerms) return;
    const start = terms.length;
    const plain: number[] = [];
    tokenise(text, (term) => plain.push(term));
    lexicon.withPhrases(plain, (term) => terms.push(term));
    if (terms.length > start) spans.push(start, terms.length, fields.indexOf(field), section);
  };
  add(article.title, 'title', -1);
  for (const title of article.otherTitles) add(title, 'title', -1);
  add(article.description, 'symptom', -1);
  for (const [index, { heading, part, markdown }] of article.sections.entries()) {
    if (heading !== article.title) add(heading, 'heading', index);
    add(markdown, fieldOfPart[part], index);
  }
  const parts = new Set(article.sections.map(({ part }) => part));
  const { title, findings, identity } = article;
  return {
    title: ownText(title),
    findings: findings.map(ownText),
    identity: identity === undefined ? undefined : ownText(identity),
    problems,
    language: article.language,
    solves:
      (parts.has('resolution') && (parts.has('cause') || parts.has('symptom'))) ||
      article.sections.some(({ problem }) => problem),
    terms: new Int32Array(terms),
    spans: new Int32Array(spans),
    sections: article.sections.map(({ anchor, heading, problem }) => ({
      anchor: ownText(anchor),
      heading: ownText(heading),
      problem,
    })),
  };
}
