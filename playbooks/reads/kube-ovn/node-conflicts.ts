import type { Finding } from '../../../src/core/finding.ts';
import { nameOf, referenceTo } from '../../../src/core/reference.ts';
import type { RemedyOffer } from '../../../src/core/remedy.ts';
import type { Target } from '../../../src/core/target.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { canonicalAddresses } from '../../facts/network/address.ts';
import type { Node } from '../../kinds/kubernetes.ts';
import { isAsked } from './addresses.ts';

const code = 'kube-ovn/address-conflict';

/** One address of the network between nodes and pods that several nodes have (kube-ovn#1449). */
export type SharedByNodes = {
  readonly address: string;
  readonly subnet: string;
  readonly nodes: readonly [Node, ...Node[]];
};

/** What kube-ovn wrote on the nodes; a node without its annotations has no address yet. */
export function sharedByNodes(nodes: readonly Node[], target: Target): SharedByNodes[] {
  const owners = new Map<string, { address: string; subnet: string; nodes: [Node, ...Node[]] }>();
  for (const node of nodes) {
    const { annotations } = node.metadata;
    const subnet = annotations['ovn.kubernetes.io/logical_switch'] ?? 'join';
    for (const address of canonicalAddresses(annotations['ovn.kubernetes.io/ip_address'] ?? '')) {
      const key = `${subnet} ${address}`;
      const known = owners.get(key);
      if (known === undefined) owners.set(key, { address, subnet, nodes: [node] });
      else known.nodes.push(node);
    }
  }
  return [...owners.values()].filter(
    ({ address, subnet, nodes: all }) =>
      all.length > 1 && isAsked(target, { addresses: [address], subnets: [subnet], pods: [] }),
  );
}

export function nodesShare(
  { address, subnet, nodes }: SharedByNodes,
  remedyFor: (node: string) => RemedyOffer,
): Finding<typeof code> {
  const names = nodes.map(({ metadata }) => metadata.name);
  const [first, ...others] = nodes.map((node) => ({
    from: `${nameOf(referenceTo(node))}, annotations`,
    says: `Its port node-${node.metadata.name} in subnet ${subnet} has ${address}, with the MAC address ${node.metadata.annotations['ovn.kubernetes.io/mac_address'] ?? 'of which nothing is written'}.`,
  }));
  return {
    code,
    about: { apiVersion: 'kubeovn.io/v1', kind: 'Subnet', name: subnet },
    says: `Nodes ${listed(names, 10)} have one address, ${address} of subnet ${subnet}, between them. Traffic from pods to the one ends at the other: probes fail there, and pods do not reach what runs on the host.`,
    confidence: [0.9, 'kube-ovn wrote the address on each of them; the nodes and OVN itself were not asked.'],
    evidence: [first ?? { from: `Subnet ${subnet}`, says: `${address} has several owners.` }, ...others],
    // The younger node is the one that came second; a person makes sure of it before anything is changed.
    remedies: [remedyFor(youngestOf(nodes).metadata.name)],
  };
}

function youngestOf([first, ...rest]: SharedByNodes['nodes']): Node {
  const born = (node: Node) => node.metadata.creationTimestamp?.getTime() ?? 0;
  return rest.reduce((youngest, node) => (born(node) > born(youngest) ? node : youngest), first);
}
