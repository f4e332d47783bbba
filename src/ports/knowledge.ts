import type { Article, ArticleSummary } from '../core/article.ts';
import type { Hit } from '../core/hit.ts';
import type { ArticleLink } from '../core/run.ts';

export type { Article, ArticleSummary } from '../core/article.ts';
export type { Hit } from '../core/hit.ts';

/** Articles that help: the ones shipped with the product and the team's own. */
export interface Knowledge {
  /**
   * Articles written for a finding code, best first. With questions made of the finding, the team's own articles that
   * answer one of them well enough to be shown follow; shipped articles of other codes do not, which have findings of
   * their own.
   */
  linksFor(code: string, questions?: readonly string[]): readonly ArticleLink[];
  article(id: string): Article | undefined;
  articles(): readonly ArticleSummary[];
}

/** A source, as it is called in a report, and how many articles were read from it. */
export type SourceState = { readonly source: string; readonly articles: number };

/** A file that could not be read, or not as it was meant. `because` is one clause without a full stop. */
export type ArticleProblem = { readonly source: string; readonly file: string; readonly because: string };

/** Knowledge that can be searched in either language, and follows its files. */
export interface KnowledgeBase extends Knowledge {
  search(text: string, options?: { readonly limit?: number }): readonly Hit[];
  /** The first words of a section, as plain text; '' when the article or the section is not there. */
  passage(id: string, anchor: string): string;
  /** Every source in the order of the configuration. */
  sources(): readonly SourceState[];
  /** What could not be read at the last refresh. */
  problems(): readonly ArticleProblem[];
  /** Reads what changed; searches are answered from the old articles until the new ones are ready. */
  refresh(): Promise<{ readonly read: number; readonly removed: number; readonly milliseconds: number }>;
}
