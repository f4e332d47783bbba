import { Cluster, type ClusterOptions, Redis, type RedisOptions } from 'ioredis';
import { StoreUnavailable } from '../../ports/store.ts';
import { parseRedisAddress } from './address.ts';

export type RedisClient = Redis | Cluster;

/** One connection for everything that answers at once. Workers make their own, blocking ones out of `client`. */
export type RedisConnection = {
  readonly client: RedisClient;
  /**
   * Does `work` with the connection once it is up, all within the time. Rejects with `StoreUnavailable` when there
   * is no answer by then; what was sent already may still be done by the server.
   */
  within<Result>(milliseconds: number, work: () => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
};

export type ConnectOptions = {
  /** See `parseRedisAddress` for its shapes. */
  readonly url: string;
  /** Told once when the connection is lost and once when it is back, as whole sentences. */
  readonly onNotice?: (sentence: string) => void;
};

/** How long one question to the store may take, in milliseconds: chat wants an answer within 3 seconds. */
export const answerWithinMilliseconds = 2000;

// A server that accepted a command and is silent for so long is gone without goodbye: connect anew.
const silentForMilliseconds = 5000;

/**
 * Connects to a single Redis, through Sentinels or to a Redis Cluster, and stays connected: a lost connection is
 * made again by itself, for ever, and never ends the process.
 *
 * Commands are not kept for later while it is away: whoever asked was told that it failed, so it must not happen
 * minutes afterwards.
 */
export function connectRedis({ url, onNotice = () => {} }: ConnectOptions): RedisConnection {
  const client = open(url);
  // Every question that is asked while Redis is away listens for its return.
  client.setMaxListeners(10_000);
  noticeChanges(client, onNotice);
  noticeEviction(client, onNotice);
  return {
    client,
    within: async (milliseconds, work) => withinTime(client, milliseconds, work),
    close: async () => {
      // Nothing worth waiting for is in flight: every command has been answered or given up by whoever sent it.
      client.disconnect();
    },
  };
}

function open(url: string): RedisClient {
  const address = parseRedisAddress(url);
  const { username, password, tls } = address;
  const common = {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls ? { tls: {} } : {}),
    connectTimeout: 3000,
    disconnectTimeout: 500,
    socketTimeout: silentForMilliseconds,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: reconnectAfter,
    // After a failover the old server answers that it is read-only: the command was not done, so send it again.
    reconnectOnError: (error: Error) => (error.message.startsWith('READONLY') ? (2 as const) : false),
  } satisfies RedisOptions;
  switch (address.kind) {
    case 'single':
      return new Redis({ ...common, host: address.host, port: address.port, db: address.database });
    case 'socket':
      return new Redis({ ...common, path: address.path, db: address.database });
    case 'sentinel':
      return new Redis({
        ...common,
        sentinels: address.sentinels.map(({ host, port }) => ({ host, port })),
        name: address.name,
        db: address.database,
        enableTLSForSentinelMode: tls,
        sentinelRetryStrategy: reconnectAfter,
      });
    case 'cluster': {
      const options = {
        redisOptions: { ...common, maxRetriesPerRequest: null },
        enableOfflineQueue: false,
        clusterRetryStrategy: reconnectAfter,
        slotsRefreshTimeout: 2000,
      } satisfies ClusterOptions;
      return new Cluster([...address.nodes], options);
    }
  }
}

/** 50 ms at first, doubled up to a second, with jitter so that many processes do not come back at one moment. */
function reconnectAfter(times: number): number {
  return Math.min(50 * 2 ** Math.min(times - 1, 6), 1000) + Math.floor(Math.random() * 100);
}

function noticeChanges(client: RedisClient, onNotice: (sentence: string) => void): void {
  let away = false;
  const lost = (because: string) => {
    if (away) return;
    away = true;
    onNotice(`Redis does not answer: ${because.replace(/\.+$/, '')}. Trying again until it does.`);
  };
  // Without a listener an error event would end the process.
  client.on('error', (error: Error) => lost(error.message === '' ? error.name : error.message));
  client.on('reconnecting', () => lost('the connection was closed'));
  client.on('ready', () => {
    if (away) onNotice('Redis answers again.');
    away = false;
  });
}

/** A Redis that may throw keys away when it is full would lose jobs, approvals and the ledger, without a word. */
function noticeEviction(client: RedisClient, onNotice: (sentence: string) => void): void {
  client.once('ready', () => {
    client.info('memory').then(
      (memory) => {
        const policy = /^maxmemory_policy:(\S+)/m.exec(memory)?.[1];
        if (policy === undefined || policy === 'noeviction') return;
        onNotice(`Redis drops data when it is full (maxmemory-policy ${policy}). Set maxmemory-policy to noeviction.`);
      },
      // Lost again already, or nobody may ask: there is nothing to say then.
      () => {},
    );
  });
}

async function withinTime<Result>(
  client: RedisClient,
  milliseconds: number,
  work: () => Promise<Result>,
): Promise<Result> {
  const patience = new AbortController();
  const silence = new Promise<never>((_resolve, reject) => {
    const timer = setTimeout(
      () => reject(new StoreUnavailable(`Redis did not answer within ${Math.round(milliseconds)} ms.`)),
      milliseconds,
    );
    patience.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  });
  const done = (async () => {
    await whenReady(client, patience.signal);
    return work();
  })();
  try {
    return await Promise.race([done, silence]);
  } catch (error) {
    // Ours gave up first: whatever becomes of the command is nobody's business any more.
    done.catch(() => {});
    throw isAway(error) ? new StoreUnavailable(`Redis did not answer: ${error.message}.`, { cause: error }) : error;
  } finally {
    patience.abort();
  }
}

async function whenReady(client: RedisClient, givenUp: AbortSignal): Promise<void> {
  if (client.status === 'ready') return;
  await new Promise<void>((resolve) => {
    const forget = () => {
      client.off('ready', forget);
      resolve();
    };
    client.once('ready', forget);
    givenUp.addEventListener('abort', forget, { once: true });
  });
  givenUp.throwIfAborted();
}

const cannotAnswerNow = /^(LOADING|READONLY|CLUSTERDOWN|MASTERDOWN|TRYAGAIN|BUSY|OOM|NOREPLICAS|MISCONF|UNBLOCKED)\b/;

/** Errors of the connection, and answers that mean "not now". What a script or a type says is a defect: not away. */
function isAway(error: unknown): error is Error {
  if (!(error instanceof Error) || error instanceof StoreUnavailable) return false;
  if (error.name === 'ReplyError') return cannotAnswerNow.test(error.message);
  const code: unknown = 'code' in error ? error.code : undefined;
  return (
    error.name === 'MaxRetriesPerRequestError' ||
    error.name === 'AbortError' ||
    error.name === 'ClusterAllFailedError' ||
    (typeof code === 'string' && /^E[A-Z]+$/.test(code)) ||
    /connection is closed|stream isn't writeable|socket timeout|connection in subscriber|cluster isn't ready/i.test(
      error.message,
    )
  );
}
