import type { Target } from '../../../src/core/target.ts';
import { reportedAddresses } from '../../facts/kube-ovn/pod-networks.ts';
import type { Node, Pod } from '../../kinds/kubernetes.ts';
import { isAsked } from '../kube-ovn/addresses.ts';

export type Duplicate = { readonly address: string; readonly pods: readonly [Pod, ...Pod[]] };

/** Pods whose address says nothing about who has it now. */
export type LeftOut = { hostNetwork: number; ended: number; leaving: number; nodeGone: number; otherNetwork: number };

/**
 * Addresses that more than one running pod reports. Left out is who shares or has no longer an address of its own: the
 * host's network, pods that ended or are on their way out, pods of a node that is gone, and addresses that kube-ovn
 * gave, which are unique in a VPC only and have a check of their own.
 */
export function duplicatesOf(
  pods: readonly Pod[],
  nodes: readonly Node[],
  target: Target,
): { duplicates: Duplicate[]; judged: number; leftOut: LeftOut } {
  const known = new Set(nodes.map(({ metadata }) => metadata.name));
  const leftOut: LeftOut = { hostNetwork: 0, ended: 0, leaving: 0, nodeGone: 0, otherNetwork: 0 };
  const holders = new Map<string, [Pod, ...Pod[]]>();
  let judged = 0;
  for (const pod of pods) {
    const reason = reasonToLeaveOut(pod, known);
    if (reason !== undefined) {
      leftOut[reason] += 1;
      continue;
    }
    judged += 1;
    for (const address of reportedAddresses(pod)) {
      const others = holders.get(address);
      if (others === undefined) holders.set(address, [pod]);
      else others.push(pod);
    }
  }
  const duplicates = [...holders]
    .filter(([address, all]) => all.length > 1 && isAsked(target, { addresses: [address], subnets: [], pods: all }))
    .map(([address, all]) => ({ address, pods: all }));
  return { duplicates, judged, leftOut };
}

function reasonToLeaveOut(pod: Pod, nodes: ReadonlySet<string>): keyof LeftOut | undefined {
  const { annotations, deletionTimestamp } = pod.metadata;
  if (pod.spec.hostNetwork) return 'hostNetwork';
  if (pod.status.phase !== 'Running') return 'ended';
  if (deletionTimestamp !== undefined) return 'leaving';
  if (pod.spec.nodeName === undefined || !nodes.has(pod.spec.nodeName)) return 'nodeGone';
  const isKubeOvn = annotations['ovn.kubernetes.io/allocated'] === 'true';
  return isKubeOvn || 'v1.multus-cni.io/default-network' in annotations ? 'otherNetwork' : undefined;
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
