import type { ArticleStanding } from './article-standing.ts';
import type { ArticleLink } from './run.ts';

/** A word of the question, and the word of the article that says it: the same, or its synonym or translation. */
export type Match = { readonly asked: string; readonly found: string };

/** An article that answers a question. */
export type Hit = ArticleLink & {
  /** How sure it is that this article answers, 0 to 1. */
  readonly score: number;
  /** False below the surety at which an unasked link would more often annoy than help. */
  readonly worthShowing: boolean;
  /** What matched, the most telling first. */
  readonly because: readonly Match[];
  /** The part of the article that answers best; its anchor is the fragment of the reader's address. */
  readonly section: { readonly anchor: string; readonly heading: string } | undefined;
  /** The address of that part where the reader has it, else of the article. */
  readonly readAt: string;
  readonly standing: ArticleStanding;
};
