import { describe, expect, test } from '@jest/globals';
import type { Mitigation } from '../../src/core/mitigation.ts';
import type { Mitigations } from '../../src/ports/mitigations.ts';

export type MitigationsExam = {
  readonly name: string;
  /** The same empty store, seen by two processes. */
  readonly setup: () => Promise<{ readonly one: Mitigations; readonly other: Mitigations }>;
};

export function exampleMitigation(id = 'fix-1', dueAt = '2026-01-12T10:00:00.000Z'): Mitigation {
  return {
    id,
    run: 'run-1',
    cluster: 'prod-sh',
    does: 'Scale the database back.',
    permanent: 'Correct the number in its Helm values.',
    owner: 'U1',
    openedAt: '2026-01-05T10:00:00.000Z',
    dueAt,
    place: { channel: 'C1', thread: '17.5' },
  };
}

const closed = { by: 'U2', at: '2026-01-06T10:00:00.000Z', reason: 'It stands in the values now.' };

/** The exam of the mitigations port. */
export function mitigationsExam({ name, setup }: MitigationsExam): void {
  describe(`the mitigations port, sat by ${name}`, () => {
    test('stores one once, and reads it back as it was', async () => {
      const { one, other } = await setup();
      expect(await one.open(exampleMitigation())).toEqual(exampleMitigation());
      expect(await other.open({ ...exampleMitigation(), owner: 'U9' })).toEqual(exampleMitigation());
      expect(await other.find('fix-1')).toEqual(exampleMitigation());
      expect(await one.find('fix-9')).toBeUndefined();
    });

    test('lists those that are open, the first one due first', async () => {
      const { one, other } = await setup();
      await one.open(exampleMitigation('late', '2026-02-01T10:00:00.000Z'));
      await other.open(exampleMitigation('soon', '2026-01-07T10:00:00.000Z'));
      await one.open(exampleMitigation('over'));
      await other.close('over', closed);
      expect((await one.allOpen()).map(({ id }) => id)).toEqual(['soon', 'late']);
    });

    test('gives an open one to whoever takes it, and a closed one to nobody', async () => {
      const { one, other } = await setup();
      await one.open(exampleMitigation());
      expect(await other.take('fix-1', 'U5')).toMatchObject({ owner: 'U5' });
      expect(await one.find('fix-1')).toMatchObject({ owner: 'U5' });
      await one.close('fix-1', closed);
      expect(await other.take('fix-1', 'U6')).toMatchObject({ owner: 'U5', closed });
      expect(await one.take('fix-9', 'U5')).toBeUndefined();
    });

    test('is closed once when two people do it at the same time', async () => {
      const { one, other } = await setup();
      await one.open(exampleMitigation());
      const answers = await Promise.all([one.close('fix-1', closed), other.close('fix-1', { ...closed, by: 'U3' })]);
      expect(answers.toSorted()).toEqual([false, true]);
      expect(await one.close('fix-9', closed)).toBe(false);
    });

    test('remembers that its owner was reminded', async () => {
      const { one, other } = await setup();
      await one.open(exampleMitigation());
      await one.reminded('fix-1', '2026-01-12T10:00:30.000Z');
      expect(await other.find('fix-1')).toMatchObject({ remindedAt: '2026-01-12T10:00:30.000Z' });
    });
  });
}
