import type { Joiner, TriageJob } from '../../src/core/job.ts';
import type { UnderWay } from '../../src/ports/under-way.ts';

/** Runs under way in memory, for unit tests. It sits the same exam as the real one. */
export function createMemoryUnderWay(): UnderWay {
  const places = new Map<string, TriageJob>();
  const joined = new Map<string, Joiner[]>();
  return {
    async take(kind, job, over) {
      const there = places.get(kind);
      const mine = there === undefined || there.run === over ? job : there;
      places.set(kind, structuredClone(mine));
      return structuredClone(mine);
    },
    async join(run, joiner) {
      const known = joined.get(run) ?? [];
      const where = ({ by, place }: Joiner) => JSON.stringify([by.id, place.channel, place.thread]);
      const again = known.some((one) => where(one) === where(joiner));
      if (!again) joined.set(run, [...known, structuredClone(joiner)]);
    },
    async joiners(run) {
      return structuredClone(joined.get(run) ?? []);
    },
  };
}
