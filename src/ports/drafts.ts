import type { Draft } from '../core/draft.ts';

/** `refused`: `because` is one clause without a full stop. */
export type Offered =
  | { readonly is: 'offered'; readonly branch: string; readonly where: string }
  | { readonly is: 'nowhere' }
  | { readonly is: 'refused'; readonly because: string };

/** Where the team reviews its articles before they are published. */
export interface Drafts {
  /** Puts a draft up for review, once: a second time leaves what reviewers made of it. */
  offer(draft: Draft): Promise<Offered>;
}
