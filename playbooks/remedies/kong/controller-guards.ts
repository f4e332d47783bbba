import { sayDuration } from '../../../src/core/duration.ts';
import { type Plan, type Precondition, precondition } from '../../../src/core/remedy.ts';
import type { Sight } from '../../../src/core/sight.ts';
import { pushHistory } from '../../facts/kong/push-history.ts';
import type { Pod } from '../../kinds/kubernetes.ts';
import { installationReads, readInstallation } from '../../reads/kong/installation.ts';
import { type Leadership, leaderReads, readLeadership } from '../../reads/kong/leader.ts';
import { linesOf, logReads, type PodLog, readControllerLogs } from '../../reads/kong/logs.ts';
import { reachabilityReads } from '../../reads/kong/reachability.ts';

export const controllerReads = [...installationReads, ...leaderReads, ...logReads, ...reachabilityReads];

/** What a plan to renew the leading controller is made of; `leader` is undefined when nobody holds the lock. */
export async function readController(sight: Omit<Sight, 'settings'>) {
  const installation = await readInstallation(sight);
  const { leader } = await readLeadership(sight, installation);
  return { installation, leader, logs: await readControllerLogs(sight.cluster, installation) };
}

/** A selector of the pods that replace this one, whatever revision they are of. */
export function siblingsOf({ metadata }: Pod): string {
  return Object.entries(metadata.labels)
    .filter(([key]) => !key.endsWith('-hash') && key !== 'pod-template-generation')
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

export function leads({ state, leader }: Leadership): boolean {
  return (state === 'held' || state === 'none') && leader !== undefined;
}

const patienceMilliseconds = 60_000;

/** Waiting comes first: a controller that has just written, or is about to, is not restarted. */
export function hasBeenWaitedFor(logs: readonly PodLog[], now: Date): Precondition {
  const asks = 'Has the controller had a minute to write by itself?';
  const { lastSuccess } = pushHistory(linesOf(logs));
  if (lastSuccess === undefined) return precondition(asks, true, 'Its log tells of no success at all.');
  const age = now.getTime() - lastSuccess.getTime();
  return precondition(asks, age > patienceMilliseconds, `Its last success is ${sayDuration(age)} old.`);
}

/** The same refused write is sent again by a new controller, so a restart is no answer to a refusal. */
export function isNotRefused(logs: readonly PodLog[]): Precondition {
  const asks = 'Would a new controller write anything else?';
  const { reason, failures } = pushHistory(linesOf(logs));
  return reason === 'refused'
    ? precondition(asks, false, `Kong has refused ${failures.length} writes; a new controller sends the same.`)
    : precondition(asks, true, 'Kong has refused nothing since the last success.');
}

/** Where there is nobody to restart, nothing is planned, and the card says why. */
export function nobodyToRestart(because: string): Plan {
  return {
    preconditions: [precondition('Is there a controller that leads and could be restarted?', false, because)],
    steps: [],
    effect: 'There is nothing to restart.',
    touches: { nodes: 0, pods: 0 },
  };
}

export function isOwned(pod: Pod): Precondition {
  const [owner] = pod.metadata.ownerReferences;
  const asks = 'Is the pod made anew?';
  return owner === undefined
    ? precondition(asks, false, 'Nothing owns it.')
    : precondition(asks, true, `${owner.kind} ${owner.name} owns it.`);
}
