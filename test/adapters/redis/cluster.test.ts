import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connectRedis, type RedisConnection } from '../../../src/adapters/redis/connect.ts';
import { createLedger } from '../../../src/adapters/redis/ledger.ts';
import { createOutbox } from '../../../src/adapters/redis/outbox.ts';
import { createRecords } from '../../../src/adapters/redis/records.ts';
import { ledgerExam } from '../../contracts/ledger.ts';
import { outboxExam } from '../../contracts/outbox.ts';
import { queueExam } from '../../contracts/queue.ts';
import { recordsExam } from '../../contracts/records.ts';
import { eventually } from '../../redis.ts';
import { queueOn } from '../bullmq/examinee.ts';
import { openCluster, openServers, type Servers } from './servers.ts';

let servers: Servers;
let url = '';
let prefixes = 0;
const connections: RedisConnection[] = [];

const connect = () => {
  const connection = connectRedis({ url });
  connections.push(connection);
  return connection;
};

const freshPrefix = () => {
  prefixes += 1;
  return `{test-${prefixes}}`;
};

beforeAll(async () => {
  servers = await openServers();
  const ports = await openCluster(servers);
  url = `redis-cluster://${ports.map((port) => `127.0.0.1:${port}`).join(',')}`;
  const connection = connect();
  await eventually('all slots of the cluster are served', async () =>
    connection
      .within(1000, async () => connection.client.set('{test-0}', '1'))
      .then(
        () => true,
        () => false,
      ),
  );
}, 60_000);

afterAll(async () => {
  await Promise.all(connections.map(async (connection) => connection.close()));
  await servers.stop();
});

const name = 'a Redis Cluster';

describe('a Redis Cluster', () => {
  test('spreads the prefixes of these exams over its nodes', async () => {
    const connection = connect();
    const slots = await Promise.all(
      Array.from({ length: 20 }, async (_unused, index) =>
        connection.within(2000, async () => connection.client.cluster('KEYSLOT', `{test-${index + 1}}`)),
      ),
    );
    expect(new Set(slots.map((slot) => Math.floor(slot / 5462))).size).toBe(3);
  });
});

recordsExam({
  name,
  setup: async () => {
    const prefix = freshPrefix();
    return { one: createRecords(connect(), { prefix }), other: createRecords(connect(), { prefix }) };
  },
});

ledgerExam({
  name,
  setup: async () => {
    const prefix = freshPrefix();
    return { one: createLedger(connect(), { prefix }), other: createLedger(connect(), { prefix }) };
  },
});

outboxExam({
  name,
  setup: async (leaseMilliseconds) => {
    const options = { prefix: freshPrefix(), leaseMilliseconds };
    return { one: createOutbox(connect(), options), other: createOutbox(connect(), options) };
  },
});

queueExam({ name: `BullMQ on ${name}`, setup: async () => queueOn(connect, freshPrefix()) });
