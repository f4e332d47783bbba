import { list, type Read } from '../../../src/core/read.ts';
import type { ClusterReader } from '../../../src/core/reader.ts';
import { Event } from '../../kinds/events.ts';
import type { Pod } from '../../kinds/kubernetes.ts';

export const podWarningReads: readonly Read[] = [list(Event)];

/** Kubelets repeat a warning, but the API server is told of it every 5 minutes only once it happened 25 times. */
export const recentMilliseconds = 900_000;

/** Warnings by the namespace and name of the pod that they are about. */
export type PodWarnings = ReadonlyMap<string, readonly Event[]>;

/** Every warning about a pod that the cluster still keeps: an hour's worth, as a rule. */
export async function readPodWarnings(cluster: ClusterReader): Promise<PodWarnings> {
  const byPod = new Map<string, Event[]>();
  for (const event of await cluster.list(Event, { fields: 'involvedObject.kind=Pod,type=Warning' })) {
    const key = keyOf(event.involvedObject);
    byPod.set(key, [...(byPod.get(key) ?? []), event]);
  }
  return byPod;
}

function keyOf({ namespace = '', name }: { readonly namespace?: string | undefined; readonly name: string }): string {
  return `${namespace}/${name}`;
}

/** When it last happened. Old and new writers keep that in different fields. */
export function lastSeen({ series, lastTimestamp, eventTime, firstTimestamp, metadata }: Event): Date | undefined {
  return (
    series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? firstTimestamp ?? metadata.creationTimestamp ?? undefined
  );
}

export function timesSeen({ series, count }: Event): number {
  return series?.count ?? count ?? 1;
}

/** The recent warnings of one reason about this very pod: one of the same name that is gone does not count. */
export function warningsOf(pod: Pod, warnings: PodWarnings, reason: string, now: Date): Event[] {
  const { uid } = pod.metadata;
  return (warnings.get(keyOf(pod.metadata)) ?? [])
    .filter((event) => {
      const about = event.involvedObject;
      if (event.reason !== reason) return false;
      if (about.uid !== '' && uid !== '' && about.uid !== uid) return false;
      const at = lastSeen(event);
      // The cluster keeps events for an hour, so one without a time is not old either.
      return at === undefined || now.getTime() - at.getTime() <= recentMilliseconds;
    })
    .sort((left, right) => (lastSeen(right)?.getTime() ?? 0) - (lastSeen(left)?.getTime() ?? 0));
}
