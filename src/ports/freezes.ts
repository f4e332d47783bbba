import type { Freeze, FreezeEnd, FreezeRecord } from '../core/freeze.ts';

/**
 * The freezes of all clusters, shared by all processes. Several may hold the same cluster; none shortens another.
 * An ended freeze stays until it is forgotten, so that a command that is delivered again does not bring it back.
 */
export interface Freezes {
  /** Stores a freeze unless there is one with its id already; gives back the one that is stored. */
  set(freeze: Freeze): Promise<Freeze>;
  /** Ends a freeze, once over all processes: true for whoever ended it. */
  end(id: string, end: FreezeEnd): Promise<boolean>;
  /** Remembers that its beginning or its end was told. Of a freeze that is not there nothing is remembered. */
  told(id: string, what: keyof FreezeRecord['told']): Promise<void>;
  /** Every freeze that was not forgotten, the oldest first: those whose time is over and those that were lifted too. */
  all(): Promise<readonly FreezeRecord[]>;
  forget(id: string): Promise<void>;
}
