import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { createLedger } from '../src/adapters/redis/ledger.ts';
import { LedgerEntry } from '../src/core/ledger-entry.ts';
import { exampleEvent } from './contracts/ledger.ts';
import { useRedis } from './redis.ts';

const redis = useRedis();
const program = fileURLToPath(new URL('../src/cli.ts', import.meta.url));

async function ledger(...words: string[]): Promise<{ code: number; out: string; error: string }> {
  return new Promise((resolve) => {
    const env = { PATH: process.env['PATH'], HOME: '/nonexistent', REDIS_URL: redis.url() };
    execFile(process.execPath, [program, 'ledger', ...words], { env }, (failed, out, error) => {
      resolve({ code: typeof failed?.code === 'number' ? failed.code : 0, out, error });
    });
  });
}

describe('triage ledger', () => {
  test('prints the ledger, says that it is whole with its head, and says where it is broken', async () => {
    const connection = redis.connect();
    const written = createLedger(connection);
    const entries = [await written.append(exampleEvent('run-1')), await written.append(exampleEvent('run-2'))];
    const exported = await ledger('export', '--output', 'jsonl', '--from', '2');
    expect(
      exported.out
        .trimEnd()
        .split('\n')
        .map((line) => LedgerEntry.parse(JSON.parse(line))),
    ).toEqual([entries[1]]);

    const whole = await ledger('verify');
    expect([whole.code, whole.error]).toEqual([0, '']);
    expect(whole.out).toContain(
      `The ledger is whole: 2 entries, each chained to the one before it.\nHead: ${entries[1]?.hash}`,
    );
    expect(whole.out).toContain('could have written all of it anew');
    expect(await ledger('verify', '--head', entries[0]?.hash ?? '')).toMatchObject({
      code: 0,
      out: expect.stringContaining('Entry 1 has the hash that was noted'),
    });
    expect(await ledger('verify', '--head', 'f'.repeat(64))).toMatchObject({ code: 1 });

    await connection.client.xdel('{cluster-triage}:ledger', '1-0');
    expect(await ledger('verify')).toMatchObject({
      code: 1,
      out: 'The ledger is broken at entry 1. It is missing: entry 2 comes after entry 0.\n',
    });
  });

  test.each([
    [['verify', '--head', 'short'], 'no hash of an entry'],
    [['export'], 'Use --output jsonl'],
    [['export', '--output', 'jsonl', '--from', '0'], 'numbered from 1'],
    [['burn'], 'ledger verify'],
  ])('ends with 64 for the words %j', async (words, says) => {
    expect(await ledger(...words)).toMatchObject({ code: 64, error: expect.stringContaining(says) });
  });

  test('ends with 2, and not as whole or broken, when Redis does not answer', async () => {
    redis.freeze();
    const answer = await ledger('verify').finally(redis.thaw);
    expect(answer).toMatchObject({ code: 2, out: '', error: expect.stringContaining('nothing is known') });
  });
});
