import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectRedis } from '../../src/adapters/redis/connect.ts';
import { createLedger } from '../../src/adapters/redis/ledger.ts';
import { createRecords } from '../../src/adapters/redis/records.ts';
import { privateRedis } from '../../src/local/redis.ts';
import { startWorkspace, type Workspace } from '../../src/local/workspace/workspace.ts';
import type { Ledger } from '../../src/ports/ledger.ts';
import type { Records } from '../../src/ports/records.ts';
import { type Bot, type Role, startBot, writeConfigurationOf } from '../../test/real-cluster/bot.ts';

const world = fileURLToPath(new URL('../../test/worlds/kube-ovn/subnet-not-ready/leader-change.yaml', import.meta.url));

/** How much faster than real time the worlds run: the minute that a fix is held takes a second. */
const speed = 60;

/** One gateway and two workers, as processes, with a cluster of its own for every run. */
export type ChaoticHouse = {
  readonly workspace: Workspace;
  readonly records: Records;
  readonly ledger: Ledger;
  readonly processes: readonly Process[];
  /** What was done to a cluster is in this file; it is there once something was asked of it. */
  journalOf(cluster: string): string;
  stop(): Promise<void>;
};

/** A process that is killed and started again and again. */
export type Process = { readonly role: Role; kill(): Promise<void>; start(): Promise<void>; said(): string };

export async function startChaoticHouse(
  folder: string,
  clusters: readonly string[],
  channels: readonly string[],
): Promise<ChaoticHouse> {
  const journals = join(folder, 'journals');
  await mkdir(journals, { recursive: true });
  const file = join(folder, 'world.yaml');
  await copyFile(world, file);
  const journalOf = (cluster: string): string => join(journals, `${cluster}.journal`);
  const configuration = await writeConfigurationOf(
    folder,
    clusters.map((name) => ({ name, connect: { world: file, journal: journalOf(name), speed } })),
  );
  const redis = await privateRedis({ folder: join(folder, 'redis') });
  const workspace = await startWorkspace({
    delivery: { mode: 'socket' },
    channels: channels.map((name, index) => ({ id: `C0CHAOS${String(index).padStart(3, '0')}`, name })),
  });
  const start = async (role: Role) => startBot({ role, configuration, workspace, redisUrl: redis.url });
  const processes = await Promise.all(
    (['gateway', 'worker', 'worker'] as const).map(async (role) => processOf(role, start)),
  );
  const connection = connectRedis({ url: redis.url });
  return {
    workspace,
    records: createRecords(connection),
    ledger: createLedger(connection),
    processes,
    journalOf,
    async stop() {
      await Promise.all(processes.map(async (one) => one.kill()));
      await connection.close();
      await workspace.close();
      await redis.stop();
    },
  };
}

async function processOf(role: Role, start: (role: Role) => Promise<Bot>): Promise<Process> {
  let bot = await start(role);
  const before: string[] = [];
  return {
    role,
    kill: async () => bot.kill(),
    async start() {
      before.push(bot.said());
      bot = await start(role);
    },
    said: () => [...before, bot.said()].join(''),
  };
}
