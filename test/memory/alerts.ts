import { AlertRecord } from '../../src/core/alert.ts';
import type { Alerts } from '../../src/ports/alerts.ts';

/** Alerts in memory, for unit tests. It sits the same exam as the real one. */
export function createMemoryAlerts(): Alerts {
  const alerts = new Map<string, AlertRecord>();
  const places = new Map<string, Map<string, number>>();
  const lists = new Map<string, string[]>();
  return {
    async alert(fingerprint) {
      return structuredClone(alerts.get(fingerprint));
    },
    async update(fingerprint, change) {
      const after = AlertRecord.parse(change(structuredClone(alerts.get(fingerprint))));
      alerts.set(fingerprint, after);
      return structuredClone(after);
    },
    async takePlace(scope, member, { limit, milliseconds, now }) {
      const taken = places.get(scope) ?? new Map<string, number>();
      places.set(scope, taken);
      if (taken.has(member)) return true;
      for (const [other, at] of taken) if (at <= now.getTime() - milliseconds) taken.delete(other);
      if (taken.size >= limit) return false;
      taken.set(member, now.getTime());
      return true;
    },
    async addTo(list, line) {
      const lines = lists.get(list) ?? [];
      if (!lines.includes(line)) lists.set(list, [...lines, line]);
      return [...(lists.get(list) ?? lines)];
    },
  };
}
