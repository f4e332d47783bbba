import type { ArticleStanding } from '../core/article-standing.ts';
import type { Miss } from '../core/miss.ts';

export type Opinion = 'helped' | 'not-helpful';

export type Vote = {
  readonly run: string;
  /** Of the original; a translation is the same article. */
  readonly article: string;
  readonly person: string;
  readonly opinion: Opinion;
};

/** What people, fixes and questions say about articles, shared by all processes. */
export interface Feedback {
  /** Takes what a person thinks of an article in a run. The last opinion is the one that counts, and counts once. */
  vote(vote: Vote): Promise<'counted' | 'changed' | 'unchanged'>;
  /** Counts a proved fix for the articles of its finding; the same proposal again counts nothing. */
  countFix(proposal: string, articles: readonly string[]): Promise<void>;
  /** Every article that anything is known of. */
  standings(): Promise<ReadonlyMap<string, ArticleStanding>>;

  /**
   * Remembers that no article answered, until `missesKeptDays` after the last time.
   * @param miss `once`: the same one again counts nothing, for a day
   */
  noteMiss(miss: Pick<Miss, 'kind' | 'what'> & { readonly at: Date; readonly once: string }): Promise<void>;
  /** The most frequent first; at most a thousand are remembered, the latest ones. */
  misses(now: Date): Promise<readonly Miss[]>;
}
