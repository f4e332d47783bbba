import { sayDuration } from '../../../src/core/duration.ts';
import type { PathAnswer } from '../../../src/core/reader.ts';
import { type Precondition, precondition } from '../../../src/core/remedy.ts';
import { isCuredByRestart } from '../../facts/calico/log-lines.ts';
import { apiServerStarts } from '../../facts/kubernetes/api-server-starts.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { isReady } from '../../facts/kubernetes/pods.ts';
import type { Pod } from '../../kinds/kubernetes.ts';
import { type Listener, nodeOf } from '../../reads/calico/list-loops.ts';
import type { NodeAgents } from '../../reads/calico/node-agents.ts';

/** A new agent lists everything anew: without an API server it would come up with nothing. */
export function apiServerIsReady({ status, body }: PathAnswer): Precondition {
  const first = body.split('\n')[0]?.slice(0, 120) ?? '';
  return precondition(
    'Does the API server say that it is ready?',
    status === 200,
    status === 200 ? '/readyz answers 200.' : `/readyz answers ${status}: ${first}`,
  );
}

const steadyMilliseconds = 120_000;

/** While API servers come and go, every restart of an agent may end in the same loop. */
export function apiServersAreSteady(pods: readonly Pod[], now: Date): Precondition {
  const asks = `Has every API server been up for ${steadyMilliseconds / 60_000} minutes?`;
  const [newest] = apiServerStarts(pods);
  if (newest === undefined)
    return precondition(asks, true, 'The API servers are no pods of this cluster; what /readyz says must do.');
  const age = now.getTime() - newest.at.getTime();
  return precondition(
    asks,
    age >= steadyMilliseconds,
    `The one on ${newest.node} started last, ${sayDuration(age)} ago.`,
  );
}

/** One fault at a time: a second broken agent is a reason to look, not to restart more of them. */
export function otherAgentsAreReady({ agents, daemonSet }: NodeAgents, nodes: readonly string[]): Precondition {
  const others = agents.filter((pod) => !nodes.includes(nodeOf({ pod })));
  const unready = others.filter((pod) => !isReady(pod));
  const asks = 'Are all other node agents ready?';
  if (daemonSet === undefined) {
    return precondition(asks, false, 'Their DaemonSet is gone: nothing would bring back an agent that is deleted.');
  }
  const { desiredNumberScheduled } = daemonSet.status;
  const missing = Math.max(0, desiredNumberScheduled - agents.length);
  const because =
    unready.length > 0
      ? `${listed(unready.map((pod) => nodeOf({ pod })))} ${unready.length === 1 ? 'has an agent that is' : 'have agents that are'} not ready.`
      : `${others.length} other agents are ready${missing === 0 ? '' : `, but ${missing} of ${desiredNumberScheduled} are missing`}.`;
  return precondition(asks, unready.length === 0 && missing === 0, because);
}

const freshMilliseconds = 120_000;

/** A rollout, or somebody else's hand, and this fix must not take two nodes at once. */
export function noOtherRestart({ agents, stopping, daemonSet }: NodeAgents, now: Date): Precondition {
  const fresh = agents.filter(
    ({ metadata }) => now.getTime() - (metadata.creationTimestamp?.getTime() ?? 0) < freshMilliseconds,
  );
  const { updatedNumberScheduled, desiredNumberScheduled = 0 } = daemonSet?.status ?? {};
  const isRolling = updatedNumberScheduled != null && updatedNumberScheduled < desiredNumberScheduled;
  const moving = [...stopping, ...fresh].map((pod) => nodeOf({ pod }));
  const because = isRolling
    ? `The DaemonSet is being rolled out: ${updatedNumberScheduled} of ${desiredNumberScheduled} agents are of its newest template.`
    : moving.length > 0
      ? `On ${listed(moving)} an agent is stopping or started within the last 2 minutes.`
      : 'No agent is stopping, and none started within the last 2 minutes.';
  return precondition('Is no other node agent being restarted?', !isRolling && moving.length === 0, because);
}

/** The log is read again: a loop that ended in the meantime needs no restart. */
export function stillLoops(listeners: readonly Listener[], names: readonly string[], what: string): Precondition {
  const asks = `Does each of these ${what} still repeat a refused list?`;
  const calm = listeners.filter(({ pod, loops }) => names.includes(pod.metadata.name) && !loops.some(isCuredByRestart));
  const unread = names.filter((name) => !listeners.some(({ pod }) => pod.metadata.name === name));
  if (unread.length > 0)
    return { asks, holds: 'unknown', because: `${listed(unread)} ${unread.length === 1 ? 'has' : 'have'} no log.` };
  return precondition(
    asks,
    names.length > 0 && calm.length === 0,
    calm.length === 0
      ? `All ${names.length} did so within the last 15 s.`
      : `${listed(calm.map(({ pod }) => pod.metadata.name))} ${calm.length === 1 ? 'does' : 'do'} not any more.`,
  );
}

/** Behind a Typha that is stuck, a new Felix would get the same stale picture. */
export function noTyphaLoops(typhas: readonly Listener[]): Precondition {
  const stuck = typhas.filter(({ loops }) => loops.some(isCuredByRestart)).map(({ pod }) => pod.metadata.name);
  const because =
    typhas.length === 0
      ? 'There is no Typha; every agent asks the API server itself.'
      : stuck.length === 0
        ? `None of ${typhas.length} does.`
        : `${listed(stuck)} ${stuck.length === 1 ? 'does' : 'do'}: restart Typha first, that alone may do.`;
  return precondition('Does no Typha repeat a refused list?', stuck.length === 0, because);
}
