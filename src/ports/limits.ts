import type { LimitHit, Limits } from '../core/limits.ts';

/** The changes of one fix, about to be made. */
export type ChangesAhead = {
  readonly proposal: string;
  readonly cluster: string;
  readonly changes: number;
  readonly disrupts: boolean;
  /** What its cooldown is counted for. */
  readonly objects: readonly string[];
  readonly at: Date;
};

/**
 * How much was changed on each cluster lately, shared by all processes, so that two workers cannot pass a limit
 * together. Times are those of the callers, whose clocks agree to the second.
 */
export interface ClusterLimits {
  /**
   * Makes room for all changes of a fix, or for none and says which limit stands in the way. From then on they count,
   * also if the fix comes to nothing. Claiming again for the same proposal is granted without counting twice.
   */
  claim(ahead: ChangesAhead, limits: Limits): Promise<{ readonly is: 'granted' } | ({ readonly is: 'hit' } & LimitHit)>;
  /** The fix is over: another one may disrupt. Does nothing when another one does already. */
  release(cluster: string, proposal: string): Promise<void>;
}
