import { nameOf, referenceTo } from '../../../src/core/reference.ts';
import { type Precondition, precondition } from '../../../src/core/remedy.ts';
import { budgetsOf } from '../../facts/kubernetes/disruption.ts';
import { isReady } from '../../facts/kubernetes/pods.ts';
import type { PodDisruptionBudget } from '../../kinds/disruption.ts';
import type { Pod } from '../../kinds/kubernetes.ts';
import type { VirtualMachineInstance } from '../../kinds/kubevirt.ts';

const recreating = ['ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job', 'VirtualMachineInstance'];

function titleOf(pod: Pod): string {
  return `${pod.metadata.namespace ?? ''}/${pod.metadata.name}`;
}

export function isRecreated(pod: Pod): Precondition {
  const asks = `Does somebody make ${titleOf(pod)} anew?`;
  const [owner] = pod.metadata.ownerReferences;
  if (owner === undefined) return precondition(asks, false, 'Nobody owns it: once deleted it is gone.');
  const knows = recreating.includes(owner.kind);
  return precondition(
    asks,
    knows,
    `It belongs to ${owner.kind} ${owner.name}${knows ? '' : ', which may not replace it'}.`,
  );
}

/** The API server asks this again at the eviction, and has the last word. */
export function budgetAllows(pod: Pod, budgets: readonly PodDisruptionBudget[]): Precondition {
  const asks = `Does every PodDisruptionBudget let ${titleOf(pod)} go?`;
  const own = budgetsOf(pod, budgets);
  const [first, ...more] = own;
  if (first === undefined) return precondition(asks, true, 'No budget counts it.');
  if (more.length > 0) {
    const names = own.map(({ metadata }) => metadata.name).join(', ');
    return precondition(
      asks,
      false,
      `${own.length} budgets count it (${names}), and the API server evicts no such pod.`,
    );
  }
  const { disruptionsAllowed, currentHealthy, desiredHealthy } = first.status;
  const says = `Budget ${first.metadata.name} allows ${disruptionsAllowed} disruptions: ${currentHealthy} pods are healthy, and ${desiredHealthy} must be.`;
  return precondition(asks, disruptionsAllowed > 0, says);
}

/** Pods of the same owner that are ready, the pod itself left out. */
function readyPeers(pod: Pod, pods: readonly Pod[]): Pod[] {
  const [owner] = pod.metadata.ownerReferences;
  return pods.filter(
    (other) =>
      other.metadata.namespace === pod.metadata.namespace &&
      other.metadata.name !== pod.metadata.name &&
      isReady(other) &&
      other.metadata.deletionTimestamp === undefined &&
      other.metadata.ownerReferences.some(({ kind, name }) => kind === owner?.kind && name === owner.name),
  );
}

/** The last one of its kind may go, but not without somebody having read that it is the last. */
export function anotherServes(pod: Pod, pods: readonly Pod[]): Precondition {
  const asks = `Does another ready pod do the work of ${titleOf(pod)} meanwhile?`;
  const [owner] = pod.metadata.ownerReferences;
  const peers = readyPeers(pod, pods).length;
  const name = `${owner?.kind ?? 'its owner'} ${owner?.name ?? ''}`.trim();
  if (owner?.kind === 'DaemonSet') {
    const because = `It is the only one of ${name} on node ${pod.spec.nodeName ?? ''}, which goes without for a moment.`;
    return { asks, holds: 'confirm', because };
  }
  if (peers > 0)
    return precondition(asks, true, `${peers} other ready ${peers === 1 ? 'pod' : 'pods'} of ${name} stay.`);
  return {
    asks,
    holds: 'confirm',
    because: `It is the only ready pod of ${name}: its work stops until the new one is ready.`,
  };
}

/** A launcher that is taken away under a running machine stops that machine. */
export function noMachineRuns(pod: Pod, instances: readonly VirtualMachineInstance[]): Precondition {
  const asks = `Does no virtual machine run in ${titleOf(pod)}?`;
  const owner = pod.metadata.ownerReferences.find(({ kind }) => kind === 'VirtualMachineInstance');
  if (owner === undefined) return precondition(asks, true, 'It is an ordinary pod.');
  const instance = instances.find(
    ({ metadata }) => metadata.namespace === pod.metadata.namespace && metadata.name === owner.name,
  );
  if (instance === undefined) return precondition(asks, true, `Its instance ${owner.name} is gone.`);
  const { phase } = instance.status;
  const says = `${nameOf(referenceTo(instance))} is ${phase === '' ? 'in no phase yet' : phase}.`;
  return precondition(asks, phase !== 'Running', says);
}

/** A pod that has started in the meantime is no longer the one that was looked at. */
export function hasNotStarted(pod: Pod): Precondition {
  const running = pod.status.containerStatuses.filter(({ ready, state }) => ready || state.running !== undefined);
  return precondition(
    `Has ${titleOf(pod)} never started?`,
    pod.status.phase === 'Pending' && running.length === 0,
    `It is ${pod.status.phase}, and ${running.length} of its containers run.`,
  );
}
