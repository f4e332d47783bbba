import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { connectRedis } from '../src/adapters/redis/connect.ts';
import { createLedger } from '../src/adapters/redis/ledger.ts';
import { LedgerEntry } from '../src/core/ledger-entry.ts';
import { privateRedis } from '../src/local/redis.ts';
import { exampleEvent } from './contracts/ledger.ts';
import { useRedis } from './redis.ts';

const redis = useRedis();
const program = fileURLToPath(new URL('../src/cli.ts', import.meta.url));

type Ended = { code: number; out: string; error: string };

const ledger = async (...words: string[]): Promise<Ended> => ledgerOf({ REDIS_URL: redis.url() }, ...words);

async function ledgerOf(where: Record<string, string>, ...words: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const env = { PATH: process.env['PATH'], HOME: '/nonexistent', ...where };
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

  test('reads the private Redis of a running process, and its data when none runs', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'triage-ledger-'));
    const own = await privateRedis({ folder: join(folder, 'cluster-triage/redis') });
    const connection = connectRedis({ url: own.url });
    await createLedger(connection).append(exampleEvent('run-1'));
    const whole = { code: 0, out: expect.stringContaining('whole: 1 entry') };
    expect(await ledgerOf({ XDG_STATE_HOME: folder }, 'verify')).toMatchObject(whole);
    await connection.close();
    await own.stop();
    expect(await ledgerOf({ XDG_STATE_HOME: folder }, 'verify')).toMatchObject(whole);
    rmSync(folder, { recursive: true, force: true });
  });

  test('ends with 2, and not as whole or broken, when Redis does not answer', async () => {
    redis.freeze();
    const answer = await ledger('verify').finally(redis.thaw);
    expect(answer).toMatchObject({ code: 2, out: '', error: expect.stringContaining('nothing is known') });
  });
});
