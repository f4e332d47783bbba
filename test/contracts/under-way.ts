import { describe, expect, test } from '@jest/globals';
import type { UnderWay } from '../../src/ports/under-way.ts';
import { exampleRun } from './records.ts';

export type UnderWayExam = {
  readonly name: string;
  /** The same empty store, seen by two processes. */
  readonly setup: () => Promise<{ readonly one: UnderWay; readonly other: UnderWay }>;
};

const job = (run: string) => exampleRun(run).request;

/** What every store of runs under way has to do. */
export function underWayExam({ name, setup }: UnderWayExam): void {
  describe(`runs under way in ${name}`, () => {
    test('the first of two processes takes the place, and the second is told who has it', async () => {
      const { one, other } = await setup();
      const [first, second] = await Promise.all([one.take('k', job('run-1')), other.take('k', job('run-2'))]);
      expect(first).toEqual(second);
      expect(['run-1', 'run-2']).toContain(first.run);
      expect(await one.take('k', job('run-3'))).toEqual(first);
    });

    test('another kind has a place of its own', async () => {
      const { one, other } = await setup();
      await one.take('k', job('run-1'));
      expect(await other.take('l', job('run-2'))).toEqual(job('run-2'));
    });

    test('a run that is over is put out by exactly one of those who come next', async () => {
      const { one, other } = await setup();
      await one.take('k', job('run-1'));
      const [second, third] = await Promise.all([
        one.take('k', job('run-2'), 'run-1'),
        other.take('k', job('run-3'), 'run-1'),
      ]);
      expect(second).toEqual(third);
      expect(second.run).not.toBe('run-1');
    });

    test('taking a place again keeps the job that was stored first', async () => {
      const { one, other } = await setup();
      await one.take('k', job('run-1'));
      const again = await other.take('k', { ...job('run-1'), requestedAt: '2026-01-05T11:00:00.000Z' });
      expect(again).toEqual(job('run-1'));
    });

    test('joiners are kept in order, each once for a place', async () => {
      const { one, other } = await setup();
      const wei = { by: { id: 'U2', name: 'wei' }, place: { channel: 'C1' } };
      const bo = { by: { id: 'U3' }, place: { channel: 'C2', thread: '1.2' } };
      await one.join('run-1', wei);
      await other.join('run-1', bo);
      await other.join('run-1', wei);
      expect(await one.joiners('run-1')).toEqual([wei, bo]);
      expect(await one.joiners('run-2')).toEqual([]);
    });
  });
}
