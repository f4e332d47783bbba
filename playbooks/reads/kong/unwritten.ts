import type { Sight } from '../../../src/core/check.ts';
import { CannotRead } from '../../../src/core/errors.ts';
import type { Read } from '../../../src/core/read.ts';
import type { LogLine } from '../../../src/core/reader.ts';
import { isFailing, type PushHistory, pushHistory } from '../../facts/kong/push-history.ts';
import { type Newcomer, newcomers, readySinceOf, unwrittenSince } from '../../facts/kong/staleness.ts';
import { Pod } from '../../kinds/kubernetes.ts';
import { askKong, type Comparison, comparisonReads } from './comparison.ts';
import { databaseReads, readKongDatabase } from './database.ts';
import { type Installation, installationReads, readInstallation } from './installation.ts';
import { controllerWindowSeconds, linesOf, logReads, type PodLog, tryControllerLogs } from './logs.ts';
import { type RoutedService, readRoutedServices, routedServiceReads } from './routed-services.ts';

export const unwrittenReads: readonly Read[] = [
  ...installationReads,
  ...logReads,
  ...routedServiceReads,
  ...databaseReads,
  ...comparisonReads,
];

/** A write that failed longer ago than this tells nothing about now. */
export const recentMilliseconds = 120_000;

/** A Service with pods that Kong cannot know yet, or with addresses in Kong that no pod has any more. */
export type UnwrittenService = {
  readonly routed: RoutedService;
  readonly newcomers: readonly Newcomer[];
  /** What Kong has stored, where it was asked. */
  readonly comparison?: Comparison;
};

export type Unwritten = {
  readonly installation: Installation;
  readonly logs: readonly PodLog[];
  readonly history: PushHistory;
  readonly routed: readonly RoutedService[];
  readonly services: readonly UnwrittenService[];
  /** Since when the database has had no endpoint; asked for only where the logs tell of no success. */
  readonly databaseGoneSince: Date | undefined;
};

type Pods = ReadonlyMap<string, readonly Pod[]>;

/**
 * What Kubernetes knows and Kong does not. First by the logs: pods that became ready after the controller's last
 * successful write, which needs no right to the Admin API where writes fail, and works while that does not answer for want
 * of its database. Where the logs are only quiet, Kong is asked for its targets; where it does not answer, the logs stand
 * alone.
 */
export async function readUnwritten(sight: Pick<Sight, 'cluster' | 'platform' | 'target' | 'now'>): Promise<Unwritten> {
  const { cluster, now } = sight;
  const installation = await readInstallation(sight);
  const routed = await readRoutedServices(sight, installation);
  const { logs, failure } = await tryControllerLogs(cluster, installation);
  const history = pushHistory(linesOf(logs));
  const databaseGoneSince = await goneSince(sight, installation, history);
  const seen = { installation, logs, history, routed, databaseGoneSince };
  if (routed.length === 0) {
    if (failure !== undefined) throw failure;
    return { ...seen, services: [] };
  }
  const since = unwrittenSince(history, now, recentMilliseconds, databaseGoneSince);
  const pods = Map.groupBy(await cluster.list(Pod), ({ metadata }) => metadata.namespace ?? '');
  if (since !== undefined) {
    const services = newTo(routed, pods, since);
    // Writes that fail say enough, and without its database Kong tells nothing.
    const isCertain = databaseGoneSince !== undefined || isFailing(history, now, recentMilliseconds);
    const known = await toldAll(cluster, installation, isCertain ? [] : services);
    const untold = services.filter((one) => !known.has(one.routed));
    if (untold.length > 0) return { ...seen, services: untold };
  }
  const comparisons = await askKong(cluster, installation, routed);
  const differing = comparisons.filter(({ dead, unknown }) => dead.length + unknown.length > 0);
  if (differing.length > 0) return { ...seen, services: differing.map((one) => notStored(one, pods)) };
  // Where the logs do not reach far enough back, pods that are new by any measure leave it open.
  if (failure !== undefined && comparisons.length < routed.length) throw failure;
  const start = reachOf(history, logs, since, now);
  const open = start === undefined ? [] : newTo(routed, pods, start);
  if (open.some((one) => comparisons.every(({ routed: compared }) => compared !== one.routed))) {
    throw new CannotRead(
      'tell whether Kong knows the pods that became ready of late',
      'missing',
      since === undefined
        ? "the controller's log holds neither a success nor a failure of a write; its log level may hide them"
        : "the controller's log begins with writes that failed, after these pods became ready",
    );
  }
  return { ...seen, services: [] };
}

/**
 * Those that Kong has every address of, and no other: a log that is cut, or shows no successes at its level, says nothing
 * against what Kong itself tells.
 */
async function toldAll(
  cluster: Sight['cluster'],
  installation: Installation,
  services: readonly UnwrittenService[],
): Promise<ReadonlySet<RoutedService>> {
  if (services.length === 0) return new Set();
  const asked = await askKong(
    cluster,
    installation,
    services.map(({ routed }) => routed),
  );
  return new Set(asked.filter(({ dead, unknown }) => dead.length + unknown.length === 0).map(({ routed }) => routed));
}

/** Since when the database has been gone; asked for only where the logs tell of no write since. */
async function goneSince(
  sight: Pick<Sight, 'cluster'>,
  installation: Installation,
  { lastSuccess }: PushHistory,
): Promise<Date | undefined> {
  return lastSuccess === undefined ? (await readKongDatabase(sight, installation)).goneSince : undefined;
}

function podsOf(pods: Pods, { service }: RoutedService): readonly Pod[] {
  return pods.get(service.metadata.namespace ?? '') ?? [];
}

function newTo(routed: readonly RoutedService[], pods: Pods, since: Date): UnwrittenService[] {
  return routed.flatMap((one) => {
    const fresh = newcomers(one.endpoints, podsOf(pods, one), since);
    return fresh.length === 0 ? [] : [{ routed: one, newcomers: fresh }];
  });
}

/** Endpoints that are no target of Kong's, each with the time since when; without those of which nothing tells it. */
function notStored(comparison: Comparison, pods: Pods): UnwrittenService {
  const { routed, unknown } = comparison;
  const own = podsOf(pods, routed);
  const fresh = routed.endpoints.ready
    .filter(({ address }) => unknown.includes(address))
    .flatMap(({ address, pod: name }) => {
      const pod = own.find(({ metadata }) => metadata.name === name);
      const readySince = (pod === undefined ? undefined : readySinceOf(pod)) ?? routed.endpoints.changedAt;
      return readySince === undefined ? [] : [{ name: name ?? address, address, readySince }];
    });
  return { routed, newcomers: fresh, comparison };
}

/** From when on the logs leave open what was written; undefined when they leave nothing open. */
function reachOf(
  { lastSuccess, failures: [first] }: PushHistory,
  logs: readonly PodLog[],
  since: Date | undefined,
  now: Date,
): Date | undefined {
  if (lastSuccess !== undefined) return undefined;
  const window = controllerWindowSeconds * 1000;
  if (since === undefined) return new Date(oldestOf(linesOf(logs)) ?? now.getTime() - window);
  // Of each log by itself: one that only waits for the lock goes back further, and tells nothing of writes.
  const failed = first?.at?.getTime();
  const begins = (failed === undefined ? [logs] : logs.map((log) => [log])).some(
    (some) => failed === oldestOf(linesOf(some)),
  );
  return begins ? new Date(since.getTime() - window) : undefined;
}

function oldestOf(lines: readonly LogLine[]): number | undefined {
  const times = lines.flatMap(({ at }) => at?.getTime() ?? []);
  return times.length === 0 ? undefined : times.reduce((oldest, time) => Math.min(oldest, time));
}
