import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Queue as BullQueue } from 'bullmq';
import { jobIdOf } from '../../../src/adapters/bullmq/envelope.ts';
import { connectRedis } from '../../../src/adapters/redis/connect.ts';
import { exampleJob } from '../../contracts/queue.ts';
import { eventually, useRedis } from '../../redis.ts';
import { queueOn } from './examinee.ts';

const redis = useRedis();
const program = join(import.meta.dirname, 'worker-process.ts');

describe('several processes', () => {
  const children: ChildProcess[] = [];
  const open: { close: (grace: number) => Promise<void> }[] = [];

  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    await Promise.all(open.splice(0).map(async (one) => one.close(0)));
  });

  const startProcess = (prefix: string) => {
    const child = spawn(process.execPath, ['--no-warnings', program, redis.url(), prefix], {
      env: { ...process.env, NODE_OPTIONS: '' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    const lines: string[] = [];
    child.stdout.on('data', (data: Buffer) => lines.push(...data.toString().split('\n').filter(Boolean)));
    return { child, lines };
  };

  test('wait for a Redis that is not there yet, without ending', async () => {
    const notices: string[] = [];
    const connection = connectRedis({ url: 'redis://127.0.0.1:1', onNotice: (sentence) => notices.push(sentence) });
    const { queue, work, troubles } = queueOn(() => connection, '{nowhere}');
    const workers = work({});
    await expect(queue.add('triage', 'run/1', exampleJob(), { withinMilliseconds: 300 })).rejects.toThrow(
      'did not answer within 300 ms',
    );
    await workers.close(100);
    await queue.close();
    await connection.close();
    expect(notices).toHaveLength(1);
    expect(notices[0]).toMatch(/^Redis does not answer: .*ECONNREFUSED.*\. Trying again until it does\.$/);
    expect(troubles).toEqual([]);
  });

  test('take a job over within ten seconds after kill -9 of its worker, and run it to its end', async () => {
    const prefix = redis.freshPrefix();
    const { queue, work, troubles } = queueOn(redis.connect, prefix);
    const { child, lines } = startProcess(prefix);
    await queue.add('triage', 'run/1', exampleJob());
    await eventually('the job runs in the other process', () => lines.includes('begins run/1 1'));
    const attempts: number[] = [];
    const failed: string[] = [];
    open.push(
      work({ triage: async (_payload, { attempt }) => void attempts.push(attempt) }, (key) => failed.push(key)),
    );
    child.kill('SIGKILL');
    const killed = performance.now();
    await eventually('the job runs here', () => attempts.length === 1, 15_000);
    expect(performance.now() - killed).toBeLessThan(10_500);
    expect({ attempts, failed, troubles }).toEqual({ attempts: [2], failed: [], troubles: [] });
  }, 30_000);

  test('stop a job of each other', async () => {
    const prefix = redis.freshPrefix();
    const { queue } = queueOn(redis.connect, prefix);
    const { lines } = startProcess(prefix);
    await queue.add('triage', 'run/1', exampleJob());
    await queue.add('triage', 'run/2', exampleJob());
    await eventually('both jobs run in the other process', () => lines.length === 2);
    expect(await queue.cancel('triage', 'run/1')).toBe('asked-to-stop');
    await eventually('it is stopped', () => lines.includes('stops run/1 cancelled'));
    expect(lines).not.toContain('stops run/2 cancelled');
  });

  test('hand a job over at once when one is asked to end', async () => {
    const prefix = redis.freshPrefix();
    const { queue, work } = queueOn(redis.connect, prefix);
    const { child, lines } = startProcess(prefix);
    await queue.add('triage', 'run/1', exampleJob());
    await eventually('the job runs in the other process', () => lines.includes('begins run/1 1'));
    const attempts: number[] = [];
    open.push(work({ triage: async (_payload, { attempt }) => void attempts.push(attempt) }));
    child.kill('SIGTERM');
    await once(child, 'exit');
    expect(lines.at(-1)).toBe('stops run/1 shutting-down');
    await eventually('the job runs here', () => attempts.length === 1, 1500);
    expect(attempts).toEqual([2]);
  });

  test('give a job up, and tell people, when it has outlived too many of them', async () => {
    const prefix = redis.freshPrefix();
    const { queue, work } = queueOn(redis.connect, prefix);
    await queue.add('remediate', 'deadly', { proposal: 'proposal-1', by: { id: 'U1' }, place: { channel: 'C1' } });
    const connection = redis.connect();
    const key = `${prefix}:remediate:${jobIdOf('deadly')}`;
    await connection.within(2000, async () => connection.client.hset(key, 'stc', '6'));
    const failed: string[] = [];
    let begun = 0;
    open.push(work({ remediate: async () => void (begun += 1) }, (key) => failed.push(key)));
    await eventually('it is told', () => failed.length === 1);
    await eventually('the job is over', async () => (await queue.cancel('remediate', 'deadly')) === 'not-there');
    expect({ begun, failed }).toEqual({ begun: 0, failed: ['deadly'] });
  });

  test('report a job that none of them understands, and do the next', async () => {
    const prefix = redis.freshPrefix();
    const { queue, work, troubles } = queueOn(redis.connect, prefix);
    const foreign = new BullQueue('triage', { connection: redis.connect().client, prefix });
    await foreign.waitUntilReady();
    await foreign.add('triage', { key: 'odd', ticket: '', payload: { run: 7 } });
    await foreign.close();
    const seen: string[] = [];
    open.push(work({ triage: async ({ run }) => void seen.push(run) }));
    await queue.add('triage', 'run/1', exampleJob());
    await eventually('the good job is done and the odd one reported', () => seen.length === 1 && troubles.length === 1);
    expect(troubles[0]?.message).toContain('cannot be understood');
  });

  test('do the tasks of upkeep by the clock, once each over all of them', async () => {
    const begun: Record<string, number> = {};
    const prefix = redis.freshPrefix();
    const { work } = queueOn(redis.connect, prefix, { upkeepEveryMilliseconds: 200 });
    const upkeep = async ({ task }: { task: string }) => void (begun[task] = (begun[task] ?? 0) + 1);
    const began = performance.now();
    open.push(work({ upkeep }), work({ upkeep }), work({ upkeep }));
    await eventually('both tasks came five times', () =>
      ['expire-proposals', 'resume-approved'].every((task) => (begun[task] ?? 0) >= 5),
    );
    // Each process that starts may bring one of its own forward.
    const most = (performance.now() - began) / 200 + 3 + 1;
    expect(Math.max(...Object.values(begun))).toBeLessThanOrEqual(most);
  });
});
