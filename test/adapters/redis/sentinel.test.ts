import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connectRedis, type RedisConnection } from '../../../src/adapters/redis/connect.ts';
import { createLedger } from '../../../src/adapters/redis/ledger.ts';
import { exampleEvent } from '../../contracts/ledger.ts';
import { exampleJob } from '../../contracts/queue.ts';
import { eventually } from '../../redis.ts';
import { queueOn } from '../bullmq/examinee.ts';
import { openServers, type Servers } from './servers.ts';

let servers: Servers;
let connection: RedisConnection;

beforeAll(async () => {
  servers = await openServers();
  const master = await servers.start();
  const replica = await servers.start(['--replicaof', '127.0.0.1', String(master)]);
  const sentinel = await servers.startSentinel('triage', master);
  connection = connectRedis({ url: `redis-sentinel://127.0.0.1:${sentinel}/triage` });
  const watcher = connectRedis({ url: `redis://127.0.0.1:${sentinel}` });
  await eventually(
    'the Sentinel knows the replica',
    async () => {
      const replicas = await watcher
        .within(1000, async () => watcher.client.call('SENTINEL', 'REPLICAS', 'triage'))
        .catch(() => '');
      return JSON.stringify(replicas).includes(String(replica));
    },
    20_000,
  );
  await watcher.close();
}, 40_000);

afterAll(async () => {
  await connection.close();
  await servers.stop();
});

describe('a Redis behind a Sentinel', () => {
  test('is found by its name, and followed when another server becomes the master', async () => {
    const ledger = createLedger(connection);
    const { queue, work, troubles } = queueOn(() => connection, '{cluster-triage}');
    const seen: string[] = [];
    const workers = work({ triage: async ({ run }) => void seen.push(run) });
    expect(await ledger.append(exampleEvent('run-1'))).toMatchObject({ sequence: 1 });
    await queue.add('triage', 'run/1', exampleJob('run-1'));
    await eventually('the job is done', () => seen.includes('run-1'));
    await connection.within(2000, async () => connection.client.wait(1, 1000));

    await failOver();

    await eventually(
      'the ledger goes on',
      async () => ledger.append(exampleEvent('run-2')).catch(() => undefined),
      20_000,
    );
    await eventually('the queue goes on', async () =>
      queue.add('triage', 'run/2', exampleJob('run-2')).catch(() => undefined),
    );
    await eventually('the job is done', () => seen.includes('run-2'));
    expect(troubles).toEqual([]);
    await workers.close(1000);
    await queue.close();
  }, 40_000);
});

/** Makes the Sentinel choose the other server, and waits until this connection speaks to it. */
async function failOver(): Promise<void> {
  const port = async () => {
    const info = await connection.within(1000, async () => connection.client.info('server')).catch(() => '');
    return /tcp_port:(\d+)/.exec(info)?.[1];
  };
  const old = await port();
  const sentinels = 'sentinels' in connection.client.options ? connection.client.options.sentinels : undefined;
  const sentinel = connectRedis({ url: `redis://127.0.0.1:${sentinels?.[0]?.port}` });
  await sentinel.within(2000, async () => sentinel.client.call('SENTINEL', 'FAILOVER', 'triage'));
  await sentinel.close();
  await eventually(
    'another server is the master',
    async () => {
      const now = await port();
      return now !== undefined && now !== old;
    },
    20_000,
  );
}
