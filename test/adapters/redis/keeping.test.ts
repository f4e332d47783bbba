import { describe, expect, test } from '@jest/globals';
import { createLedger } from '../../../src/adapters/redis/ledger.ts';
import { createOutbox } from '../../../src/adapters/redis/outbox.ts';
import { createRecords } from '../../../src/adapters/redis/records.ts';
import { chainStart, firstBroken } from '../../../src/core/ledger-entry.ts';
import { allOf, exampleEvent } from '../../contracts/ledger.ts';
import { decisionOf, exampleProposal, exampleRun } from '../../contracts/records.ts';
import { eventually, useRedis } from '../../redis.ts';

const redis = useRedis();
const millisecondsPerDay = 86_400_000;

const storeOn = () => {
  const connection = redis.connect();
  const prefix = redis.freshPrefix();
  const ask = async <Answer>(work: () => Promise<Answer>) => connection.within(2000, work);
  return {
    prefix,
    connection,
    ask,
    /** In whole days; -1 is for ever. */
    keptFor: async (key: string) => {
      const left = await ask(async () => connection.client.pttl(`${prefix}:${key}`));
      return left < 0 ? left : Math.round(left / millisecondsPerDay);
    },
  };
};

describe('what is kept in Redis', () => {
  test('a run for ever while it is not over, and for the configured days after', async () => {
    const { connection, prefix, keptFor } = storeOn();
    const records = createRecords(connection, { prefix, keepDays: 7 });
    await records.createRun(exampleRun());
    await records.updateRun('run-1', { state: 'running' });
    expect(await keptFor('run:run-1')).toBe(-1);
    await records.updateRun('run-1', { state: 'finished' });
    expect(await keptFor('run:run-1')).toBe(7);
    await records.updateRun('run-1', { proposals: ['proposal-1'] });
    expect(await keptFor('run:run-1')).toBe(7);
    await records.createRun({ ...exampleRun('run-2'), state: 'cancelled' });
    expect(await keptFor('run:run-2')).toBe(7);
  });

  test('a proposal for ever while it may still be carried out, and 90 days after its end', async () => {
    const { connection, prefix, keptFor } = storeOn();
    const records = createRecords(connection, { prefix });
    for (const id of ['proposal-1', 'denied']) await records.createProposal(exampleProposal(id));
    await records.decide('proposal-1', decisionOf('proposal-1'));
    await records.decide('denied', decisionOf('denied', 'denied'));
    expect([await keptFor('proposal:proposal-1'), await keptFor('proposal:denied')]).toEqual([-1, 90]);
    await records.advance('proposal-1', { is: 'void', decision: decisionOf('proposal-1'), because: [] });
    expect(await keptFor('proposal:proposal-1')).toBe(90);
  });

  test('the ledger and its index for ever, and a message since it was last touched', async () => {
    const { connection, prefix, keptFor } = storeOn();
    const ledger = createLedger(connection, { prefix });
    await ledger.append(exampleEvent('run-1', 'proposal-1'));
    expect([await keptFor('ledger'), await keptFor('ledger-of:proposal-1')]).toEqual([-1, -1]);
    const outbox = createOutbox(connection, { prefix, keepDays: 3 });
    await outbox.begin('root', 'one');
    expect(await keptFor('outbox:root')).toBe(3);
  });

  test('under keys that one slot of a Redis Cluster holds, whatever an id looks like', async () => {
    const { connection, prefix, ask } = storeOn();
    const records = createRecords(connection, { prefix });
    await records.createRun(exampleRun('{other}:*'));
    await records.rememberThread('run-1', '{C1}', '17:5');
    const keys = await ask(async () => connection.client.keys(`${prefix}*`));
    expect(keys.sort()).toEqual([
      `${prefix}:run:%7Bother%7D%3A*`,
      `${prefix}:runs-unfinished`,
      `${prefix}:thread:%7BC1%7D:17%3A5`,
    ]);
  });

  test('as long as Redis keeps it: one that drops data when it is full is told of', async () => {
    const { connection, ask } = storeOn();
    await ask(async () => connection.client.config('SET', 'maxmemory-policy', 'allkeys-lru'));
    const notices: string[] = [];
    redis.connect((sentence) => notices.push(sentence));
    await eventually('it is told', () => notices.length > 0);
    await ask(async () => connection.client.config('SET', 'maxmemory-policy', 'noeviction'));
    expect(notices).toEqual([expect.stringMatching(/allkeys-lru.+Set maxmemory-policy to noeviction\.$/)]);
  });

  test('is read although an earlier version wrote it, and goes on from there', async () => {
    const { connection, prefix, ask } = storeOn();
    const { proposal, measured, state } = exampleProposal('old');
    const fields = { is: 'offered', proposal, measured, state };
    const written = Object.entries(fields).flatMap(([name, value]) => [name, JSON.stringify(value)]);
    await ask(async () => connection.client.hset(`${prefix}:proposal:old`, ...written));
    const records = createRecords(connection, { prefix });
    expect(await records.proposal('old')).toEqual(exampleProposal('old'));
    expect(await records.approve('old', decisionOf('old'), 2)).toEqual({ is: 'counted', given: 1 });
    expect((await records.proposal('old'))?.approvals).toMatchObject([{ by: 'U2' }]);
    const decided = { is: 'decided', decision: decisionOf('older') };
    const older = {
      ...fields,
      is: 'decided',
      decision: 'approved',
      proposal: { ...proposal, id: 'older' },
      state: decided,
    };
    const before = Object.entries(older).flatMap(([name, value]) => [name, JSON.stringify(value)]);
    await ask(async () => connection.client.hset(`${prefix}:proposal:older`, ...before));
    expect((await records.proposal('older'))?.state).toEqual(decided);
    expect(await records.approve('older', decisionOf('older'), 1)).toEqual({ is: 'over', state: decided });
  });

  test('is checked when it is read: a foreign shape is an error that names it, not a wrong answer', async () => {
    const { connection, prefix, ask } = storeOn();
    const records = createRecords(connection, { prefix });
    const { client } = connection;
    await ask(async () => client.hset(`${prefix}:run:run-1`, 'state', '"asleep"', 'request', '{}'));
    await ask(async () => client.hset(`${prefix}:run:run-2`, 'state', 'running'));
    await expect(records.run('run-1')).rejects.toThrow('The run run-1 is stored in a shape that is not understood.');
    await expect(records.run('run-2')).rejects.toThrow('The run run-2 is stored as something that is not JSON.');
  });
});

describe('a ledger that somebody tampered with', () => {
  type Row = [id: string, fields: string[]];

  /** Writes the stream anew, as somebody with the rights to do so would: Redis lets nobody change it in place. */
  const tamper = async (change: (rows: Row[]) => Row[]) => {
    const { connection, prefix, ask } = storeOn();
    const ledger = createLedger(connection, { prefix });
    for (let index = 1; index <= 10; index += 1) await ledger.append(exampleEvent(`run-${index}`));
    const key = `${prefix}:ledger`;
    const rows = await ask(async () => connection.client.xrange(key, '-', '+'));
    await ask(async () => connection.client.del(key));
    for (const [id, fields] of change(rows)) await ask(async () => connection.client.xadd(key, id, ...fields));
    return firstBroken(await allOf(createLedger(connection, { prefix })), { sequence: 0, hash: chainStart });
  };

  test('is found whole when nothing was changed', async () => {
    expect(await tamper((rows) => rows)).toBeUndefined();
  });

  test('is broken at the entry whose words were changed', async () => {
    const changed = await tamper((rows) =>
      rows.map(
        ([id, fields]): Row => [id, id === '4-0' ? fields.map((field) => field.replace('"U1"', '"U2"')) : fields],
      ),
    );
    expect(changed).toBe(4);
  });

  test('is broken where an entry was taken out', async () => {
    expect(await tamper((rows) => rows.filter(([id]) => id !== '6-0'))).toBe(6);
  });
});
