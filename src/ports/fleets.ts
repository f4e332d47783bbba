import type { FleetRecord } from '../core/fleet.ts';

/** What the house remembers of fleet runs, shared by all its processes. */
export interface Fleets {
  /** Stores a fleet run unless there is one with its id already; gives back the one that is stored. */
  create(record: FleetRecord): Promise<FleetRecord>;
  fleet(id: string): Promise<FleetRecord | undefined>;
  /** Replaces fields of a fleet run, atomically. */
  update(id: string, fields: Partial<Omit<FleetRecord, 'request'>>): Promise<void>;
}
