import { list, type Read } from '../../../src/core/read.ts';
import type { ClusterReader } from '../../../src/core/reader.ts';
import { poolOf } from '../../facts/kube-ovn/pod-networks.ts';
import type { Pod } from '../../kinds/kubernetes.ts';
import { ReplicaSet } from '../../kinds/replica-sets.ts';

export const victimReads: readonly Read[] = [list(ReplicaSet)];

/** Whether one of several pods may be chosen without a person, and if not, why. */
export type Suitability = { readonly pod: Pod; readonly unsuitable: string | undefined };

/**
 * Who of several owners gives way most easily. Only a pod of a ReplicaSet with another ready replica, whose template
 * names no address, may be chosen without a person; of those the youngest.
 */
export async function readSuitability(cluster: ClusterReader, pods: readonly Pod[]): Promise<Suitability[]> {
  const namespaces = [...new Set(pods.map(({ metadata }) => metadata.namespace ?? ''))];
  const sets = (await Promise.all(namespaces.map(async (namespace) => cluster.list(ReplicaSet, { namespace })))).flat();
  return pods.map((pod) => ({ pod, unsuitable: whyNot(pod, sets) }));
}

function whyNot(pod: Pod, sets: readonly ReplicaSet[]): string | undefined {
  const [owner] = pod.metadata.ownerReferences;
  if (owner === undefined) return 'nobody makes it anew';
  if (owner.kind === 'VirtualMachineInstance') return 'a virtual machine runs in it';
  if (owner.kind === 'StatefulSet') return 'it belongs to a StatefulSet, whose pods keep their addresses';
  if (owner.kind === 'DaemonSet') return 'it is the only one of its DaemonSet on the node';
  if (owner.kind !== 'ReplicaSet') return `it belongs to ${owner.kind} ${owner.name}, which may not replace it`;
  if (poolOf(pod) !== undefined) return 'its template names a pool of addresses';
  const set = sets.find(
    ({ metadata }) => metadata.namespace === pod.metadata.namespace && metadata.name === owner.name,
  );
  if (set === undefined) return `its ReplicaSet ${owner.name} was not found`;
  if (namesAddress(set)) return 'its template names the address';
  const ready = set.status.readyReplicas;
  return ready >= 2 ? undefined : `${ready === 0 ? 'no replica' : 'only one replica'} of its ReplicaSet is ready`;
}

function namesAddress(set: ReplicaSet): boolean {
  return Object.keys(set.spec.template.metadata.annotations).some((key) =>
    /\.kubernetes\.io\/ip_(?:address|pool)$/.test(key),
  );
}

/** The youngest that is suitable: it has least to lose, and most often it is the one that came second. */
export function chooseVictim(all: readonly Suitability[]): Pod | undefined {
  const born = (pod: Pod) => pod.metadata.creationTimestamp?.getTime() ?? 0;
  return all
    .filter(({ unsuitable }) => unsuitable === undefined)
    .map(({ pod }) => pod)
    .toSorted((left, right) => born(right) - born(left) || left.metadata.name.localeCompare(right.metadata.name))[0];
}
