import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { connectRedis } from './adapters/redis/connect.ts';
import { createStoredLedger } from './adapters/redis/stored-ledger.ts';
import { verifyLedger } from './app/verify-ledger.ts';
import { readStoreConfig } from './config.ts';
import { WrongUsage } from './core/errors.ts';
import { privateRedis, runningRedis } from './local/redis.ts';
import type { StoredLedger } from './ports/ledger.ts';
import { StoreUnavailable } from './ports/store.ts';

export const ledgerUsage = `  triage ledger verify [--head HASH]
  triage ledger export --output jsonl [--from N]
  Exit codes of ledger: 0 whole, 1 broken, 2 it could not be read, 64 wrong usage. It reads REDIS_URL, or the private Redis.
`;

const unreadable = 2;

/**
 * `triage ledger ...`: checks the chain of the ledger that REDIS_URL holds, or prints it.
 * @returns the exit code
 * @throws {WrongUsage} when the words cannot be understood
 */
export async function ledgerCommand(args: readonly string[]): Promise<number> {
  const work = understand(args);
  const { redisUrl, stateFolder } = readStoreConfig();
  const redis = redisUrl === undefined ? await privateOne(join(stateFolder, 'redis')) : { url: redisUrl };
  const connection = connectRedis({ url: redis.url });
  try {
    return await work(createStoredLedger(connection));
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    process.stderr.write(`The ledger could not be read, so nothing is known about it. ${error.message}\n`);
    return unreadable;
  } finally {
    await connection.close();
    await redis.stop?.();
  }
}

/** The Redis beside a process that has no REDIS_URL: the one that runs, or its data when none does. */
async function privateOne(folder: string): Promise<{ url: string; stop?: () => Promise<void> }> {
  const url = await runningRedis(folder);
  return url === undefined ? privateRedis({ folder }) : { url };
}

type Work = (ledger: StoredLedger) => Promise<number>;

function understand(args: readonly string[]): Work {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { head: { type: 'string' }, output: { type: 'string' }, from: { type: 'string' } },
  });
  const [verb, ...rest] = positionals;
  const { head, output, from } = values;
  if (verb === 'verify' && rest.length === 0 && output === undefined && from === undefined) {
    const noted = head?.toLowerCase();
    if (noted !== undefined && !/^[0-9a-f]{64}$/.test(noted))
      throw new WrongUsage(`${head} is no hash of an entry.`, 'Give the 64 digits that ledger verify printed.');
    return async (ledger) => verify(ledger, noted);
  }
  if (verb === 'export' && rest.length === 0 && head === undefined) {
    if (output !== 'jsonl') throw new WrongUsage('Say how to print it.', 'Use --output jsonl.');
    const first = Number(from ?? '1');
    if (!Number.isInteger(first) || first < 1)
      throw new WrongUsage(`There is no entry ${from}.`, 'Entries are numbered from 1.');
    return async (ledger) => print(ledger, first);
  }
  throw new WrongUsage('That is not understood.', `Use one of these:\n${ledgerUsage}`);
}

async function verify(ledger: StoredLedger, noted: string | undefined): Promise<number> {
  const verified = await verifyLedger(ledger, noted);
  if (verified.is === 'broken') {
    process.stdout.write(`The ledger is broken at entry ${verified.at}. ${verified.because}\n`);
    return 1;
  }
  const { entries, head, notedAt } = verified;
  const size = entries === 1 ? '1 entry' : `${entries} entries`;
  const limit =
    notedAt === undefined
      ? 'This compares the ledger with itself: whoever can write to its Redis could have written all of it anew. Note the head elsewhere, and give it with --head next time.'
      : `Entry ${notedAt} has the hash that was noted, so it and every entry before it are what they were then.`;
  process.stdout.write(
    `The ledger is whole: ${size}, each chained to the one before it.\nHead: ${head.hash}\n${limit}\n`,
  );
  return 0;
}

async function print(ledger: StoredLedger, from: number): Promise<number> {
  for await (const { text } of ledger.entries(from)) {
    if (!process.stdout.write(`${text}\n`)) await once(process.stdout, 'drain');
  }
  return 0;
}
