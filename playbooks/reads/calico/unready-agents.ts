import type { Read } from '../../../src/core/read.ts';
import { isReady } from '../../facts/kubernetes/pods.ts';
import type { Event } from '../../kinds/events.ts';
import type { Pod } from '../../kinds/kubernetes.ts';
import { type PodWarnings, podWarningReads, warningsOf } from '../kubernetes/pod-warnings.ts';
import { nodeAgentReads } from './node-agents.ts';

export const unreadyAgentReads: readonly Read[] = [...nodeAgentReads, ...podWarningReads];

/** A node agent that is not ready, with what its probes said lately, newest first. */
export type UnreadyAgent = { readonly pod: Pod; readonly probes: readonly Event[] };

/**
 * Agents that have not been ready for a while: one that has just started waits for its peers, which is no fault
 * (BIRD restarts gracefully for up to 120 s).
 */
export function unreadyAgents(
  agents: readonly Pod[],
  warnings: PodWarnings,
  graceSeconds: number,
  now: Date,
): UnreadyAgent[] {
  return agents
    .filter((pod) => {
      if (isReady(pod)) return false;
      const condition = pod.status.conditions.find(({ type }) => type === 'Ready');
      const since = condition?.lastTransitionTime ?? pod.metadata.creationTimestamp;
      return since == null || now.getTime() - since.getTime() >= graceSeconds * 1000;
    })
    .map((pod) => ({ pod, probes: warningsOf(pod, warnings, 'Unhealthy', now) }));
}
