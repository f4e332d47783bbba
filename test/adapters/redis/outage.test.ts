import { describe, expect, test } from '@jest/globals';
import { createLedger } from '../../../src/adapters/redis/ledger.ts';
import { createOutbox } from '../../../src/adapters/redis/outbox.ts';
import { createRecords } from '../../../src/adapters/redis/records.ts';
import { chainStart, firstBroken } from '../../../src/core/ledger-entry.ts';
import { StoreUnavailable } from '../../../src/ports/store.ts';
import { allOf, exampleEvent } from '../../contracts/ledger.ts';
import { exampleRun } from '../../contracts/records.ts';
import { eventually, useRedis } from '../../redis.ts';

const redis = useRedis();

const refusalTime = async (asking: Promise<unknown>) => {
  const asked = performance.now();
  await expect(asking).rejects.toBeInstanceOf(StoreUnavailable);
  return performance.now() - asked;
};

const storesOn = (notices: string[] = []) => {
  const connection = redis.connect((sentence) => notices.push(sentence));
  const prefix = redis.freshPrefix();
  return {
    connection,
    records: createRecords(connection, { prefix }),
    ledger: createLedger(connection, { prefix }),
    outbox: createOutbox(connection, { prefix }),
  };
};

describe('the stores while Redis is away', () => {
  test('answer within two and a half seconds that it hangs, and go on when it is back', async () => {
    const { records, ledger, outbox } = storesOn();
    await records.createRun(exampleRun());
    redis.freeze();
    try {
      const times = await Promise.all([
        refusalTime(records.run('run-1')),
        refusalTime(records.updateRun('run-1', { state: 'running' })),
        ...[1, 2, 3].map(async (turn) => refusalTime(ledger.append(exampleEvent(`run-${turn}`)))),
        refusalTime(allOf(ledger)),
        refusalTime(outbox.begin('root', 'one')),
      ]);
      expect(Math.max(...times)).toBeLessThan(2500);
    } finally {
      redis.thaw();
    }
    await eventually('the run can be read', async () => records.run('run-1').catch(() => undefined));
    const entry = await ledger.append(exampleEvent('run-9'));
    const entries = await allOf(ledger);
    expect(entries.at(-1)).toEqual(entry);
    expect(firstBroken(entries, { sequence: 0, hash: chainStart })).toBeUndefined();
  });

  test('come back with everything after Redis died, do nothing late, and say so once', async () => {
    const notices: string[] = [];
    const { records, ledger, connection } = storesOn(notices);
    await records.createRun(exampleRun());
    const entry = await ledger.append(exampleEvent('run-1'));
    redis.kill();
    await eventually('it is noticed', () => connection.client.status !== 'ready');
    expect(await refusalTime(records.updateRun('run-1', { state: 'failed' }))).toBeLessThan(2500);
    await redis.start();
    expect(await eventually('the run can be read', async () => records.run('run-1').catch(() => undefined))).toEqual(
      exampleRun(),
    );
    expect(await allOf(ledger)).toEqual([entry]);
    expect(await ledger.append(exampleEvent('run-2'))).toMatchObject({ sequence: 2, previous: entry.hash });
    expect(notices).toEqual([
      expect.stringMatching(/^Redis does not answer: .+\. Trying again until it does\.$/),
      'Redis answers again.',
    ]);
  });

  test('find a connection dead that hangs for long, and make another', async () => {
    const notices: string[] = [];
    const { records } = storesOn(notices);
    await records.createRun(exampleRun());
    redis.freeze();
    try {
      await refusalTime(records.run('run-1'));
      await eventually('the connection is given up', () => notices.length === 1);
    } finally {
      redis.thaw();
    }
    expect(await eventually('the run can be read', async () => records.run('run-1').catch(() => undefined))).toEqual(
      exampleRun(),
    );
  });

  test('wait for a short absence instead of refusing', async () => {
    const { records, connection } = storesOn();
    await records.createRun(exampleRun());
    redis.kill();
    await eventually('it is noticed', () => connection.client.status !== 'ready');
    const reading = records.run('run-1');
    await redis.start();
    expect(await reading).toEqual(exampleRun());
  });
});
