import type { IncomingHttpHeaders } from 'node:http';
import { Agent, type Dispatcher, ProxyAgent, request } from 'undici';
import { canonicalJson } from '../../core/canonical-json.ts';
import type { Credentials, Login } from './login.ts';

export type Asked = {
  readonly method: 'GET' | 'DELETE' | 'PATCH' | 'POST';
  /** Checked by `names.ts`; may end in a query of its own. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  readonly contentType?: string;
};

export type Answer = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: AsyncIterable<Buffer>;
};

/** The one pool of connections to a cluster, shared by all runs of this process. */
export type Connection = {
  /**
   * Sends a request once. `signal` covers all of it, the body too; an answer that is not read to its end is dropped
   * together with its connection. Throws what the transport throws.
   */
  exchange<Result>(asked: Asked, signal: AbortSignal, take: (answer: Answer) => Promise<Result>): Promise<Result>;
  /** Closes when nothing is under way. A run that asks once more is still answered, and then it closes again. */
  retire(): void;
  close(): Promise<void>;
};

/** How long credentials are used before their files are looked at again; client-go does the same. */
const credentialsMilliseconds = 60_000;
/** Enough for a run and its neighbours, few enough not to trouble a server that is in trouble already. */
const connections = 16;

export function connect(login: Login): Connection {
  const pool = rotatingPool(login);
  let underWay = 0;
  let isRetired = false;
  const closeIfRetired = (): void => {
    if (isRetired && underWay === 0) void pool.close().catch(() => undefined);
  };
  const exchange: Connection['exchange'] = async (asked, signal, take) => {
    signal.throwIfAborted();
    const { dispatcher, headers } = await pool.current();
    const {
      statusCode,
      headers: answered,
      body,
    } = await request(`${login.server}${asked.path}${queryOf(asked)}`, {
      method: asked.method,
      dispatcher,
      signal,
      headers: {
        accept: 'application/json, */*;q=0.5',
        'user-agent': 'cluster-triage',
        ...headers,
        ...(asked.body === undefined ? {} : { 'content-type': asked.contentType ?? 'application/json' }),
      },
      ...(asked.body === undefined ? {} : { body: JSON.stringify(asked.body) }),
    });
    // Credentials may have been renewed on disk a moment ago: the next request must not wait to use them.
    if (statusCode === 401) pool.forgetCredentials();
    try {
      return await take({ status: statusCode, headers: answered, body });
    } finally {
      // Without a listener, the error of an aborted body that nobody reads would end the process.
      body.on('error', () => undefined);
      if (!body.readableEnded) body.destroy();
    }
  };
  return {
    exchange: async (asked, signal, take) => {
      underWay += 1;
      try {
        return await exchange(asked, signal, take);
      } finally {
        underWay -= 1;
        closeIfRetired();
      }
    },
    retire: () => {
      isRetired = true;
      closeIfRetired();
    },
    close: async () => pool.close(),
  };
}

/** Replaces the pool when the certificates are no longer those it was made with; requests under way end on the old one. */
function rotatingPool(login: Login) {
  let held: { dispatcher: Dispatcher; tls: string; headers: Credentials['headers']; until: number } | undefined;
  let renewal: Promise<void> | undefined;

  const renew = async (): Promise<void> => {
    const { tls, headers } = await login.credentials();
    const fingerprint = canonicalJson(tls);
    const until = Date.now() + credentialsMilliseconds;
    if (held?.tls === fingerprint) {
      held = { ...held, headers, until };
      return;
    }
    const outdated = held?.dispatcher;
    held = { dispatcher: poolOf(login, tls), tls: fingerprint, headers, until };
    if (outdated !== undefined) void outdated.close();
  };

  return {
    current: async () => {
      if (held === undefined || Date.now() > held.until) {
        renewal ??= renew().finally(() => {
          renewal = undefined;
        });
        await renewal;
      }
      if (held === undefined) throw new Error('The pool was closed.');
      return held;
    },
    forgetCredentials: () => {
      if (held !== undefined) held.until = 0;
    },
    close: async () => {
      const last = held?.dispatcher;
      held = undefined;
      await last?.destroy();
    },
  };
}

function poolOf({ proxy }: Login, tls: Credentials['tls']): Dispatcher {
  // Every request carries a deadline of its own, so undici's minutes of patience are switched off.
  const options = { connections, headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout: 10_000 };
  const keepAlive = { keepAlive: true, keepAliveInitialDelay: 30_000, timeout: 5000 };
  if (proxy === undefined) return new Agent({ ...options, connect: { ...tls, ...keepAlive } });
  return new ProxyAgent({ ...options, uri: proxy, requestTls: { ...tls, ...keepAlive } });
}

function queryOf({ path, query = {} }: Asked): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) parameters.set(name, String(value));
  if (parameters.size === 0) return '';
  return `${path.includes('?') ? '&' : '?'}${parameters.toString()}`;
}
