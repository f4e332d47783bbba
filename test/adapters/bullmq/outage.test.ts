import { afterEach, describe, expect, test } from '@jest/globals';
import { QueueUnavailable } from '../../../src/ports/queue.ts';
import { exampleJob, untilStopped } from '../../contracts/queue.ts';
import { eventually, useRedis } from '../../redis.ts';
import { queueOn } from './examinee.ts';

const redis = useRedis();

describe('the queue while Redis is away', () => {
  const open: { close: (grace: number) => Promise<void> }[] = [];
  const start = () => {
    const examinee = queueOn(redis.connect, redis.freshPrefix());
    return {
      ...examinee,
      work: (...given: Parameters<typeof examinee.work>) => {
        const workers = examinee.work(...given);
        open.push(workers);
        return workers;
      },
    };
  };

  afterEach(async () => {
    await Promise.all(open.splice(0).map(async (one) => one.close(0)));
  });

  const refusalTime = async (asking: Promise<unknown>) => {
    const asked = performance.now();
    await expect(asking).rejects.toBeInstanceOf(QueueUnavailable);
    return performance.now() - asked;
  };

  test('closes in time although there is nobody to say goodbye to', async () => {
    const { queue, work } = start();
    let done = 0;
    const workers = work({ triage: async () => void (done += 1) });
    await queue.add('triage', 'run/1', exampleJob());
    await eventually(
      'the job is over',
      async () => done === 1 && (await queue.cancel('triage', 'run/1')) === 'not-there',
    );
    redis.kill();
    await eventually('it is noticed', async () => !(await queue.ping()));
    const began = performance.now();
    await workers.close(500);
    expect(performance.now() - began).toBeLessThan(3000);
    await redis.start();
  });

  test('says within two and a half seconds that it is unavailable when Redis hangs, and goes on when it is back', async () => {
    const { queue, work, troubles } = start();
    const seen: string[] = [];
    work({ triage: async ({ run }) => void seen.push(run) });
    await queue.add('triage', 'run/1', exampleJob('run-1'));
    await eventually('the first job is done', () => seen.length === 1);
    redis.freeze();
    try {
      const times = await Promise.all([
        refusalTime(queue.add('triage', 'run/2', exampleJob('run-2'))),
        refusalTime(queue.cancel('triage', 'run/1')),
      ]);
      expect(Math.max(...times)).toBeLessThan(2500);
      expect(
        await refusalTime(queue.add('triage', 'run/3', exampleJob('run-3'), { withinMilliseconds: 100 })),
      ).toBeLessThan(500);
      expect(await queue.ping()).toBe(false);
    } finally {
      redis.thaw();
    }
    await eventually('it answers again', async () => queue.ping());
    await queue.add('triage', 'run/4', exampleJob('run-4'));
    await eventually('the job is done', () => seen.includes('run-4'));
    // Nothing may be assumed about a job that was refused, except that it can be added again and is done once.
    await queue.add('triage', 'run/2', exampleJob('run-2'));
    await eventually('the refused job is done', () => seen.includes('run-2'));
    expect(seen.filter((run) => run === 'run-2')).toHaveLength(1);
    expect(troubles).toEqual([]);
  });

  test('does the same when Redis dies, and keeps every job that it had accepted', async () => {
    const { queue, other, work, troubles } = start();
    const seen: string[] = [];
    for (let index = 0; index < 20; index += 1) {
      await queue.add('triage', `run/${index}`, exampleJob(`run-${index}`), { delayMilliseconds: 1 });
    }
    redis.kill();
    expect(await refusalTime(other.add('triage', 'lost', exampleJob()))).toBeLessThan(2500);
    expect(await queue.ping()).toBe(false);
    // A process may well start before its Redis does.
    work({ triage: async ({ run }) => void seen.push(run) });
    await redis.start();
    await eventually('all accepted jobs are done', () => seen.length === 20);
    expect(new Set(seen).size).toBe(20);
    expect(await other.add('triage', 'run/3', exampleJob())).toBe('already-there');
    expect(troubles).toEqual([]);
  });

  test('lets a running job finish when Redis is back soon', async () => {
    const { queue, work } = start();
    const attempts: number[] = [];
    const aborted: boolean[] = [];
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    work({
      triage: async (_payload, { attempt, signal }) => {
        attempts.push(attempt);
        await released;
        aborted.push(signal.aborted);
      },
    });
    await queue.add('triage', 'run/1', exampleJob());
    await eventually('the job runs', () => attempts.length === 1);
    redis.kill();
    release();
    await redis.start();
    await eventually(
      'the job is over',
      async () => (await queue.cancel('triage', 'run/1').catch(() => '')) === 'not-there',
    );
    expect({ attempts, aborted }).toEqual({ attempts: [1], aborted: [false] });
  });

  test('stops a running job before its lock runs out, and runs it again', async () => {
    const takeover = { lockMilliseconds: 2500, lookMilliseconds: 500 };
    const { queue, work } = queueOn(redis.connect, redis.freshPrefix(), { takeover });
    const stops: { because: unknown; after: number }[] = [];
    const attempts: number[] = [];
    let frozenAt = 0;
    const workers = work({
      triage: async (_payload, context) => {
        attempts.push(context.attempt);
        if (context.attempt > 1) return;
        stops.push({ because: await untilStopped(context), after: performance.now() - frozenAt });
        context.signal.throwIfAborted();
      },
    });
    open.push(workers);
    await queue.add('triage', 'run/1', exampleJob());
    await eventually('the job runs', () => attempts.length === 1);
    frozenAt = performance.now();
    redis.freeze();
    try {
      await eventually('the job is stopped', () => stops.length === 1);
    } finally {
      redis.thaw();
    }
    expect(stops[0]).toMatchObject({ because: { because: 'lock-lost' } });
    expect(stops[0]?.after).toBeLessThan(takeover.lockMilliseconds);
    await eventually('the job runs again', () => attempts.length === 2);
    expect(attempts[1]).toBeGreaterThan(1);
  });
});
