import { z } from 'zod';
import { defineCheck } from '../../../src/core/check.ts';
import type { Finding } from '../../../src/core/finding.ts';
import { ownerOf } from '../../../src/core/ownership.ts';
import { whenInstalled } from '../../facts/flannel/product.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { podCidrsOf } from '../../facts/kubernetes/distribution.ts';
import { internalAddresses } from '../../facts/kubernetes/nodes.ts';
import { blockWithin, cidrContains } from '../../facts/network/cidr.ts';
import type { Node } from '../../kinds/kubernetes.ts';
import {
  type FlannelNetwork,
  flannelReads,
  mismatchesOf,
  readFlannelNetwork,
  sayNetworks,
} from '../../reads/flannel/network.ts';
import { type Sufferers, saySufferers, seekSufferers, suffererReads } from '../../reads/flannel/sufferers.ts';
import { victimEvidence } from '../../reads/kubernetes/victims.ts';
import { correctAtSource } from '../../remedies/canal/correct-at-source.ts';
import { separateNetworks } from '../../remedies/canal/separate-networks.ts';
import { isWrittenByRke, rkeReads, setNetwork } from '../../remedies/canal/set-network.ts';

const code = 'canal/network-contains-nodes';

/** Between two addresses of its network flannel masquerades nothing. */
export const networkContainsNodes = defineCheck({
  id: code,
  asks: 'Does the network of flannel leave out the addresses of the nodes?',
  appliesTo: whenInstalled,
  reads: [...flannelReads, ...suffererReads, ...rkeReads],
  findings: {
    [code]: {
      severity: 'critical',
      title: 'Flannel network contains node addresses',
      leadsTo: ['canal/cidr-overlaps-services', 'workload/apiserver-unreachable'],
    },
  },
  remedies: [setNetwork, correctAtSource, separateNetworks],
  settings: z.strictObject({}),
  async look(sight) {
    const network = await readFlannelNetwork(sight);
    const inside = network.nodes.filter((node) => addressesIn(network, node).length > 0);
    const measured = [
      { what: 'Network of flannel', is: `${sayNetworks(network.networks)} (${network.from})` },
      { what: 'Nodes with an address inside', is: `${inside.length} of ${network.nodes.length}` },
    ];
    // While pod CIDRs lie outside, that is the fault to mend first, and it has its own finding.
    if (inside.length === 0 || mismatchesOf(network.nodes, network.networks).length > 0)
      return { findings: [], measured };
    const [sufferers, isRke] = await Promise.all([seekSufferers(sight, network.nodes), isWrittenByRke(sight)]);
    return { findings: [describe(network, inside, sufferers, isRke)], measured };
  },
});

function addressesIn({ networks }: FlannelNetwork, node: Node): string[] {
  return internalAddresses(node).filter((address) => networks.some(({ block }) => cidrContains(block, address)));
}

function describe(
  network: FlannelNetwork,
  inside: readonly Node[],
  sufferers: Sufferers,
  isRke: boolean,
): Finding<typeof code> {
  const names = inside.map((node) => `${node.metadata.name} (${listed(addressesIn(network, node))})`);
  const suffer = sufferers.remote.length > 0;
  return {
    code,
    severity: suffer ? 'critical' : 'warning',
    about: network.about,
    says: `The network of flannel, ${sayNetworks(network.networks)}, contains the addresses of ${inside.length} of ${network.nodes.length} nodes. flannel masquerades nothing between two addresses of its network, so what pods send to other nodes, and to Services whose endpoints are nodes such as the API server, keeps the address of the pod. ${suffer ? `${saySufferers(sufferers)} from the API server.` : 'No system pod was seen to suffer: the nodes may route the answers back all the same.'}`,
    confidence: suffer
      ? [0.9, 'The addresses lie inside, and pods on other nodes than the API server’s get no answer.']
      : [0.7, 'The addresses lie inside, but nobody was seen to suffer.'],
    evidence: [
      { from: network.from, says: `flannel takes ${sayNetworks(network.networks)} for the pod network.` },
      { from: 'Nodes, status.addresses', says: `Inside are: ${listed(names)}.` },
      ...sufferers.remote.slice(0, 3).map(victimEvidence),
    ],
    remedies: remediesFor(network, inside, isRke),
  };
}

function remediesFor(network: FlannelNetwork, inside: readonly Node[], isRke: boolean) {
  const { plan, config, nodes, networks } = network;
  const cluster = plan.pods?.blocks ?? [];
  const helps =
    cluster.length > 0 &&
    inside.every((node) =>
      internalAddresses(node).every((address) => !cluster.some((block) => cidrContains(block, address))),
    ) &&
    nodes.every((node) => podCidrsOf(node).every((cidr) => cluster.some((block) => blockWithin(cidr, block))));
  const addresses = inside.flatMap(internalAddresses).slice(0, 8);
  if (!helps || config === undefined)
    return [separateNetworks.with({ pods: networks.map(({ block }) => block), other: addresses, what: 'nodes' })];
  const isOwned = isRke || ownerOf(config.object.metadata) !== undefined;
  return [setNetwork.with({}), ...(isOwned ? [correctAtSource.with({ wanted: [...cluster] })] : [])];
}
