import type { AccessQuestion } from '../core/access-question.ts';
import type { Approved } from '../core/approval.ts';
import type { Change } from '../core/change.ts';
import type { ClusterReader } from '../core/reader.ts';
import type { ReadCounts } from '../core/run.ts';
import type { Clock } from './clock.ts';

/** The object before and after a change, as the API server answered its dry run. */
export type Tried = { readonly before: unknown; readonly after: unknown } | { readonly cannot: string };

/**
 * Changes one cluster. Deliberately absent: any way to change something that nobody approved, and any retry:
 * a lost answer is `CannotChange` with reason `unclear`, and the caller looks at the cluster before it goes on.
 */
export interface ClusterWriter {
  /**
   * Sends the change with `dryRun=All`; nothing is stored. `after` is undefined for a deletion. `cannot` when the
   * server refuses dry runs (an admission webhook with side effects). Throws `CannotChange` when the real change
   * would be refused too.
   */
  dryRun(change: Change): Promise<Tried>;
  /** Makes the change of one approved step, once. Throws `CannotChange`. */
  apply(approved: Approved, step: number): Promise<void>;
}

/** One cluster for the length of one run. Reads are not memoised here, and are counted. */
export interface Cluster {
  readonly reader: ClusterReader;
  /** Undefined for a cluster that is registered to be observed only. */
  readonly writer: ClusterWriter | undefined;
  /**
   * Whether the identity of the house may do this, as the API server's own authorizers see it; nothing is tried.
   * Throws `CannotRead` when that cannot be told.
   */
  may(question: AccessQuestion): Promise<boolean>;
  /** The cluster's time: the machine's for a real one, the world's own for a simulated one. */
  readonly clock: Clock;
  counts(): ReadCounts;
}

/** Opens registered clusters by name. Throws `WrongUsage` for a name that is not registered. */
export interface Clusters {
  /** `signal` aborts every request that is under way. */
  open(name: string, options?: { readonly signal?: AbortSignal | undefined }): Promise<Cluster>;
  close(): Promise<void>;
}
