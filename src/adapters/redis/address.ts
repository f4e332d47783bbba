import { WrongUsage } from '../../core/errors.ts';

export type HostAndPort = { readonly host: string; readonly port: number };

type Access = {
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly tls: boolean;
};

/** Where a Redis is. A password in a Sentinel address is the server's; Sentinels themselves are asked without one. */
export type RedisAddress = Access &
  (
    | (HostAndPort & { readonly kind: 'single'; readonly database: number })
    | { readonly kind: 'socket'; readonly path: string; readonly database: number }
    | {
        readonly kind: 'sentinel';
        readonly sentinels: readonly HostAndPort[];
        readonly name: string;
        readonly database: number;
      }
    | { readonly kind: 'cluster'; readonly nodes: readonly HostAndPort[] }
  );

const shapes =
  'Write redis://host:6379, rediss://user:password@host:6379/0, redis+unix:///path/redis.sock, ' +
  'redis-sentinel://host:26379,host:26379/name or redis-cluster://host:6379,host:6379; ' +
  'rediss-sentinel and rediss-cluster are the same with TLS.';

// The scheme, then access, then everything up to the first slash: several hosts are more than the URL class reads.
const address = /^(rediss?(?:-sentinel|-cluster)?|redis\+unix):\/\/(?:([^@/]*)@)?([^/?]*)(\/[^?]*)?$/;

/** Understands what REDIS_URL may hold. Throws `WrongUsage`, and never repeats a password in it. */
export function parseRedisAddress(url: string): RedisAddress {
  const match = address.exec(url.trim());
  if (match === null) throw wrong('is not an address of a Redis');
  const [, scheme = '', access = '', hosts = '', path = ''] = match;
  const colon = access.indexOf(':');
  const username = decode(colon === -1 ? access : access.slice(0, colon));
  const password = colon === -1 ? undefined : decode(access.slice(colon + 1));
  const common = { username, password, tls: scheme.startsWith('rediss') };
  if (scheme === 'redis+unix') {
    if (hosts !== '' || path.length < 2) throw wrong('does not name the path of a socket');
    return { ...common, kind: 'socket', path: decode(path) ?? path, database: 0 };
  }
  const parts = path.split('/').filter((part) => part !== '');
  if (scheme.endsWith('-cluster')) {
    if (parts.length > 0) throw wrong('names a database, and a Redis Cluster has only one');
    return { ...common, kind: 'cluster', nodes: hostsOf(hosts, 6379) };
  }
  if (scheme.endsWith('-sentinel')) {
    const [name, database, ...more] = parts;
    if (name === undefined || more.length > 0) throw wrong('does not say which service of the Sentinels is meant');
    const sentinels = hostsOf(hosts, 26379);
    return { ...common, kind: 'sentinel', sentinels, name: decode(name) ?? name, database: databaseOf(database) };
  }
  const [host, ...others] = hostsOf(hosts === '' ? 'localhost' : hosts, 6379);
  if (host === undefined || others.length > 0 || parts.length > 1) throw wrong('names more than one host or database');
  return { ...common, kind: 'single', ...host, database: databaseOf(parts[0]) };
}

function hostsOf(written: string, usualPort: number): HostAndPort[] {
  return written.split(',').map((one) => {
    const match = /^(\[[0-9a-fA-F:.]+\]|[^:[\]\s]+)(?::(\d{1,5}))?$/.exec(one.trim());
    const port = Number(match?.[2] ?? usualPort);
    if (match?.[1] === undefined || port < 1 || port > 65_535) throw wrong('has a host that cannot be understood');
    return { host: match[1].replace(/^\[|\]$/g, ''), port };
  });
}

function databaseOf(written: string | undefined): number {
  if (written === undefined) return 0;
  if (!/^\d{1,5}$/.test(written)) throw wrong('has a database that is not a number');
  return Number(written);
}

function decode(written: string): string | undefined {
  if (written === '') return undefined;
  try {
    return decodeURIComponent(written);
  } catch {
    throw wrong('has a percent sign that encodes nothing');
  }
}

function wrong(because: string): WrongUsage {
  return new WrongUsage(`REDIS_URL ${because}.`, shapes);
}
