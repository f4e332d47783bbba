import type { Mitigation } from '../core/mitigation.ts';

/** Fixes that are not permanent yet, shared by all processes. A closed one stays closed. */
export interface Mitigations {
  /** Stores one unless there is one with its id already; gives back the one that is stored. */
  open(mitigation: Mitigation): Promise<Mitigation>;
  find(id: string): Promise<Mitigation | undefined>;
  /** Those that are not closed, the first one due first. */
  allOpen(): Promise<readonly Mitigation[]>;
  /** Gives an open one another owner, atomically. Gives back how it stands then; undefined when there is none. */
  take(id: string, owner: string): Promise<Mitigation | undefined>;
  /** Closes an open one, once: `false` when somebody was faster or there is none. */
  close(id: string, closed: NonNullable<Mitigation['closed']>): Promise<boolean>;
  /** Remembers that its owner was reminded. */
  reminded(id: string, at: string): Promise<void>;
}
