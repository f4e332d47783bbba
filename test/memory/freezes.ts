import { Freeze, FreezeRecord } from '../../src/core/freeze.ts';
import type { Freezes } from '../../src/ports/freezes.ts';

/** Freezes in memory, for unit tests. They sit the same exam as the real ones. */
export function createMemoryFreezes(): Freezes {
  const records = new Map<string, FreezeRecord>();
  return {
    async set(freeze) {
      const told = { set: false, end: false };
      const record = records.get(freeze.id) ?? { freeze: Freeze.parse(freeze), told };
      records.set(freeze.id, record);
      return structuredClone(record.freeze);
    },
    async end(id, end) {
      const record = records.get(id);
      if (record === undefined || record.end !== undefined) return false;
      records.set(id, FreezeRecord.parse({ ...record, end }));
      return true;
    },
    async told(id, what) {
      const record = records.get(id);
      if (record !== undefined) records.set(id, { ...record, told: { ...record.told, [what]: true } });
    },
    async all() {
      const oldestFirst = (one: FreezeRecord, other: FreezeRecord) =>
        Date.parse(one.freeze.from) - Date.parse(other.freeze.from);
      return structuredClone([...records.values()]).sort(oldestFirst);
    },
    async forget(id) {
      records.delete(id);
    },
  };
}
