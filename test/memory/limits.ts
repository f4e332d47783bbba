import { parseDuration } from '../../src/core/duration.ts';
import type { ClusterLimits } from '../../src/ports/limits.ts';

const hour = 3_600_000;

/** Limits in memory, for unit tests. They sit the same exam as the real ones. */
export function createMemoryLimits(): ClusterLimits {
  const made: { cluster: string; proposal: string; at: number }[] = [];
  const touched: { cluster: string; proposal: string; object: string; at: number }[] = [];
  const disrupting = new Map<string, string>();
  return {
    async claim({ proposal, cluster, changes, disrupts, objects, at }, limits) {
      const now = at.getTime();
      const holder = disrupting.get(cluster);
      if (disrupts && limits.oneDisruptionAtATime && holder !== undefined && holder !== proposal) {
        return { is: 'hit', limit: 'one-disruption', by: holder };
      }
      const recent = made.filter((one) => one.cluster === cluster && one.at > now - hour);
      const isNew = recent.every((one) => one.proposal !== proposal);
      const most = limits.changesPerHour ?? Number.POSITIVE_INFINITY;
      if (isNew && recent.length + changes > most) {
        const last = recent[recent.length + changes - most - 1];
        const freeAt = changes > most || last === undefined ? undefined : new Date(last.at + hour);
        return { is: 'hit', limit: 'changes-per-hour', made: recent.length, freeAt };
      }
      const cooldown = parseDuration(limits.cooldown ?? '') ?? 0;
      const warm = touched.findLast(
        (one) =>
          one.cluster === cluster &&
          one.proposal !== proposal &&
          objects.includes(one.object) &&
          one.at > now - cooldown,
      );
      if (warm !== undefined) {
        return { is: 'hit', limit: 'cooldown', object: warm.object, freeAt: new Date(warm.at + cooldown) };
      }
      if (isNew) {
        for (let number = 0; number < changes; number += 1) made.push({ cluster, proposal, at: now });
        for (const object of objects) touched.push({ cluster, proposal, object, at: now });
      }
      if (disrupts && holder === undefined) disrupting.set(cluster, proposal);
      return { is: 'granted' };
    },
    async release(cluster, proposal) {
      if (disrupting.get(cluster) === proposal) disrupting.delete(cluster);
    },
  };
}
