import type { Sight } from '../../../src/core/check.ts';
import { CannotRead } from '../../../src/core/errors.ts';
import type { Read } from '../../../src/core/read.ts';
import { type PushHistory, pushHistory } from '../../facts/kong/push-history.ts';
import { type Newcomer, newcomers, unwrittenSince } from '../../facts/kong/staleness.ts';
import { Pod } from '../../kinds/kubernetes.ts';
import { type Installation, installationReads, readInstallation } from './installation.ts';
import { controllerWindowSeconds, linesOf, logReads, type PodLog, readControllerLogs } from './logs.ts';
import { type RoutedService, readRoutedServices, routedServiceReads } from './routed-services.ts';

export const unwrittenReads: readonly Read[] = [...installationReads, ...logReads, ...routedServiceReads];

/** A write that failed longer ago than this tells nothing about now. */
export const recentMilliseconds = 120_000;

/** A Service with pods that Kong cannot know yet. */
export type UnwrittenService = { readonly routed: RoutedService; readonly newcomers: readonly Newcomer[] };

export type Unwritten = {
  readonly installation: Installation;
  readonly logs: readonly PodLog[];
  readonly history: PushHistory;
  readonly routed: readonly RoutedService[];
  /** The last success, or a little before the first failure. */
  readonly since: Date | undefined;
  readonly services: readonly UnwrittenService[];
};

/**
 * What Kubernetes knows and Kong cannot: pods that became ready after the controller's last successful write. Kong's
 * own targets are not read for it, so it needs no right to the Admin API, which does not answer without its database.
 */
export async function readUnwritten(sight: Pick<Sight, 'cluster' | 'platform' | 'target' | 'now'>): Promise<Unwritten> {
  const { cluster, now } = sight;
  const installation = await readInstallation(sight);
  const routed = await readRoutedServices(sight, installation);
  const logs = await readControllerLogs(cluster, installation);
  const history = pushHistory(linesOf(logs));
  const since = unwrittenSince(history, now, recentMilliseconds);
  if (routed.length === 0) return { installation, logs, history, routed, since, services: [] };
  const pods = Map.groupBy(await cluster.list(Pod), ({ metadata }) => metadata.namespace ?? '');
  // Where the logs tell neither of a success nor of a failure, pods that are new by any measure leave it open.
  const start = since ?? oldestLine(logs) ?? new Date(now.getTime() - controllerWindowSeconds * 1000);
  const services = routed.flatMap((one) => {
    const behind = new Set(one.endpoints.ready.map(({ pod }) => pod));
    const own = (pods.get(one.service.metadata.namespace ?? '') ?? []).filter(({ metadata }) =>
      behind.has(metadata.name),
    );
    const fresh = newcomers(own, start);
    return fresh.length === 0 ? [] : [{ routed: one, newcomers: fresh }];
  });
  if (since === undefined && services.length > 0) {
    throw new CannotRead(
      'tell whether Kong knows the pods that became ready of late',
      'missing',
      "the controller's log holds neither a success nor a failure of a write; its log level may hide them",
    );
  }
  return { installation, logs, history, routed, since, services };
}

function oldestLine(logs: readonly PodLog[]): Date | undefined {
  const times = linesOf(logs).flatMap(({ at }) => at?.getTime() ?? []);
  return times.length === 0 ? undefined : new Date(Math.min(...times));
}
