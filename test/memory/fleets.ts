import { FleetRecord } from '../../src/core/fleet.ts';
import type { Fleets } from '../../src/ports/fleets.ts';

/** Fleet runs in memory, for unit tests. It sits the same exam as the real one. */
export function createMemoryFleets(): Fleets {
  const fleets = new Map<string, FleetRecord>();
  return {
    async create(record) {
      const { fleet } = record.request;
      if (!fleets.has(fleet)) fleets.set(fleet, FleetRecord.parse(record));
      return structuredClone(fleets.get(fleet) ?? record);
    },
    async fleet(id) {
      return structuredClone(fleets.get(id));
    },
    async update(id, fields) {
      const record = fleets.get(id);
      if (record === undefined) throw new TypeError(`There is no fleet run ${id} to update.`);
      fleets.set(id, FleetRecord.parse({ ...record, ...fields }));
    },
  };
}
