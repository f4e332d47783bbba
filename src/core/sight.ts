import type { Platform } from './platform.ts';
import type { ClusterReader } from './reader.ts';
import type { Target } from './target.ts';

/** Everything a check may know. It has no clock, no network and nothing to write with. */
export type Sight<Settings = unknown> = {
  readonly target: Target;
  readonly cluster: ClusterReader;
  /** Asking for a product that could not be looked for throws `CannotRead`. */
  readonly platform: Platform;
  /** The time of this run, the same for every check of it. */
  readonly now: Date;
  readonly settings: Settings;
};
