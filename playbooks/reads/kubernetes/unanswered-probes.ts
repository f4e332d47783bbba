import type { Sight } from '../../../src/core/check.ts';
import { list, type Read } from '../../../src/core/read.ts';
import { nameOf } from '../../../src/core/reference.ts';
import { onPodNetwork, waitingPods } from '../../facts/kubernetes/new-pods.ts';
import { isReady, workloadOf } from '../../facts/kubernetes/pods.ts';
import { isUnansweredProbe } from '../../facts/network/sandbox-errors.ts';
import type { Event } from '../../kinds/events.ts';
import { Pod } from '../../kinds/kubernetes.ts';
import { podWarningReads, readPodWarnings, warningsOf } from './pod-warnings.ts';

export const unansweredProbeReads: readonly Read[] = [list(Pod), ...podWarningReads];

export type UnansweredPod = { readonly pod: Pod; readonly probe: Event };

/** A pod that became ready once has had its network; what it lost since is another story. */
const firstReadyMilliseconds = 120_000;

function wasNeverReady(pod: Pod): boolean {
  const since = pod.status.conditions.find(({ type }) => type === 'Ready')?.lastTransitionTime;
  const created = pod.metadata.creationTimestamp;
  return since == null || created === undefined || since.getTime() - created.getTime() < firstReadyMilliseconds;
}

/**
 * Running pods that have an address and were never ready, because the kubelet on their own node gets no answer from
 * them. A workload that is slow everywhere is left out: only nodes count where two workloads suffer, or where one
 * does that is ready on other nodes.
 */
export async function readUnansweredPods({ cluster, now }: Pick<Sight, 'cluster' | 'now'>): Promise<UnansweredPod[]> {
  const pods = await cluster.list(Pod);
  const warnings = await readPodWarnings(cluster);
  const unanswered = waitingPods(pods, now)
    .filter((pod) => pod.status.phase === 'Running' && pod.status.podIP !== '' && wasNeverReady(pod))
    .flatMap((pod) => {
      const probe = warningsOf(pod, warnings, 'Unhealthy', now).find(({ message }) => isUnansweredProbe(message));
      return probe === undefined ? [] : [{ pod, probe }];
    });
  // To know how every workload fares takes a while on a large cluster, and nobody asks when all is well.
  if (unanswered.length === 0) return [];
  const readyOn = setsBy(onPodNetwork(pods).filter(isReady), workload, nodeOf);
  const sufferingOn = setsBy(
    unanswered.map(({ pod }) => pod),
    nodeOf,
    workload,
  );
  return unanswered.filter(({ pod }) => {
    const isWellElsewhere = [...(readyOn.get(workload(pod)) ?? [])].some((node) => node !== nodeOf(pod));
    return isWellElsewhere || (sufferingOn.get(nodeOf(pod))?.size ?? 0) > 1;
  });
}

function setsBy(
  pods: readonly Pod[],
  keyOf: (pod: Pod) => string,
  valueOf: (pod: Pod) => string,
): ReadonlyMap<string, ReadonlySet<string>> {
  const sets = new Map<string, Set<string>>();
  for (const pod of pods) {
    const key = keyOf(pod);
    sets.set(key, (sets.get(key) ?? new Set<string>()).add(valueOf(pod)));
  }
  return sets;
}

function nodeOf({ spec }: Pod): string {
  return spec.nodeName ?? '';
}

function workload(pod: Pod): string {
  return nameOf(workloadOf(pod));
}
