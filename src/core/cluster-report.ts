import type { AccessRule } from './access.ts';
import type { Platform } from './platform.ts';
import type { Registration } from './registration.ts';

/**
 * Whether the identity of the house may do what a playbook needs on one cluster. `complete` only when every question
 * was answered with yes; `unknown` when one was not answered and none with no.
 */
export type PlaybookAccess = {
  readonly playbook: string;
  readonly is: 'complete' | 'missing' | 'unknown' | 'not-applicable';
  /** The exact rules that have to be added. */
  readonly missing: readonly AccessRule[];
  /** Why questions were not answered, as whole sentences, each once. */
  readonly because: readonly string[];
};

/** One registered cluster, looked at: can it be reached, what runs there, and what may the house do. */
export type ClusterReport = Pick<
  Registration,
  'name' | 'environment' | 'labels' | 'mode' | 'policy' | 'owners' | 'channel'
> & {
  readonly reached:
    | { readonly is: 'yes'; readonly milliseconds: number }
    | { readonly is: 'unknown'; readonly because: string };
  readonly platform?: Platform | undefined;
  readonly playbooks: readonly PlaybookAccess[];
  /** Everything that some playbook misses, each rule once. */
  readonly missing: readonly AccessRule[];
};

/** The worst that is known of a cluster; `unknown` is never `complete`. */
export function standingOf({ reached, playbooks }: ClusterReport): 'complete' | 'missing' | 'unknown' {
  if (reached.is === 'unknown') return 'unknown';
  if (playbooks.some(({ is }) => is === 'missing')) return 'missing';
  return playbooks.some(({ is }) => is === 'unknown') ? 'unknown' : 'complete';
}
