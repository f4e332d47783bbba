import type { Log, LogLine } from '../../../src/core/reader.ts';

/**
 * Why a list was refused. `too-old`: the revision is compacted (#6032). `pager`: the API server forbids a parameter
 * of the second page (#5173). `ahead`: the datastore has not reached the revision (#9622). The others are no fault
 * of Calico's cache: the API server is not reached, or says no.
 */
export type Refusal = 'too-old' | 'pager' | 'ahead' | 'unreachable' | 'forbidden' | 'other';

const refusals: readonly (readonly [RegExp, Refusal])[] = [
  [/The resourceVersion for the provided list is too old/, 'too-old'],
  [/resourceVersionMatch is forbidden/, 'pager'],
  [/Too large resource version/, 'ahead'],
  [/connection refused|i\/o timeout|no route to host|context deadline exceeded|TLS handshake timeout/, 'unreachable'],
  [/[Uu]nauthorized|[Ff]orbidden/, 'forbidden'],
];

export function refusalOf(error: string): Refusal {
  return refusals.find(([pattern]) => pattern.test(error))?.[1] ?? 'other';
}

/** Refusals that a program which starts anew does not meet again, for it lists without a revision first. */
export function isCuredByRestart({ refusal }: { readonly refusal: Refusal }): boolean {
  return refusal === 'too-old' || refusal === 'pager' || refusal === 'ahead';
}

/** The programs in the container of the node agent, or Typha, that keep a cache of the datastore. */
export type FailedList = {
  /** `felix`, `confd`, `status-reporter`, `typha`; empty in old logs of Typha, which have no prefix. */
  readonly program: string;
  readonly sourceLine: number;
  readonly root: string;
  readonly error: string;
  readonly refusal: Refusal;
};

const failedList =
  /(?:([\w-]{1,40})\/)?watchercache\.go (\d+): Failed to perform list of current data during resync ListRoot="([^"]+)" error=(.*)$/s;

export function failedListOf(text: string): FailedList | undefined {
  const match = failedList.exec(text);
  if (match === null) return undefined;
  const [, program = '', sourceLine, root = '', error = ''] = match;
  return { program, sourceLine: Number(sourceLine), root, error, refusal: refusalOf(error) };
}

/** The first full list of a program that started anew has arrived. It is logged once per start and root. */
export function syncedRootOf(text: string): string | undefined {
  return /watchercache\.go \d+: Sending synced update ListRoot="([^"]+)"/.exec(text)?.[1];
}

/** The revision that was asked for, and the one that the API server has: `Too large resource version: 12, current: 7`. */
export function revisionsIn(error: string): { asked: string; current: string } | undefined {
  const match = /Too large resource version: (\d+),\s*current: (\d+)/.exec(error);
  return match === null ? undefined : { asked: match[1] ?? '', current: match[2] ?? '' };
}

/** Felix takes away a route that it knows no pod for, 10 s after it saw it: the pod is cut off from then on. */
export function isRemovedRoute(text: string): boolean {
  return /route_table\.go \d+: Remove old route/.test(text);
}

/** Without these a node does not learn of new pods; the other roots carry policies and settings. */
export function isAboutPods(root: string): boolean {
  return /\/(?:workloadendpoints|profiles)$/.test(root);
}

export type LoopRule = {
  /** So many refusals of the same list within the window are a loop; a few after a restart are usual. */
  readonly matches: number;
  readonly windowSeconds: number;
  /** A loop whose last line is older than this has ended. */
  readonly freshSeconds: number;
};

/** One list that is refused again and again. */
export type Loop = Omit<FailedList, 'error'> & {
  readonly error: string;
  readonly lines: readonly LogLine[];
  /** How many of them fall into the window before the last one. */
  readonly matches: number;
  readonly first: Date;
  readonly last: Date;
};

/** The lists that go round and round at `now`, by program and root. */
export function loopsOf(log: Log, rule: LoopRule, now: Date): Loop[] {
  const groups = new Map<string, { failed: FailedList; lines: (LogLine & { at: Date })[] }>();
  const synced = new Map<string, Date>();
  for (const line of log.lines) {
    if (line.at === undefined) continue;
    const root = syncedRootOf(line.text);
    if (root !== undefined) synced.set(root, line.at);
    const failed = failedListOf(line.text);
    if (failed === undefined) continue;
    const key = `${failed.program} ${failed.root} ${failed.refusal}`;
    const lines = groups.get(key)?.lines ?? [];
    lines.push({ ...line, at: line.at });
    groups.set(key, { failed, lines });
  }
  return [...groups.values()].flatMap(({ failed, lines }) => {
    const [first, last] = [lines[0]?.at, lines.at(-1)?.at];
    if (first === undefined || last === undefined) return [];
    if (now.getTime() - last.getTime() >= rule.freshSeconds * 1000) return [];
    const done = synced.get(failed.root);
    if (done !== undefined && done > last) return [];
    const from = last.getTime() - rule.windowSeconds * 1000;
    const matches = lines.filter(({ at }) => at.getTime() > from).length;
    return matches < rule.matches ? [] : [{ ...failed, lines, matches, first, last }];
  });
}
