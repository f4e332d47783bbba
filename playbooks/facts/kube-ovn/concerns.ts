import type { Subnet } from '../../kinds/kube-ovn.ts';
import type { Pod } from '../../kinds/kubernetes.ts';
import type { LeaderLock } from './leader-lock.ts';
import { annotations } from './product.ts';

/**
 * What a fault of this subnet can be felt on. The pods of the namespaces that are bound to it have no annotation yet when
 * they wait for their network; those of other subnets may be anywhere. `others` are pods known to use it.
 */
export function concernsOf(
  { metadata, spec }: Subnet,
  others: readonly Pod[] = [],
): { Subnet: string[]; Namespace?: string[] } {
  const { namespaces } = spec;
  const bound = [...(namespaces ?? []), ...others.map((pod) => pod.metadata.namespace ?? '')];
  const isBound = (namespaces ?? []).length > 0;
  return { Subnet: [metadata.name], ...(isBound ? { Namespace: [...new Set(bound)] } : {}) };
}

/** The subnets whose condition Ready it is about, apart from what else may befall a subnet. */
export function readinessOf(subnets: readonly Subnet[]): { SubnetReadiness: string[] } {
  return { SubnetReadiness: subnets.map(({ metadata }) => metadata.name) };
}

/** The leader that gave an address away anew because it had just started; none when the allocation has another cause. */
export function allocationsOf(lock: LeaderLock | undefined): { AllocatingLeader: string[] } {
  return { AllocatingLeader: lock === undefined ? [] : [lock.holder] };
}

/** These pods, and where they are: in their subnets where kube-ovn has put each of them in one, else in their namespaces. */
export function concernsOfPods(pods: readonly Pod[]): { Pod: string[]; Namespace?: string[]; Subnet?: string[] } {
  const subnets = new Set(pods.map(({ metadata }) => metadata.annotations[annotations.subnet]));
  const known = [...subnets].flatMap((subnet) => subnet ?? []);
  return {
    Pod: pods.map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`),
    ...(known.length === subnets.size
      ? { Subnet: known }
      : { Namespace: [...new Set(pods.map(({ metadata }) => metadata.namespace ?? ''))] }),
  };
}
