import { describe, expect, test } from '@jest/globals';
import type { Outbox } from '../../src/ports/outbox.ts';
import { eventually } from '../redis.ts';

export type OutboxExam = {
  readonly name: string;
  /** The same empty outbox, seen by two processes, with leases of this many milliseconds. */
  readonly setup: (leaseMilliseconds: number) => Promise<{ readonly one: Outbox; readonly other: Outbox }>;
};

const long = 30_000;
const short = 60;
const posted = { channel: 'C1', id: '17.5' };
const key = 'run/1: root, with anything in it';

/** The exam of the outbox port. */
export function outboxExam({ name, setup }: OutboxExam): void {
  describe(`the outbox port, sat by ${name}`, () => {
    test('tells the first that it is new, and everybody else to come back later', async () => {
      const { one, other } = await setup(long);
      expect(await one.find(key)).toBeUndefined();
      expect(await one.begin(key, 'one')).toEqual({ is: 'new' });
      expect(await other.begin(key, 'other')).toEqual({ is: 'busy' });
      expect(await other.begin('another key', 'other')).toEqual({ is: 'new' });
    });

    test('remembers where the message is and what it shows', async () => {
      const { one, other } = await setup(long);
      await one.begin(key, 'one');
      await one.finish(key, 'one', posted, 'digest-1');
      expect(await other.find(key)).toEqual(posted);
      expect(await other.begin(key, 'other')).toEqual({ is: 'posted', posted, content: 'digest-1' });
    });

    test('lets one at a time edit a message', async () => {
      const { one, other } = await setup(long);
      await one.begin(key, 'one');
      await one.finish(key, 'one', posted, 'digest-1');
      await one.begin(key, 'one');
      expect(await other.begin(key, 'other')).toEqual({ is: 'busy' });
      await one.finish(key, 'one', posted, 'digest-2');
      expect(await other.begin(key, 'other')).toEqual({ is: 'posted', posted, content: 'digest-2' });
    });

    test('forgets a try that was abandoned, because nothing was sent', async () => {
      const { one, other } = await setup(long);
      await one.begin(key, 'one');
      await one.abandon(key, 'one');
      expect(await other.begin(key, 'other')).toEqual({ is: 'new' });
      await other.finish(key, 'other', posted, 'digest-1');
      await one.begin(key, 'one');
      await one.abandon(key, 'one');
      expect(await other.begin(key, 'other')).toEqual({ is: 'posted', posted, content: 'digest-1' });
    });

    test('is unclear when a lease ran out without a word, and stays so until somebody posted', async () => {
      const { one, other } = await setup(short);
      const before = Date.now();
      await one.begin(key, 'one');
      const begun = await eventually('the lease has run out', async () => {
        const answer = await other.begin(key, 'other');
        return answer.is === 'busy' ? undefined : answer;
      });
      expect(begun.is).toBe('unclear');
      expect(begun.is === 'unclear' && Math.abs(begun.since.getTime() - before)).toBeLessThan(5000);
      await other.abandon(key, 'other');
      expect(await one.begin(key, 'one')).toEqual(begun);
      await one.finish(key, 'one', posted, 'digest-1');
      expect(await other.begin(key, 'other')).toEqual({ is: 'posted', posted, content: 'digest-1' });
    });

    test('is unclear for an owner that begins again without having said how its last try ended', async () => {
      const { one, other } = await setup(long);
      await one.begin(key, 'one');
      expect(await one.begin(key, 'one')).toMatchObject({ is: 'unclear' });
      expect(await other.begin(key, 'other')).toEqual({ is: 'busy' });
    });

    test('is not certain what a message shows when an edit of it was never finished', async () => {
      const { one, other } = await setup(short);
      await one.begin(key, 'one');
      await one.finish(key, 'one', posted, 'digest-1');
      await one.begin(key, 'one');
      const begun = await eventually('the lease has run out', async () => {
        const answer = await other.begin(key, 'other');
        return answer.is === 'busy' ? undefined : answer;
      });
      expect(begun).toEqual({ is: 'posted', posted, content: undefined });
      await other.abandon(key, 'other');
      expect(await one.begin(key, 'one')).toEqual({ is: 'posted', posted, content: undefined });
    });

    test('takes no late word from whoever lost the lease', async () => {
      const { one, other } = await setup(short);
      await one.begin(key, 'one');
      await eventually('the lease has run out', async () => (await other.begin(key, 'other')).is === 'unclear');
      await one.finish(key, 'one', { channel: 'C1', id: 'late' }, 'late');
      await one.abandon(key, 'one');
      expect(await other.find(key)).toBeUndefined();
      await other.finish(key, 'other', posted, 'digest-1');
      await one.finish(key, 'one', { channel: 'C1', id: 'later' }, 'later');
      expect(await one.find(key)).toEqual(posted);
    });

    test('tells exactly one of many that it is new', async () => {
      const { one, other } = await setup(long);
      for (let round = 0; round < 40; round += 1) {
        const begun = await Promise.all(
          Array.from({ length: 6 }, async (_unused, index) =>
            (index % 2 === 0 ? one : other).begin(`race-${round}`, `owner-${index}`),
          ),
        );
        expect(begun.map(({ is }) => is).sort()).toEqual(['busy', 'busy', 'busy', 'busy', 'busy', 'new']);
      }
    });
  });
}
