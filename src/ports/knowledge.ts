import type { ArticleLink } from '../core/run.ts';

export type Article = {
  readonly id: string;
  readonly title: string;
  readonly markdown: string;
  readonly findings: readonly string[];
};

/** Articles that help: the ones shipped with the product and the team's own. */
export interface Knowledge {
  /** Articles written for a finding code, best first. */
  linksFor(code: string): readonly ArticleLink[];
  article(id: string): Article | undefined;
  articles(): readonly Article[];
}
