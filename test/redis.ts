import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import { connectRedis, type RedisConnection } from '../src/adapters/redis/connect.ts';
import { type PrivateRedis, privateRedis } from '../src/local/redis.ts';

export type TestRedis = {
  readonly url: () => string;
  /** A connection of its own, as another process would have; closed after the file's last test. */
  readonly connect: (onNotice?: (sentence: string) => void) => RedisConnection;
  /** A prefix that nobody else uses: an empty store on the same Redis. */
  readonly freshPrefix: () => string;
  /** Stops answering, as a machine that hangs; `thaw` lets it go on where it was. */
  readonly freeze: () => void;
  readonly thaw: () => void;
  /** Ends at once, as in a power cut; `start` begins again from what is on the disk, at the same address. */
  readonly kill: () => void;
  readonly start: () => Promise<void>;
};

/**
 * One private, real Redis for the tests of a file. It ends with the file, and with the test process however that
 * dies.
 */
export function useRedis(): TestRedis {
  let folder = '';
  let server: PrivateRedis | undefined;
  let prefixes = 0;
  const connections: RedisConnection[] = [];
  const running = () => {
    if (server === undefined) throw new Error('The private Redis is not started yet.');
    return server;
  };
  const start = async () => {
    server = await privateRedis({ folder });
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'triage-test-'));
    await start();
    // Where there is no Redis yet it is installed first.
  }, 300_000);

  afterAll(async () => {
    await Promise.all(connections.map(async (connection) => connection.close()));
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  return {
    url: () => running().url,
    connect: (onNotice) => {
      const connection = connectRedis({ url: running().url, ...(onNotice === undefined ? {} : { onNotice }) });
      connections.push(connection);
      return connection;
    },
    freshPrefix: () => {
      prefixes += 1;
      return `{test-${prefixes}}`;
    },
    freeze: () => process.kill(running().pid, 'SIGSTOP'),
    thaw: () => process.kill(running().pid, 'SIGCONT'),
    kill: () => process.kill(running().pid, 'SIGKILL'),
    start,
  };
}

/** Asks until the answer is not undefined and not false, and gives it back; fails after the deadline, saying what was awaited. */
export async function eventually<Answer>(
  what: string,
  ask: () => Promise<Answer | undefined | false> | Answer | undefined | false,
  withinMilliseconds = 10_000,
): Promise<Answer> {
  const deadline = performance.now() + withinMilliseconds;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > deadline) throw new Error(`Waited ${withinMilliseconds} ms in vain until ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
