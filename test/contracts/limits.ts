import { describe, expect, test } from '@jest/globals';
import { Limits } from '../../src/core/limits.ts';
import type { ChangesAhead, ClusterLimits } from '../../src/ports/limits.ts';

export type LimitsExam = {
  readonly name: string;
  /** The same empty store, seen by two processes. */
  readonly setup: () => Promise<{ readonly one: ClusterLimits; readonly other: ClusterLimits }>;
};

const minutes = (after: number) => new Date(Date.parse('2026-01-05T10:00:00Z') + after * 60_000);

function ahead(proposal: string, after: number, more: Partial<ChangesAhead> = {}): ChangesAhead {
  const objects = [`Pod kube-system/${proposal}`];
  return { proposal, cluster: 'prod-sh', changes: 1, disrupts: false, objects, at: minutes(after), ...more };
}

/** The exam of the limits port. */
export function limitsExam({ name, setup }: LimitsExam): void {
  describe(`the limits port, sat by ${name}`, () => {
    test('grants everything where nothing is limited', async () => {
      const { one, other } = await setup();
      const none = Limits.parse({});
      for (const proposal of ['a', 'b', 'c']) {
        const claimed = await (proposal === 'b' ? other : one).claim(
          ahead(proposal, 0, { disrupts: true, objects: ['Deployment web'] }),
          none,
        );
        expect(claimed).toEqual({ is: 'granted' });
      }
    });

    test('counts the changes of the last hour, and says when there is room again', async () => {
      const { one, other } = await setup();
      const limits = Limits.parse({ changesPerHour: 3 });
      expect(await one.claim(ahead('a', 0, { changes: 2 }), limits)).toEqual({ is: 'granted' });
      expect(await other.claim(ahead('b', 10), limits)).toEqual({ is: 'granted' });
      const hit = { is: 'hit', limit: 'changes-per-hour', made: 3 };
      expect(await other.claim(ahead('c', 20), limits)).toEqual({ ...hit, freeAt: minutes(60) });
      expect(await one.claim(ahead('d', 20, { changes: 3 }), limits)).toEqual({ ...hit, freeAt: minutes(70) });
      expect(await one.claim(ahead('e', 20, { changes: 4 }), limits)).toEqual({ ...hit, freeAt: undefined });
      expect(await one.claim(ahead('c', 61), limits)).toEqual({ is: 'granted' });
    });

    test('counts each cluster for itself', async () => {
      const { one } = await setup();
      const limits = Limits.parse({ changesPerHour: 1, oneDisruptionAtATime: true });
      await one.claim(ahead('a', 0, { disrupts: true }), limits);
      expect(await one.claim(ahead('b', 0, { disrupts: true, cluster: 'prod-bj' }), limits)).toEqual({ is: 'granted' });
    });

    test('grants again what was granted, without counting it twice', async () => {
      const { one, other } = await setup();
      const limits = Limits.parse({ changesPerHour: 2, oneDisruptionAtATime: true, cooldown: '10m' });
      const first = ahead('a', 0, { disrupts: true });
      for (const store of [one, other, one]) expect(await store.claim(first, limits)).toEqual({ is: 'granted' });
      expect(await other.claim(ahead('b', 1), limits)).toEqual({ is: 'granted' });
    });

    test('lets one fix disrupt at a time, until it is released by the one that holds it', async () => {
      const { one, other } = await setup();
      const limits = Limits.parse({ oneDisruptionAtATime: true });
      await one.claim(ahead('a', 0, { disrupts: true }), limits);
      const hit = { is: 'hit', limit: 'one-disruption', by: 'a' };
      expect(await other.claim(ahead('b', 1, { disrupts: true }), limits)).toEqual(hit);
      expect(await other.claim(ahead('c', 1), limits)).toEqual({ is: 'granted' });
      await other.release('prod-sh', 'b');
      expect(await other.claim(ahead('b', 1, { disrupts: true }), limits)).toEqual(hit);
      await one.release('prod-sh', 'a');
      expect(await other.claim(ahead('b', 1, { disrupts: true }), limits)).toEqual({ is: 'granted' });
    });

    test('leaves an object alone for the cooldown, whatever else is changed', async () => {
      const { one, other } = await setup();
      const limits = Limits.parse({ cooldown: '10m' });
      const objects = ['Deployment kube-system/web', 'Pod kube-system/web-0'];
      await one.claim(ahead('a', 0, { objects }), limits);
      const again = ahead('b', 9, { objects: ['Deployment kube-system/web', 'Pod kube-system/web-1'] });
      expect(await other.claim(again, limits)).toEqual({
        is: 'hit',
        limit: 'cooldown',
        object: 'Deployment kube-system/web',
        freeAt: minutes(10),
      });
      expect(await other.claim(ahead('c', 9), limits)).toEqual({ is: 'granted' });
      expect(await other.claim({ ...again, at: minutes(10) }, limits)).toEqual({ is: 'granted' });
    });

    test('makes room for exactly as many as the limit when many claim at once', async () => {
      const { one, other } = await setup();
      const limits = Limits.parse({ changesPerHour: 3, oneDisruptionAtATime: false });
      const claims = await Promise.all(
        Array.from({ length: 12 }, async (_, index) =>
          (index % 2 === 0 ? one : other).claim(ahead(`p-${index}`, 0), limits),
        ),
      );
      expect(claims.filter(({ is }) => is === 'granted')).toHaveLength(3);
      const disrupting = Limits.parse({ oneDisruptionAtATime: true });
      const disruptions = await Promise.all(
        Array.from({ length: 12 }, async (_, index) =>
          (index % 2 === 0 ? one : other).claim(ahead(`d-${index}`, 0, { disrupts: true }), disrupting),
        ),
      );
      expect(disruptions.filter(({ is }) => is === 'granted')).toHaveLength(1);
    });
  });
}
