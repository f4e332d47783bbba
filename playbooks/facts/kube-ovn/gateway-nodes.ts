import type { Subnet } from '../../kinds/kube-ovn.ts';
import type { Node } from '../../kinds/kubernetes.ts';
import { isControlPlane, isNodeReady } from '../kubernetes/nodes.ts';
import { annotations } from './product.ts';
import { isOvnProvider } from './subnet-state.ts';

/** Why a node carries a subnet's traffic to the outside, or that none has to. */
export type Gateways = {
  /** Named in `spec.gatewayNode`, in order; a name may carry the address it speaks with: `worker-1:172.18.0.2`. */
  readonly named: readonly string[];
  readonly bySelector: boolean;
  /** The node that carries the traffic now, as the controller wrote it; empty with ECMP and when there is none. */
  readonly active: string;
};

export function gatewaysOf({ spec, status }: Subnet): Gateways {
  const named = spec.gatewayNode
    .split(',')
    .map((entry) => (entry.split(':')[0] ?? '').trim())
    .filter((name) => name !== '');
  return { named, bySelector: (spec.gatewayNodeSelectors ?? []).length > 0, active: status.activateGateway };
}

/**
 * Only an overlay subnet of the default VPC leaves through gateway nodes: in a VPC of its own the VPC decides, and a
 * VLAN subnet leaves through its physical gateway unless it has a logical one.
 */
export function leavesThroughGatewayNodes(subnet: Subnet, clusterRouter: string): boolean {
  const { vpc, vlan, logicalGateway, gatewayType, provider } = subnet.spec;
  if (gatewayType !== 'centralized' || subnet.metadata.deletionTimestamp !== undefined) return false;
  if (!isOvnProvider(provider) || (vpc !== '' && vpc !== clusterRouter)) return false;
  return vlan === '' || logicalGateway;
}

/** Nodes that could carry it: ready, with an address from kube-ovn, open for pods; workers before control planes. */
export function gatewayCandidates(nodes: readonly Node[], named: readonly string[]): Node[] {
  return nodes
    .filter((node) => isNodeReady(node) && !named.includes(node.metadata.name))
    .filter(({ metadata, spec }) => metadata.annotations[annotations.allocated] === 'true' && !spec.unschedulable)
    .filter(
      ({ status }) => !status.conditions.some((one) => one.type === 'NetworkUnavailable' && one.status === 'True'),
    )
    .sort(
      (left, right) =>
        Number(isControlPlane(left)) - Number(isControlPlane(right)) ||
        left.metadata.name.localeCompare(right.metadata.name),
    );
}
