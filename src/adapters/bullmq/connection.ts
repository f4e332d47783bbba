import { Cluster, type Redis } from 'ioredis';

/** What this adapter needs of the process's one connection to Redis; `main.ts` hands it in. */
export type QueueConnection = {
  readonly client: Redis | Cluster;
  /** Does `work` once the connection is up; rejects with `StoreUnavailable` when there is no answer in time. */
  within<Result>(milliseconds: number, work: () => Promise<Result>): Promise<Result>;
};

/** The prefix unless another one is configured. Its braces put every key into one slot of a Redis Cluster. */
export const usualPrefix = '{cluster-triage}';

export type WorkerConnection = {
  readonly client: Redis | Cluster;
  /** Ends it and everything that BullMQ made out of it. */
  readonly end: () => void;
};

/**
 * A connection of its own for workers, with the opposite manners of the one that people wait for: what a worker
 * has to say (a job is done, its lock is renewed) is kept until Redis is back, however long that takes.
 */
export function connectForWorkers(given: Redis | Cluster): WorkerConnection {
  const patient = {
    maxRetriesPerRequest: null,
    autoResendUnfulfilledCommands: true,
    // Longer than a worker waits for the next job in one go, which is 10 seconds.
    socketTimeout: 15_000,
  };
  const client =
    given instanceof Cluster
      ? given.duplicate([], { enableOfflineQueue: true, redisOptions: patient })
      : given.duplicate({ ...patient, enableOfflineQueue: true });
  // Without a listener an error event would end the process; the connection handed in tells people that Redis is away.
  client.on('error', () => {});
  // Each worker waits for jobs on a copy, which BullMQ does not end when Redis is away, and may bring back to life.
  const all: (Redis | Cluster)[] = [client];
  const duplicate = client.duplicate.bind(client) as (...settings: unknown[]) => Redis | Cluster;
  Object.defineProperty(client, 'duplicate', {
    // BullMQ wraps the connection in a proxy, which may not answer differently for a property that is fixed.
    configurable: true,
    writable: true,
    value: (...settings: unknown[]) => {
      const copy = duplicate(...settings);
      all.push(copy);
      return copy;
    },
  });
  return {
    client,
    end: () => {
      for (const one of all) endForGood(one);
    },
  };
}

/** Ends a connection that somebody else may still try to make again: it ends whenever it comes back. */
function endForGood(client: Redis | Cluster): void {
  for (const event of ['connecting', 'reconnecting', 'ready']) client.on(event, () => client.disconnect());
  client.disconnect();
  // Between two attempts it would never say that it has ended, and somebody may wait to hear it: make it try once more.
  if (client.status === 'reconnecting') client.connect().catch(() => {});
}

/** Whether an error only says that Redis is away, which the connection itself reports once and not every second. */
export function saysAway(error: Error): boolean {
  const code: unknown = 'code' in error ? error.code : undefined;
  return (
    (typeof code === 'string' && /^E[A-Z]+$/.test(code)) ||
    /connection is closed|stream isn't writeable|socket timeout|startup nodes|slots cache|sentinels are unreachable/i.test(
      error.message,
    )
  );
}
