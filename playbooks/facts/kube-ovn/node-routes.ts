import { isIn } from '../../../src/core/version.ts';
import type { Subnet } from '../../kinds/kube-ovn.ts';
import type { Node } from '../../kinds/kubernetes.ts';
import { internalAddresses } from '../kubernetes/nodes.ts';
import { cidrContains, familyOf, splitDualStack } from '../network/cidr.ts';
import { annotations } from './product.ts';

/**
 * Whether the daemons are meant to route this subnet on nodes at all: subnets of the default VPC that OVN itself
 * carries. A VLAN subnet counts only with a logical gateway or, from v1.11, with an interconnection to the overlay.
 */
export function isRoutedOnNodes(subnet: Subnet, clusterRouter: string, version: string | undefined): boolean {
  const { vpc, vlan, logicalGateway, u2oInterconnection, enableLb } = subnet.spec;
  if (vpc !== '' && vpc !== clusterRouter) return false;
  if (subnet.metadata.deletionTimestamp !== undefined) return false;
  if (vlan === '') return true;
  if (isIn(version, ['v1.11.0']) === false) return false;
  return logicalGateway || (u2oInterconnection && enableLb !== true);
}

function isLeftOut(node: Node, blocks: readonly string[]): boolean {
  return internalAddresses(node).some((address) => blocks.some((block) => cidrContains(block, address)));
}

/** Nodes that should have the route. One whose own address lies in the subnet is left out by the daemon, on purpose. */
export function nodesToRoute(subnet: Subnet, nodes: readonly Node[]): Node[] {
  const blocks = splitDualStack(subnet.spec.cidrBlock);
  return nodes.filter((node) => !isLeftOut(node, blocks));
}

/**
 * Whether some node should have the route; among thousands the first one usually does. A cluster has nodes: where none
 * is listed nobody wrote them down.
 */
export function hasNodesToRoute(subnet: Subnet, nodes: readonly Node[]): boolean {
  if (nodes.length === 0) return true;
  const blocks = splitDualStack(subnet.spec.cidrBlock);
  return nodes.some((node) => !isLeftOut(node, blocks));
}

/**
 * The commands that put a subnet's routes back on one node by hand, until the daemon removes them again.
 * Undefined when the Subnet or the node's annotation holds something that is no address: such text must never
 * reach a command line.
 */
export function routeCommands(subnet: Subnet, node: Node): string[] | undefined {
  const gateways = splitDualStack(node.metadata.annotations[annotations.gateway] ?? '');
  const commands = splitDualStack(subnet.spec.cidrBlock).map((block) => {
    const [network = '', length = ''] = block.split('/');
    const family = familyOf(network);
    const gateway = gateways.find((candidate) => familyOf(candidate) === family);
    if (family === undefined || gateway === undefined || !/^\d{1,3}$/.test(length)) return undefined;
    // The join subnet holds the gateway itself, and is reached directly.
    const via = cidrContains(block, gateway) ? 'dev ovn0 scope link' : `via ${gateway} dev ovn0`;
    return `ip ${family === 6 ? '-6 ' : ''}route replace ${block} ${via}`;
  });
  const known = commands.filter((command) => command !== undefined);
  return known.length === 0 || known.length < commands.length ? undefined : known;
}
