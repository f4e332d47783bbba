import { beforeEach, describe, expect, test } from '@jest/globals';
import { createLedger } from '../../../src/adapters/redis/ledger.ts';
import { createStoredLedger } from '../../../src/adapters/redis/stored-ledger.ts';
import { verifyLedger } from '../../../src/app/verify-ledger.ts';
import { chain, type LedgerEntry } from '../../../src/core/ledger-entry.ts';
import { allOf, exampleEvent } from '../../contracts/ledger.ts';
import { useRedis } from '../../redis.ts';

const redis = useRedis();
let connection: ReturnType<typeof redis.connect>;
let prefix: string;
let key: string;

beforeEach(() => {
  connection = redis.connect();
  prefix = redis.freshPrefix();
  key = `${prefix}:ledger`;
});

const ledger = () => createLedger(connection, { prefix });
const verified = async (noted?: string) => verifyLedger(createStoredLedger(connection, { prefix }), noted);

async function grown(length: number): Promise<LedgerEntry[]> {
  const writer = ledger();
  const entries: LedgerEntry[] = [];
  for (let index = 1; index <= length; index += 1) entries.push(await writer.append(exampleEvent(`run-${index}`)));
  return entries;
}

/** The stream as somebody with all rights on Redis makes it anew, since Redis changes no entry in place. */
async function rewritten(entries: readonly { id?: string; hash?: string; entry: LedgerEntry | string }[]) {
  await connection.client.del(key);
  for (const [index, { id, hash, entry }] of entries.entries()) {
    const text = typeof entry === 'string' ? entry : JSON.stringify(entry);
    const own = typeof entry === 'string' ? '' : entry.hash;
    await connection.client.xadd(key, id ?? `${index + 1}-0`, 'hash', hash ?? own, 'entry', text);
  }
}

const at = (entries: readonly LedgerEntry[], index: number): LedgerEntry => {
  const entry = entries.at(index);
  if (entry === undefined) throw new Error(`there is no entry ${index}`);
  return entry;
};

describe('a ledger in Redis', () => {
  test('is whole when nobody touched it, however many pages it has and after it was opened again', async () => {
    await grown(1203);
    const [entry] = [await ledger().append(exampleEvent('after a restart'))];
    expect(await verified()).toEqual({ is: 'whole', entries: 1204, head: { sequence: 1204, hash: entry.hash } });
  });

  test('is whole when it is empty', async () => {
    expect(await verified()).toMatchObject({ is: 'whole', entries: 0 });
  });

  test('is whole while others append to it', async () => {
    await grown(40);
    const writing = Promise.all(
      Array.from({ length: 60 }, async (_unused, index) => ledger().append(exampleEvent(`more-${index}`))),
    );
    expect(await verified()).toMatchObject({ is: 'whole' });
    await writing;
    expect(await verified()).toMatchObject({ is: 'whole', entries: 100 });
  });

  test.each([
    [
      'a changed field',
      3,
      (all: LedgerEntry[]) => all.map((one) => (one.sequence === 3 ? { ...one, actor: 'U9' } : one)),
    ],
    [
      'a field that was put in',
      2,
      (all: LedgerEntry[]) => all.map((one) => (one.sequence === 2 ? { ...one, approvedBy: 'U9' } : one)),
    ],
    ['two exchanged entries', 2, (all: LedgerEntry[]) => [at(all, 0), at(all, 2), at(all, 1), ...all.slice(3)]],
    [
      'a changed entry whose hash was made anew',
      4,
      (all: LedgerEntry[]) =>
        all.map((one) => (one.sequence === 3 ? chain(exampleEvent('forged'), 3, at(all, 1).hash) : one)),
    ],
  ])('tells where it is broken by %s', async (_what, number, forge) => {
    const entries = await grown(5);
    await rewritten(forge(entries).map((entry) => ({ entry })));
    expect(await verified()).toMatchObject({ is: 'broken', at: number });
  });

  test('tells that an entry was taken out of its middle', async () => {
    await grown(5);
    await connection.client.xdel(key, '3-0');
    expect(await verified()).toEqual({
      is: 'broken',
      at: 3,
      because: 'It is missing: entry 4 comes after entry 2.',
    });
  });

  test('tells that its end was taken away, and goes on behind the gap', async () => {
    await grown(5);
    await connection.client.xdel(key, '4-0', '5-0');
    expect(await verified()).toMatchObject({ at: 4, because: expect.stringContaining('2 entries are missing') });
    expect(await ledger().append(exampleEvent('later'))).toMatchObject({ sequence: 6 });
    expect(await verified()).toMatchObject({ is: 'broken', at: 4 });
  });

  test('tells that an entry was added behind its head', async () => {
    const entries = await grown(3);
    const forged = chain(exampleEvent('forged'), 4, at(entries, 2).hash);
    await rewritten([...entries, forged].map((entry) => ({ entry })));
    expect(await verified()).toMatchObject({ is: 'broken', at: 4, because: expect.stringContaining('entry 3') });
  });

  test('tells that an entry was squeezed in between two others', async () => {
    const entries = await grown(3);
    await rewritten([
      { entry: at(entries, 0) },
      { id: '1-1', entry: at(entries, 0) },
      { id: '2-0', entry: at(entries, 1) },
      { id: '3-0', entry: at(entries, 2) },
    ]);
    expect(await verified()).toMatchObject({ is: 'broken', at: 2, because: expect.stringContaining('squeezed in') });
  });

  test.each([
    ['an entry that is no JSON', { entry: 'not JSON' }, 'no JSON object'],
    ['another hash beside an entry', { hash: 'f'.repeat(64) }, 'stored beside it'],
  ])('tells of %s', async (_what, forged, because) => {
    const entries = await grown(2);
    await rewritten([{ entry: at(entries, 0) }, { entry: at(entries, 1), ...forged }]);
    expect(await verified()).toMatchObject({ is: 'broken', at: 2, because: expect.stringContaining(because) });
  });

  test('tells that its head is gone', async () => {
    await grown(2);
    await connection.client.del(`${prefix}:ledger-head`);
    expect(await verified()).toMatchObject({ is: 'broken', at: 2, because: expect.stringContaining('head is gone') });
  });

  test('that was written anew from the first entry on is found by a hash that was noted elsewhere', async () => {
    const entries = await grown(3);
    const noted = at(entries, 1).hash;
    expect(await verified(noted)).toMatchObject({ is: 'whole', notedAt: 2 });
    await connection.client.del(key, `${prefix}:ledger-head`);
    for (const run of ['a', 'b', 'c']) await ledger().append(exampleEvent(run));
    expect(await verified()).toMatchObject({ is: 'whole', entries: 3 });
    expect(await verified(noted)).toMatchObject({ is: 'broken', because: expect.stringContaining('written anew') });
  });

  test('is whole after Redis was killed and came back, and goes on', async () => {
    const entries = await grown(20);
    redis.kill();
    await redis.start();
    connection = redis.connect();
    expect(await verified(at(entries, 19).hash)).toMatchObject({ is: 'whole', entries: 20, notedAt: 20 });
    expect(await ledger().append(exampleEvent('later'))).toMatchObject({ sequence: 21 });
    expect(await verified()).toMatchObject({ is: 'whole', entries: 21 });
  });

  test('holds no secret, in a text or in a field that is named after one', async () => {
    const detail = { says: 'KONG_PG_PASSWORD=hunter2', patch: { data: { 'db.password': 'hunter2', host: 'db' } } };
    await ledger().append({ ...exampleEvent('run-1'), detail });
    const [entry] = await allOf(ledger());
    expect(JSON.stringify(entry)).not.toContain('hunter2');
    expect(entry?.detail).toMatchObject({ patch: { data: { host: 'db' } } });
    expect(await verified()).toMatchObject({ is: 'whole' });
  });
});
