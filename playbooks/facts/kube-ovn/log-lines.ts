import type { Log, LogLine } from '../../../src/core/reader.ts';

export type KlogLine = {
  readonly severity: 'I' | 'W' | 'E' | 'F';
  /** `subnet.go:712`. */
  readonly source: string;
  readonly message: string;
};

/** A line as klog writes it. Its own time has no year and is in the node's zone: use the log API's time instead. */
export function parseKlog(text: string): KlogLine | undefined {
  const match = /^([IWEF])\d{4} \d{2}:\d{2}:\d{2}\.\d+\s+\d+ ([\w./-]+:\d+)\] ([\s\S]*)$/.exec(text);
  if (match === null) return undefined;
  const [, severity, source = '', message = ''] = match;
  return { severity: severity as KlogLine['severity'], source, message };
}

export type LogPattern = { readonly pattern: RegExp; readonly means: string };

/**
 * What the controller and client-go print around a change of leader. Newer client-go prints some of them in
 * structured form, so the words are matched, not the sentence.
 */
export const leaderLost: readonly LogPattern[] = [
  { pattern: /leaderelection lost/i, means: 'The leader lost its lock and stopped.' },
  { pattern: /I am not leader anymore/i, means: 'The leader lost its lock.' },
  { pattern: /failed to renew lease/i, means: 'The leader could not renew its lock in time.' },
  { pattern: /error retrieving resource lock|failed to update lock/i, means: 'The lock could not be read or written.' },
];

export const leaderGained: readonly LogPattern[] = [
  { pattern: /I am the new leader/i, means: 'This replica has become the leader.' },
  { pattern: /successfully acquired lease/i, means: 'This replica has taken the lock.' },
];

/** OVN's databases time out with the same words on their own ports; those lines say nothing of the API server. */
const databaseTrouble = /:664[1-5]\b|ovn-?[ns]b|ovsdb/i;

const apiServerPatterns: readonly LogPattern[] = [
  {
    pattern: /dial tcp [^ ]+:(?:443|6443): (?:i\/o timeout|connect: connection refused)/,
    means: 'The API server could not be reached.',
  },
  { pattern: /context deadline exceeded/i, means: 'A request was not answered in time.' },
  { pattern: /Client\.Timeout exceeded/, means: 'A request was not answered in time.' },
  { pattern: /http2: client connection lost/, means: 'A connection to the API server broke.' },
  { pattern: /etcdserver: request timed out/, means: 'etcd did not answer the API server in time.' },
];

export function isApiServerTrouble(text: string): boolean {
  if (!apiServerPatterns.some(({ pattern }) => pattern.test(text))) return false;
  return !databaseTrouble.test(text) || /etcdserver:|:(?:443|6443): /.test(text);
}

/** A subnet's reconcile that stopped half-way; it patches no condition, so the log is the only witness. */
export const subnetReconcileFailed: readonly LogPattern[] = [
  { pattern: /reconcile subnet for (\S+) failed/, means: 'The reconcile of the subnet failed.' },
  { pattern: /reconcile OVN route for subnet (\S+) failed/, means: 'Its routes in OVN could not be set.' },
  { pattern: /failed to set ports to port group (\S+?),? /, means: 'Its port group could not be set.' },
  { pattern: /port name not found/, means: 'A pod of it has no logical port.' },
  { pattern: /failed to get pod nets/, means: 'A pod names a subnet or network that does not exist.' },
];

/** The logical ports that ovn-nbctl could not find: `<pod>.<namespace>: port name not found`. */
export function missingPortOf(text: string): string | undefined {
  return /(\S+): port name not found/.exec(text)?.[1];
}

/**
 * The key of a failed work item, in the old form `error syncing 'key': …, requeuing` and in the form since v1.13,
 * `error syncing <action> "key": …`, which may come wrapped in an "Unhandled Error" with escaped quotes. What ovn-nbctl
 * says ends its line, so that `requeuing` stands in the next one (#1809).
 */
export function failedSync(text: string): { action: string | undefined; key: string; error: string } | undefined {
  const match = /error syncing (?:([a-z/ ]+) )?\\?['"]([^'"\\]+)\\?['"]: (.*?)(?:,? requeuing|$)/.exec(text);
  if (match === null) return undefined;
  return { action: match[1], key: match[2] ?? '', error: match[3] ?? '' };
}

/**
 * The daemon's own words for the routes it takes off or puts on its node: `route to del [10.16.0.0/16]`, and from v1.11
 * on whole routes, `[{Ifindex: 8 Dst: 10.16.0.0/16 Src: 192.168.10.11 Gw: 100.64.0.1 Flags: [] Table: 254}]`.
 */
export function routeChange(text: string): { does: 'removes' | 'adds'; blocks: string[] } | undefined {
  const match = /routes? to (del(?:ete)?|add)(?::?) ?(\[.*\])/.exec(text);
  if (match === null) return undefined;
  const blocks = [...(match[2] ?? '').matchAll(/[0-9a-f.:]+\/\d{1,3}/gi)].map(([block]) => block);
  return { does: match[1] === 'add' ? 'adds' : 'removes', blocks };
}

export const cannotReachApiServer = /failed to connect to apiserver/;

export function matches(text: string, patterns: readonly LogPattern[]): boolean {
  return patterns.some(({ pattern }) => pattern.test(text));
}

/** Lines of a log between two times, both included. A line without a time is left out. */
export function linesBetween(log: Log, from: Date, to: Date): LogLine[] {
  return log.lines.filter(({ at }) => at !== undefined && at >= from && at <= to);
}
