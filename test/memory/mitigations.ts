import { Mitigation } from '../../src/core/mitigation.ts';
import type { Mitigations } from '../../src/ports/mitigations.ts';

/** Mitigations in memory, for unit tests. It sits the same exam as the real one. */
export function createMemoryMitigations(): Mitigations {
  const all = new Map<string, Mitigation>();
  const whileOpen = (id: string, fields: Partial<Mitigation>): boolean => {
    const standing = all.get(id);
    if (standing === undefined || standing.closed !== undefined) return false;
    all.set(id, Mitigation.parse({ ...standing, ...fields }));
    return true;
  };
  return {
    async open(mitigation) {
      if (!all.has(mitigation.id)) all.set(mitigation.id, Mitigation.parse(mitigation));
      return structuredClone(all.get(mitigation.id) ?? mitigation);
    },
    async find(id) {
      return structuredClone(all.get(id));
    },
    async allOpen() {
      const open = [...all.values()].filter(({ closed }) => closed === undefined);
      return structuredClone(open.sort((left, right) => Date.parse(left.dueAt) - Date.parse(right.dueAt)));
    },
    async take(id, owner) {
      whileOpen(id, { owner });
      return structuredClone(all.get(id));
    },
    async close(id, closed) {
      return whileOpen(id, { closed });
    },
    async reminded(id, at) {
      whileOpen(id, { remindedAt: at });
    },
  };
}
