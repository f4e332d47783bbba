import type { Sight } from '../../../src/core/check.ts';
import { reportedAddresses } from '../../facts/kube-ovn/pod-networks.ts';
import { annotations } from '../../facts/kube-ovn/product.ts';
import type { Node, Pod } from '../../kinds/kubernetes.ts';
import { isAsked } from '../kube-ovn/addresses.ts';

export type Duplicate = { readonly address: string; readonly pods: readonly [Pod, ...Pod[]] };

/** Pods whose address says nothing about who has it now. */
export type LeftOut = { hostNetwork: number; ended: number; leaving: number; nodeGone: number; otherNetwork: number };

/**
 * Addresses that more than one running pod reports. Left out is who shares or has no longer an address of its own: the
 * host's network, pods that ended or are on their way out, pods of a node that is gone, and addresses that kube-ovn
 * gave. Those are unique in a VPC only and have a check of their own; where that cannot look, because kube-ovn was not
 * detected, they are compared within their switch, in which they are unique in any case.
 */
export function duplicatesOf(
  pods: readonly Pod[],
  nodes: readonly Node[],
  { target, platform }: Pick<Sight, 'target' | 'platform'>,
): { duplicates: Duplicate[]; judged: number; leftOut: LeftOut } {
  const seen: Seen = {
    nodes: new Set(nodes.map(({ metadata }) => metadata.name)),
    hasOwnCheck: platform.kubeOvn !== undefined,
  };
  const leftOut: LeftOut = { hostNetwork: 0, ended: 0, leaving: 0, nodeGone: 0, otherNetwork: 0 };
  const first = new Map<string, Pod>();
  const shared = new Map<string, { address: string; pods: [Pod, ...Pod[]] }>();
  let judged = 0;
  for (const pod of pods) {
    const reason = reasonToLeaveOut(pod, seen);
    if (reason !== undefined) {
      leftOut[reason] += 1;
      continue;
    }
    judged += 1;
    for (const address of reportedAddresses(pod)) {
      const subnet = pod.metadata.annotations[annotations.subnet];
      const key = subnet === undefined ? address : `${subnet} ${address}`;
      const other = first.get(key);
      const others = shared.get(key);
      if (other === undefined) first.set(key, pod);
      else if (others === undefined) shared.set(key, { address, pods: [other, pod] });
      else others.pods.push(pod);
    }
  }
  const duplicates = [...shared.values()].filter(
    ({ address, pods: all }) =>
      new Set(all.map(ownerOf)).size > 1 && isAsked(target, { addresses: [address], subnets: [], pods: all }),
  );
  return { duplicates, judged, leftOut };
}

/** While a virtual machine moves to another node it has two pods, and may keep its address in both. */
function ownerOf({ metadata }: Pod): string {
  const machine = metadata.ownerReferences.find(({ kind }) => kind === 'VirtualMachineInstance');
  return `${metadata.namespace ?? ''}/${machine === undefined ? metadata.name : `machine ${machine.name}`}`;
}

type Seen = {
  readonly nodes: ReadonlySet<string>;
  /** Whether addresses of kube-ovn are looked at by its own check. */
  readonly hasOwnCheck: boolean;
};

function reasonToLeaveOut(pod: Pod, { nodes, hasOwnCheck }: Seen): keyof LeftOut | undefined {
  const { annotations: written, deletionTimestamp } = pod.metadata;
  if (pod.spec.hostNetwork) return 'hostNetwork';
  if (pod.status.phase !== 'Running') return 'ended';
  if (deletionTimestamp !== undefined) return 'leaving';
  // Every cluster has nodes: where none is listed, nothing follows from one that is missing.
  const isNodeGone = nodes.size > 0 && !nodes.has(pod.spec.nodeName ?? '');
  if (isNodeGone) return 'nodeGone';
  const isLookedAt = hasOwnCheck && written[annotations.allocated] === 'true';
  return isLookedAt || 'v1.multus-cni.io/default-network' in written ? 'otherNetwork' : undefined;
}

/** The pod CIDR that the nodes of all these pods have in common, where each node should have its own. */
export function sharedPodCidr(
  pods: readonly Pod[],
  nodes: readonly Node[],
): { cidr: string; nodes: string[] } | undefined {
  const own = [...new Set(pods.map(({ spec }) => spec.nodeName ?? ''))].flatMap(
    (name) => nodes.find(({ metadata }) => metadata.name === name) ?? [],
  );
  const [first, ...others] = own;
  const cidr = first?.spec.podCIDR ?? '';
  if (cidr === '' || others.length === 0 || !others.every(({ spec }) => spec.podCIDR === cidr)) return undefined;
  return { cidr, nodes: own.map(({ metadata }) => metadata.name) };
}

export function isNodeReady(name: string | undefined, nodes: readonly Node[]): boolean {
  const node = nodes.find(({ metadata }) => metadata.name === name);
  return node?.status.conditions.some(({ type, status }) => type === 'Ready' && status !== 'True') !== true;
}
