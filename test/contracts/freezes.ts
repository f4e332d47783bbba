import { describe, expect, test } from '@jest/globals';
import type { Freeze } from '../../src/core/freeze.ts';
import type { Freezes } from '../../src/ports/freezes.ts';

export type FreezesExam = {
  readonly name: string;
  /** The same empty store, seen by two processes. */
  readonly setup: () => Promise<{ readonly one: Freezes; readonly other: Freezes }>;
};

export function exampleFreeze(id = 'freeze-1', fields: Partial<Freeze> = {}): Freeze {
  return {
    id,
    scope: { kind: 'environment', name: 'production' },
    reason: 'db failover',
    by: { id: 'U1', name: 'ada' },
    from: '2026-01-05T10:00:00.000Z',
    until: '2026-01-05T12:00:00.000Z',
    ...fields,
  };
}

const end = { by: 'U2', at: '2026-01-05T11:00:00.000Z' };
const untold = { set: false, end: false };

/** The exam of the freezes port. */
export function freezesExam({ name, setup }: FreezesExam): void {
  describe(`the freezes port, sat by ${name}`, () => {
    test('stores a freeze once, and whoever stores it again gets the first one', async () => {
      const { one, other } = await setup();
      expect(await one.set(exampleFreeze())).toEqual(exampleFreeze());
      expect(await other.set(exampleFreeze('freeze-1', { reason: 'another' }))).toEqual(exampleFreeze());
      expect(await other.all()).toEqual([{ freeze: exampleFreeze(), told: untold }]);
    });

    test('holds several freezes of the same scope, the oldest first, whatever their ids hold', async () => {
      const { one, other } = await setup();
      await one.set(exampleFreeze('a/end', { from: '2026-01-05T10:05:00.000Z' }));
      await other.set(exampleFreeze('a'));
      expect((await one.all()).map(({ freeze }) => freeze.id)).toEqual(['a', 'a/end']);
    });

    test('ends a freeze once, however many try at the same time, and keeps who did', async () => {
      const { one, other } = await setup();
      await one.set(exampleFreeze());
      const ended = await Promise.all([one, other, one, other].map(async (each) => each.end('freeze-1', end)));
      expect(ended.filter(Boolean)).toHaveLength(1);
      expect(await one.end('freeze-1', { ...end, by: 'U3' })).toBe(false);
      expect(await other.all()).toEqual([{ freeze: exampleFreeze(), end, told: untold }]);
    });

    test('does not bring an ended freeze back when it is set again', async () => {
      const { one, other } = await setup();
      await one.set(exampleFreeze());
      await one.end('freeze-1', end);
      await other.set(exampleFreeze());
      expect((await other.all())[0]?.end).toEqual(end);
    });

    test('remembers what was told of a beginning and of an end', async () => {
      const { one, other } = await setup();
      await one.set(exampleFreeze());
      await other.told('freeze-1', 'set');
      expect((await one.all())[0]?.told).toEqual({ set: true, end: false });
      await one.end('freeze-1', end);
      await one.told('freeze-1', 'end');
      expect((await other.all())[0]?.told).toEqual({ set: true, end: true });
    });

    test('knows nothing of a freeze that was never set or was forgotten', async () => {
      const { one, other } = await setup();
      expect(await one.end('freeze-9', end)).toBe(false);
      await one.told('freeze-9', 'set');
      await one.set(exampleFreeze());
      await one.end('freeze-1', end);
      await other.forget('freeze-1');
      expect(await one.all()).toEqual([]);
      expect(await one.set(exampleFreeze())).toEqual(exampleFreeze());
      expect(await one.all()).toEqual([{ freeze: exampleFreeze(), told: untold }]);
    });
  });
}
