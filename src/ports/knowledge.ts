import type { Article, ArticleSummary } from '../core/article.ts';
import type { ArticleStanding } from '../core/article-standing.ts';
import type { ArticleLink } from '../core/run.ts';

export type { Article, ArticleSummary } from '../core/article.ts';

/** Articles that help: the ones shipped with the product and the team's own. */
export interface Knowledge {
  /**
   * Articles written for a finding code, best first. With the words of the finding, the team's own articles that match
   * them well enough to be shown follow; shipped articles of other codes do not, which have findings of their own.
   */
  linksFor(code: string, words?: string): readonly ArticleLink[];
  article(id: string): Article | undefined;
  articles(): readonly ArticleSummary[];
}

/** A word of the question, and the word of the article that says it: the same, or its synonym or translation. */
export type Match = { readonly asked: string; readonly found: string };

export type Hit = ArticleLink & {
  /** How sure it is that this article answers, 0 to 1. */
  readonly score: number;
  /** False below the surety at which an unasked link would more often annoy than help. */
  readonly worthShowing: boolean;
  /** What matched, the most telling first. */
  readonly because: readonly Match[];
  /** The part of the article that answers best; its anchor is the fragment of the reader's address. */
  readonly section: { readonly anchor: string; readonly heading: string } | undefined;
  readonly standing: ArticleStanding;
};

/** A source, as it is called in a report, and how many articles were read from it. */
export type SourceState = { readonly source: string; readonly articles: number };

/** A file that could not be read, or not as it was meant. `because` is one clause without a full stop. */
export type ArticleProblem = { readonly source: string; readonly file: string; readonly because: string };

/** Knowledge that can be searched in either language, and follows its files. */
export interface KnowledgeBase extends Knowledge {
  search(text: string, options?: { readonly limit?: number }): readonly Hit[];
  /** Every source in the order of the configuration. */
  sources(): readonly SourceState[];
  /** What could not be read at the last refresh. */
  problems(): readonly ArticleProblem[];
  /** Reads what changed; searches are answered from the old articles until the new ones are ready. */
  refresh(): Promise<{ readonly read: number; readonly removed: number; readonly milliseconds: number }>;
}
