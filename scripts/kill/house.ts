import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Queue } from 'bullmq';
import { connectRedis } from '../../src/adapters/redis/connect.ts';
import { usualPrefix } from '../../src/adapters/redis/keys.ts';
import { createLedger } from '../../src/adapters/redis/ledger.ts';
import { createRecords } from '../../src/adapters/redis/records.ts';
import { queueNames } from '../../src/core/job.ts';
import { privateRedis } from '../../src/local/redis.ts';
import { startWorkspace, type Workspace } from '../../src/local/workspace/workspace.ts';
import type { Ledger } from '../../src/ports/ledger.ts';
import type { Records } from '../../src/ports/records.ts';
import { type Bot, startBot, writeConfiguration } from '../../test/real-cluster/bot.ts';
import type { WitnessedCluster } from './clusters.ts';

/** A whole house: Redis, workspace, a gateway and a worker as processes of their own, and one cluster. */
export type HouseUnderFire = {
  readonly name: string;
  readonly workspace: Workspace;
  readonly cluster: WitnessedCluster;
  readonly records: Records;
  readonly ledger: Ledger;
  killWorker(): Promise<void>;
  startWorker(): Promise<void>;
  /** Jobs that wait, work, or come back later; upkeep, which always comes again, is not counted. */
  unfinishedJobs(): Promise<number>;
  /** Jobs that were given up. */
  failedJobs(): Promise<number>;
  /** What the processes wrote on standard error. */
  said(): string;
  stop(): Promise<void>;
};

type Closing = (() => Promise<unknown>)[];

/** Starts a house in a folder of its own. What was started is ended again when a part does not start. */
export async function startHouse(
  name: string,
  folder: string,
  openCluster: (folder: string) => Promise<WitnessedCluster>,
): Promise<HouseUnderFire> {
  const closing: Closing = [];
  const stop = async (): Promise<void> => {
    for (const close of closing.splice(0).toReversed()) await close();
  };
  try {
    return { ...(await assemble(name, folder, openCluster, closing)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function assemble(
  name: string,
  folder: string,
  openCluster: (folder: string) => Promise<WitnessedCluster>,
  closing: Closing,
): Promise<Omit<HouseUnderFire, 'stop'>> {
  await mkdir(folder, { recursive: true });
  const cluster = await openCluster(folder);
  closing.push(async () => cluster.stop());
  const redis = await privateRedis({ folder: join(folder, 'redis') });
  closing.push(redis.stop);
  const workspace = await startWorkspace({ delivery: { mode: 'socket' }, rateLimits: true });
  closing.push(async () => workspace.close());
  const configuration = await writeConfiguration(folder, cluster.connect);
  const bots: Bot[] = [];
  const start = async (role: 'gateway' | 'worker'): Promise<Bot> => {
    const bot = await startBot({ role, configuration, workspace, redisUrl: redis.url });
    bots.push(bot);
    return bot;
  };
  // The children end before the Redis that they talk to.
  closing.push(async () => Promise.all(bots.map(async (bot) => bot.stop())));
  let worker = await start('worker');
  await start('gateway');

  const connection = connectRedis({ url: redis.url });
  const queues = queueNames
    .filter((queue) => queue !== 'upkeep')
    .map((queue) => new Queue(queue, { connection: connection.client, prefix: usualPrefix, skipVersionCheck: true }));
  closing.push(
    async () => connection.close(),
    async () => Promise.all(queues.map(async (queue) => queue.close())),
  );
  const count = async (...states: Parameters<Queue['getJobCountByTypes']>): Promise<number> => {
    const counts = await Promise.all(queues.map(async (queue) => queue.getJobCountByTypes(...states)));
    return counts.reduce((sum, one) => sum + one, 0);
  };
  return {
    name,
    workspace,
    cluster,
    records: createRecords(connection),
    ledger: createLedger(connection),
    killWorker: async () => worker.kill(),
    startWorker: async () => {
      worker = await start('worker');
    },
    unfinishedJobs: async () => count('active', 'waiting', 'delayed', 'prioritized', 'waiting-children'),
    failedJobs: async () => count('failed'),
    said: () => bots.map((bot) => bot.said()).join(''),
  };
}

/** Asks again and again until it is so; throws after the deadline. */
export async function until(what: string, isSo: () => Promise<boolean>, withinMilliseconds: number): Promise<void> {
  const deadline = performance.now() + withinMilliseconds;
  while (!(await isSo())) {
    if (performance.now() > deadline)
      throw new Error(`Within ${withinMilliseconds / 1000} s it did not come to this: ${what}.`);
    await sleep(50);
  }
}
