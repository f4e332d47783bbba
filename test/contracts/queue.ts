import { afterEach, describe, expect, test } from '@jest/globals';
import type { NotifyJob, TriageJob } from '../../src/core/job.ts';
import {
  GiveUp,
  type JobContext,
  type JobHandlers,
  JobStopped,
  type Queue,
  TryLater,
  type Workers,
} from '../../src/ports/queue.ts';
import { eventually } from '../redis.ts';

/** One queue as several processes see it. */
export type QueueExaminee = {
  readonly queue: Queue;
  readonly other: Queue;
  /** Starts a process that works jobs off; `onFailed` is told the keys of jobs that have failed for good. */
  readonly work: (handlers: Partial<JobHandlers>, onFailed?: (key: string) => void) => Workers;
};

export type QueueExam = { readonly name: string; readonly setup: () => Promise<QueueExaminee> };

export function exampleJob(run = 'run-1'): TriageJob {
  return {
    run,
    playbook: 'subnet',
    cluster: 'prod-sh',
    target: { subnet: 'ovn-default' },
    requestedBy: { id: 'U1' },
    requestedAt: '2026-01-05T10:00:00.000Z',
    place: { channel: 'C1', thread: '17.5' },
  };
}

const notice: NotifyJob = { show: 'run', run: 'run-1', revision: 'finished' };

/** Resolves when the signal is aborted, with its reason. */
export async function untilStopped({ signal }: JobContext): Promise<unknown> {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  return signal.reason;
}

/** The exam of the queue port. */
export function queueExam({ name, setup }: QueueExam): void {
  describe(`the queue port, sat by ${name}`, () => {
    const open: { close: (grace: number) => Promise<void> }[] = [];

    const start = async () => {
      const { queue, other, work } = await setup();
      open.push({ close: async () => queue.close() }, { close: async () => other.close() });
      return {
        queue,
        other,
        work: (...given: Parameters<typeof work>) => {
          const workers = work(...given);
          open.push(workers);
          return workers;
        },
      };
    };

    afterEach(async () => {
      await Promise.all(open.splice(0).map(async (one) => one.close(0)));
    });

    test('works a job off once, with its payload and key, whoever added it', async () => {
      const { queue, other, work } = await start();
      const seen: unknown[] = [];
      work({
        triage: async (payload, { key, attempt, signal }) => {
          seen.push({ payload, key, attempt, aborted: signal.aborted });
        },
      });
      expect(await queue.add('triage', 'run/1', exampleJob('run-1'))).toBe('added');
      expect(await other.add('triage', 'run/2', exampleJob('run-2'))).toBe('added');
      await eventually('both jobs are done', () => seen.length === 2);
      expect(seen).toContainEqual({ payload: exampleJob('run-1'), key: 'run/1', attempt: 1, aborted: false });
      expect(seen).toContainEqual({ payload: exampleJob('run-2'), key: 'run/2', attempt: 1, aborted: false });
    });

    test('adds a key once, while it waits and after it is done; another queue may have the same key', async () => {
      const { queue, other, work } = await start();
      const seen: string[] = [];
      const additions = await Promise.all(
        Array.from({ length: 10 }, async (_unused, index) =>
          (index % 2 === 0 ? queue : other).add('triage', 'run/1', exampleJob(`run-${index}`)),
        ),
      );
      expect(additions.filter((added) => added === 'added')).toHaveLength(1);
      work({ triage: async ({ run }) => void seen.push(run), notify: async () => void seen.push('notice') });
      await eventually('the job is done', () => seen.length === 1);
      expect(await queue.add('triage', 'run/1', exampleJob('again'))).toBe('already-there');
      expect(await queue.add('notify', 'run/1', notice)).toBe('added');
      await eventually('the notice is done', () => seen.includes('notice'));
      expect(seen).toHaveLength(2);
    });

    test('takes any text as a key', async () => {
      const { queue, work } = await start();
      const keys = ['42', '0:1', 'a:b:c', 'ä ☃/\n{x}', '', 'k.', '%3A', ':', '\ud800', '\ud801', 'x'.repeat(2000)];
      const seen: string[] = [];
      for (const key of keys) expect(await queue.add('notify', key, notice)).toBe('added');
      work({ notify: async (_payload, { key }) => void seen.push(key) });
      await eventually('all jobs are done', () => seen.length === keys.length);
      expect(seen.sort()).toEqual([...keys].sort());
    });

    test('refuses a payload that is none', async () => {
      const { queue } = await start();
      const broken = { ...exampleJob(), requestedAt: 'yesterday' };
      await expect(queue.add('triage', 'run/1', broken)).rejects.toThrow('requestedAt');
      expect(await queue.add('triage', 'run/1', exampleJob())).toBe('added');
    });

    test('begins a delayed job when its time has come', async () => {
      const { queue, work } = await start();
      const begun: number[] = [];
      work({ notify: async () => void begun.push(performance.now()) });
      const added = performance.now();
      await queue.add('notify', 'later', notice, { delayMilliseconds: 400 });
      await eventually('the delayed job is done', () => begun.length === 1);
      expect((begun[0] ?? 0) - added).toBeGreaterThanOrEqual(390);
    });

    test('never begins a job that was cancelled while it waited, and does not let its key in again', async () => {
      const { queue, other, work } = await start();
      const seen: string[] = [];
      await queue.add('triage', 'run/1', exampleJob());
      await queue.add('triage', 'run/2', exampleJob(), { delayMilliseconds: 150 });
      expect(await other.cancel('triage', 'run/1')).toBe('cancelled');
      expect(await other.cancel('triage', 'run/2')).toBe('cancelled');
      expect(await queue.add('triage', 'run/1', exampleJob())).toBe('already-there');
      work({ triage: async (_payload, { key }) => void seen.push(key) });
      await queue.add('triage', 'run/3', exampleJob(), { delayMilliseconds: 300 });
      await eventually('the job after them is done', () => seen.includes('run/3'));
      expect(seen).toEqual(['run/3']);
    });

    test('asks a running job to stop, in whichever process it runs, and does not run it again', async () => {
      const { queue, other, work } = await start();
      const reasons: unknown[] = [];
      const failed: string[] = [];
      let begun = 0;
      work(
        {
          triage: async (_payload, context) => {
            begun += 1;
            reasons.push(await untilStopped(context));
            context.signal.throwIfAborted();
          },
        },
        (key) => failed.push(key),
      );
      await queue.add('triage', 'run/1', exampleJob());
      await eventually('the job runs', () => begun === 1);
      expect(await other.cancel('triage', 'run/1')).toBe('asked-to-stop');
      await eventually('the job was stopped', () => reasons.length === 1, 3000);
      expect(reasons[0]).toBeInstanceOf(JobStopped);
      expect(reasons[0]).toMatchObject({ because: 'cancelled' });
      await eventually('the job is over', async () => (await other.cancel('triage', 'run/1')) === 'not-there');
      expect({ begun, failed }).toEqual({ begun: 1, failed: [] });
    });

    test('has nothing to cancel where no job is, or where it is done', async () => {
      const { queue, work } = await start();
      let done = 0;
      expect(await queue.cancel('triage', 'run/9')).toBe('not-there');
      work({ triage: async () => void (done += 1) });
      await queue.add('triage', 'run/1', exampleJob());
      await eventually(
        'the job is over',
        async () => done === 1 && (await queue.cancel('triage', 'run/1')) === 'not-there',
      );
      expect(await queue.add('triage', 'run/9', exampleJob())).toBe('added');
      await eventually('a job that was not there when it was cancelled runs', () => done === 2);
    });

    test('runs a job again after an error, and says which attempt it is', async () => {
      const { queue, work } = await start();
      const attempts: number[] = [];
      const failed: string[] = [];
      work(
        {
          notify: async (_payload, { attempt }) => {
            attempts.push(attempt);
            if (attempt === 1) throw new Error('the first time goes wrong');
          },
        },
        (key) => failed.push(key),
      );
      await queue.add('notify', 'wobbly', notice);
      await eventually('the job is done', () => attempts.length === 2);
      expect({ attempts, failed }).toEqual({ attempts: [1, 2], failed: [] });
    });

    test('does not run a job again that gave up, and tells that it failed for good', async () => {
      const { queue, work } = await start();
      const failed: string[] = [];
      let begun = 0;
      work(
        {
          triage: async () => {
            begun += 1;
            throw new GiveUp('there is no such playbook');
          },
        },
        (key) => failed.push(key),
      );
      await queue.add('triage', 'hopeless', exampleJob());
      await eventually('the failure is told', () => failed.length > 0);
      await eventually('the job is over', async () => (await queue.cancel('triage', 'hopeless')) === 'not-there');
      expect({ begun, failed }).toEqual({ begun: 1, failed: ['hopeless'] });
    });

    test('lets a job wait as often as it likes without using up its attempts', async () => {
      const { queue, work } = await start();
      const failed: string[] = [];
      let begun = 0;
      work(
        {
          triage: async () => {
            begun += 1;
            if (begun <= 12) throw new TryLater('the channel is busy', 20);
          },
        },
        (key) => failed.push(key),
      );
      await queue.add('triage', 'patient', exampleJob());
      await eventually(
        'the job is done',
        async () => begun === 13 && (await queue.cancel('triage', 'patient')) === 'not-there',
      );
      expect(failed).toEqual([]);
    });

    test('finishes what runs before it closes, and begins nothing more', async () => {
      const { queue, work } = await start();
      const done: string[] = [];
      let release = () => {};
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      let begun = 0;
      const workers = work({
        remediate: async (_payload, { key }) => {
          begun += 1;
          await released;
          done.push(key);
        },
      });
      const payload = { proposal: 'proposal-1', by: { id: 'U1' }, place: { channel: 'C1' } };
      await queue.add('remediate', 'proposal/1', payload);
      await eventually('the job runs', () => begun === 1);
      const closed = workers.close(5000);
      await queue.add('remediate', 'proposal/2', payload);
      release();
      await closed;
      expect(done).toEqual(['proposal/1']);
      expect(await queue.cancel('remediate', 'proposal/1')).toBe('not-there');
      work({ remediate: async (_payload, { key }) => void done.push(key) });
      await eventually('the next process has done the other', () => done.includes('proposal/2'));
    });

    test('hands a job back that does not finish in time, and another process has it at once', async () => {
      const { queue, work } = await start();
      const reasons: unknown[] = [];
      const failed: string[] = [];
      const attempts: number[] = [];
      let begun = 0;
      const workers = work(
        {
          triage: async (_payload, context) => {
            begun += 1;
            reasons.push(await untilStopped(context));
            context.signal.throwIfAborted();
          },
        },
        (key) => failed.push(key),
      );
      await queue.add('triage', 'run/1', exampleJob());
      await eventually('the job runs', () => begun === 1);
      work({ triage: async (_payload, { attempt }) => void attempts.push(attempt) }, (key) => failed.push(key));
      await workers.close(100);
      expect(reasons).toMatchObject([{ because: 'shutting-down' }]);
      await eventually('the job was done elsewhere', () => attempts.length === 1, 1500);
      expect({ begun, attempts, failed }).toEqual({ begun: 1, attempts: [2], failed: [] });
    });

    test('answers when it is asked whether it is there', async () => {
      const { queue } = await start();
      expect(await queue.ping()).toBe(true);
    });
  });
}
