import type { Sight } from '../../../src/core/check.ts';
import { sayTime } from '../../../src/core/duration.ts';
import type { Evidence } from '../../../src/core/finding.ts';
import { list, type Read } from '../../../src/core/read.ts';
import { waitingPods } from '../../facts/kubernetes/new-pods.ts';
import { type SandboxError, sandboxErrorOf } from '../../facts/network/sandbox-errors.ts';
import type { Event } from '../../kinds/events.ts';
import { Pod } from '../../kinds/kubernetes.ts';
import { lastSeen, podWarningReads, readPodWarnings, timesSeen, warningsOf } from './pod-warnings.ts';

export const sandboxReads: readonly Read[] = [list(Pod), ...podWarningReads];

/** A pod that the kubelet cannot give a network, and the newest reason. */
export type WaitingSandbox = { readonly pod: Pod; readonly error: SandboxError; readonly event: Event };

/**
 * Pods that have waited for their network for more than a minute, with the reason from their events. A pod that got
 * an address in the meantime is left out, whatever its events say, and so is one whose sandbox fails for another
 * reason than the network.
 */
export async function readWaitingSandboxes({
  cluster,
  now,
}: Pick<Sight, 'cluster' | 'now'>): Promise<WaitingSandbox[]> {
  const waiting = waitingPods(await cluster.list(Pod), now).filter(
    ({ status }) => status.phase === 'Pending' && status.podIP === '',
  );
  const warnings = await readPodWarnings(cluster);
  return waiting.flatMap((pod) => {
    const [event] = warningsOf(pod, warnings, 'FailedCreatePodSandBox', now);
    const error = event === undefined ? undefined : sandboxErrorOf(event.message);
    return event === undefined || error === undefined ? [] : [{ pod, error, event }];
  });
}

export function podName({ metadata }: Pick<Pod, 'metadata'>): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

const shown = 3;

/** The events of the first few pods, in the words of the CNI plugin. */
export function sandboxEvidence(waiting: readonly WaitingSandbox[], now: Date): Evidence[] {
  return waiting.slice(0, shown).map(({ pod, error, event }) => {
    const at = lastSeen(event);
    const times = timesSeen(event);
    return {
      from: `Event FailedCreatePodSandBox of Pod ${podName(pod)}`,
      says: `Seen ${times === 1 ? 'once' : `${times} times`} on node ${pod.spec.nodeName ?? 'unknown'}, last ${at === undefined ? 'at an unknown time' : `at ${sayTime(at, now)}`}: ${error.text}`,
    };
  });
}

/** The nodes on which pods wait for a reason of this kind, sorted. */
export function nodesOf(waiting: readonly WaitingSandbox[]): string[] {
  return [...new Set(waiting.flatMap(({ pod }) => pod.spec.nodeName ?? []))].sort();
}
