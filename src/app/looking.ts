import type { Check } from '../core/check.ts';
import type { Platform } from '../core/platform.ts';
import type { ClusterReader } from '../core/reader.ts';
import type { Target } from '../core/target.ts';
import type { Catalogue } from './catalogue.ts';

/** Thresholds by check id, as the configuration gives them. */
export type Settings = Readonly<Record<string, unknown>>;

/** One look at one cluster with some checks. */
export type Looking = {
  readonly catalogue: Pick<Catalogue, 'checks'>;
  readonly checks: readonly Check[];
  /** Memoised: every check of a run sees the same picture. */
  readonly reader: ClusterReader;
  readonly platform: Platform;
  readonly target: Target;
  readonly now: Date;
  readonly settings: Settings;
  readonly checkTimeoutMilliseconds: number;
  readonly signal?: AbortSignal | undefined;
  /** Called when a check begins and when it ends. */
  readonly onProgress?: (progress: { done: number; total: number; looking: readonly string[] }) => void;
};
