import type { LogLine } from '../../../src/core/reader.ts';

/** A pattern of a log, and the releases that print it. */
export type LogPattern = { readonly pattern: RegExp; readonly printedBy: string; readonly means: string };

/** The ingress controller could not write what Kubernetes says into Kong. Case differs between releases. */
export const pushFailed: readonly LogPattern[] = [
  {
    pattern: /unexpected failure updating Kong configuration/i,
    printedBy: 'controller 0.x',
    means: 'A write to Kong failed.',
  },
  { pattern: /failed to update kong configuration:/i, printedBy: 'controller 1.x', means: 'A write to Kong failed.' },
  { pattern: /failed to sync: |requeuing sync for '/i, printedBy: 'controller 1.x', means: 'A write is tried again.' },
  { pattern: /could not update kong admin/i, printedBy: 'controller 2.x and 3.x', means: 'A write to Kong failed.' },
  {
    pattern: /performing update for \S+ failed/i,
    printedBy: 'controller 2.x and 3.x',
    means: 'A write to one Kong node failed.',
  },
  {
    pattern: /exceeded Kong API timeout/i,
    printedBy: 'controller 2.x and 3.x',
    means: 'Kong did not answer within the time for a write, 30 s by default.',
  },
  { pattern: /failed updating gateway entity/i, printedBy: 'controller 3.x', means: 'Kong refused one entity.' },
];

/** The controller has written a new configuration. It prints this only when something has changed. */
export const pushSucceeded: readonly LogPattern[] = [
  {
    pattern: /successfully synced configuration to kong/i,
    printedBy: 'controller 1.x, 2.x and 3.x',
    means: 'Kong has the newest configuration.',
  },
];

/** The controller has no Kong to write to, yet: it starts, or lost every Admin API. */
export const adminUnreachable: readonly LogPattern[] = [
  {
    pattern: /Retrying kong admin api client call after error/i,
    printedBy: 'controller 2.x and 3.x',
    means: 'The Admin API does not answer a starting controller.',
  },
  {
    pattern: /unable to build kong api client/i,
    printedBy: 'controller 2.x and 3.x',
    means: 'The Admin API cannot be used.',
  },
  { pattern: /client not ready:/i, printedBy: 'controller 3.x', means: 'A Kong node is not ready to be written to.' },
  {
    pattern: /could not retrieve Kong admin root/i,
    printedBy: 'controller 2.x and 3.x',
    means: 'The Admin API does not answer a starting controller.',
  },
  {
    pattern: /no ready gateway clients|no endpoints for service/i,
    printedBy: 'controller 3.x',
    means: 'Discovery finds no Kong node.',
  },
];

/**
 * An Ingress names a Service that does not exist, or one without endpoints. The controller prints these all the time,
 * whether anything else is wrong or not: they are no sign of a database that is down.
 */
export const missingService: readonly LogPattern[] = [
  {
    pattern: /can't add target for backend .*/i,
    printedBy: 'controller up to 3.1',
    means: 'The backend of one Ingress does not exist.',
  },
  {
    pattern: /failed to fetch service:? |failed to fetch Service \S+:/i,
    printedBy: 'controller 2.x and 3.x',
    means: 'The Service of one Ingress does not exist.',
  },
  {
    pattern: /no targets (?:found to create upstream|could be found for kubernetes service)/i,
    printedBy: 'controller 2.x and 3.x',
    means: 'One Service has no endpoints.',
  },
];

/** What a failed write answers while Kong cannot use its database: in go-kong's words, old and new, and as logs quote them. */
const answerWithoutDatabase =
  /(?:HTTP status 500 \(message: |500 Internal Server Error \{\\?"message\\?": ?)\\?"An unexpected error occurred/;

/** Kong understood the write and refused it. */
const answerOfRefusal =
  /HTTP status (?:400|404|409|422)\b|\b(?:400 Bad Request|404 Not Found|409 Conflict)\b|invalid declarative configuration|\{(?:Create|Update|Delete)\} \S+ failed: (?!HTTP status 5)/i;

/** Kong, as it says itself that it cannot use its database. */
export const databaseTrouble: readonly LogPattern[] = [
  {
    pattern: /failed to connect to PostgreSQL during \/status endpoint check/i,
    printedBy: 'Kong',
    means: 'Its database does not answer.',
  },
  {
    pattern: /\[cluster_events\] failed to poll:/i,
    printedBy: 'Kong up to 3.4',
    means: 'It cannot ask its database for changes.',
  },
  {
    pattern: /could not rebuild router(?: via timer)?: .*(?:postgres|database|stale router)/i,
    printedBy: 'Kong',
    means: 'It goes on with the routes it has in memory.',
  },
  {
    pattern: /not ready: failed to connect to database/i,
    printedBy: 'Kong from 3.3',
    means: 'It is taken out of service for as long as its database is gone.',
  },
  {
    pattern: /sorry, too many clients already/i,
    printedBy: 'PostgreSQL',
    means: 'The database has no connection left.',
  },
  {
    pattern: /failed to retrieve PostgreSQL server_version_num/i,
    printedBy: 'Kong',
    means: 'A starting Kong cannot reach its database.',
  },
];

export const tooManyClients = /sorry, too many clients already/i;

/** A request that Kong could not hand on to the address it had chosen. */
const upstreamTrouble: readonly LogPattern[] = [
  {
    pattern: /upstream timed out \(110: [^)]*\) while connecting to upstream/,
    printedBy: 'nginx',
    means: 'The address did not answer: the client got a 504.',
  },
  {
    pattern: /connect\(\) failed \((?:111|113): [^)]*\) while connecting to upstream/,
    printedBy: 'nginx',
    means: 'The address refused, or cannot be reached: the client got a 502.',
  },
];

export function matches(text: string, patterns: readonly LogPattern[]): boolean {
  return patterns.some(({ pattern }) => pattern.test(text));
}

/** Why a write failed, as far as the line tells. */
export function reasonOfFailure(text: string): 'database' | 'refused' | 'other' {
  if (answerWithoutDatabase.test(text)) return 'database';
  return answerOfRefusal.test(text) ? 'refused' : 'other';
}

/** The address that a request was sent to in vain: `10.244.3.17` of `upstream: "http://10.244.3.17:8080/cart"`. */
export function failedUpstream(text: string): string | undefined {
  if (!matches(text, upstreamTrouble)) return undefined;
  const match = /upstream: "[a-z]+:\/\/(?:\[([0-9a-f:.]+)\]|([0-9.]+)):\d+/i.exec(text);
  return match?.[1] ?? match?.[2];
}

/**
 * The upstream that Kong does not have, and so looked for in DNS: `cart.shop.80.svc`. The controller has not written
 * it, or CoreDNS is blamed for a name that it need not know.
 */
export function unknownUpstream(text: string): string | undefined {
  return /3 name error.*?\(short\)([a-z0-9.-]+?\.svc)\b/.exec(text)?.[1];
}

/** The host that such a request was for: `shop.example.com` of `host: "shop.example.com"`, without a port. */
export function requestedHost(text: string): string | undefined {
  return /, host: "([^":]+)(?::\d+)?"/.exec(text)?.[1];
}

/** Lines of the last so many milliseconds. A line without a time is left out. */
export function recent(lines: readonly LogLine[], now: Date, milliseconds: number): LogLine[] {
  return lines.filter(({ at }) => at !== undefined && now.getTime() - at.getTime() <= milliseconds);
}
