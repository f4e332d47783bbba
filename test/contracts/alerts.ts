import { describe, expect, test } from '@jest/globals';
import { type AlertRecord, withEvent, withRun } from '../../src/core/alert.ts';
import type { Alerts } from '../../src/ports/alerts.ts';

export type AlertsExam = {
  readonly name: string;
  /** The same empty store, seen by two processes. */
  readonly setup: () => Promise<{ readonly one: Alerts; readonly other: Alerts }>;
};

const routed = { playbook: 'subnet', cluster: 'prod-sh', target: {}, channel: 'C1' };
const startsAt = '2026-01-05T10:00:00.000Z';
const firing = (at: string) => (before: AlertRecord | undefined) =>
  withEvent(
    before,
    { fingerprint: 'f1', status: 'firing', startsAt: at, labels: { alertname: 'A' }, says: '' },
    routed,
  );

/** What every store of alerts has to do. */
export function alertsExam({ name, setup }: AlertsExam): void {
  describe(`alerts in ${name}`, () => {
    test('what two processes change at once is all there afterwards', async () => {
      const { one, other } = await setup();
      const moments = Array.from({ length: 8 }, (_, minute) => `2026-01-05T10:0${minute}:00.000Z`);
      await Promise.all(moments.map(async (at, index) => (index % 2 === 0 ? one : other).update('f1', firing(at))));
      const record = await other.alert('f1');
      expect(record?.times).toBe(8);
      expect(record?.episodes.map((episode) => episode.startsAt)).toEqual(moments);
    });

    test('what is not remembered is undefined', async () => {
      const { one } = await setup();
      expect(await one.alert('nobody')).toBeUndefined();
    });

    test('a change sees what was stored before', async () => {
      const { one, other } = await setup();
      await one.update('f1', firing(startsAt));
      const after = await other.update('f1', (before) =>
        withRun(before ?? firing(startsAt)(undefined), startsAt, 'asked'),
      );
      expect(after.episodes).toEqual([{ startsAt, run: 'asked' }]);
    });

    test('no more than the limit have a place within the window, and who has one keeps it', async () => {
      const { one, other } = await setup();
      const now = new Date('2026-01-05T10:00:00Z');
      const window = { limit: 3, milliseconds: 60_000, now };
      const taken = await Promise.all(
        ['a', 'b', 'c', 'd', 'e'].map(async (member, index) =>
          (index % 2 === 0 ? one : other).takePlace('s', member, window),
        ),
      );
      expect(taken.filter(Boolean)).toHaveLength(3);
      const first = ['a', 'b', 'c', 'd', 'e'][taken.indexOf(true)] ?? '';
      expect(await other.takePlace('s', first, window)).toBe(true);
      expect(await one.takePlace('other', 'e', window)).toBe(true);
      const later = { ...window, now: new Date('2026-01-05T10:01:01Z') };
      expect(await one.takePlace('s', 'z', later)).toBe(true);
    });

    test('a list keeps its order, and a line once', async () => {
      const { one, other } = await setup();
      await one.addTo('l', 'b');
      await other.addTo('l', 'a');
      expect(await one.addTo('l', 'b')).toEqual(['b', 'a']);
    });
  });
}
