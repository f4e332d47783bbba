import { z } from 'zod';
import { defineCheck, type Sight } from '../../../src/core/check.ts';
import { ownerOf } from '../../../src/core/ownership.ts';
import type { ClusterReader } from '../../../src/core/reader.ts';
import type { RemedyOffer } from '../../../src/core/remedy.ts';
import { whenInstalled } from '../../facts/flannel/product.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { podCidrsOf } from '../../facts/kubernetes/distribution.ts';
import { blocksOverlap, blockWithin } from '../../facts/network/cidr.ts';
import { type FlannelNetwork, flannelReads, readFlannelNetwork, sayNetworks } from '../../reads/flannel/network.ts';
import type { Blocks } from '../../reads/kubernetes/address-plan.ts';
import { apiServerReads, readApiServer } from '../../reads/kubernetes/api-server.ts';
import { correctAtSource } from '../../remedies/canal/correct-at-source.ts';
import { separateNetworks } from '../../remedies/canal/separate-networks.ts';
import { isWrittenByRke, rkeReads, setNetwork } from '../../remedies/canal/set-network.ts';

const code = 'canal/cidr-overlaps-services';

/** Where the ranges overlap, a pod can be given the address of a Service, and flannel takes Services for pods. */
export const cidrOverlapsServices = defineCheck({
  id: code,
  asks: 'Are the addresses of pods and of Services apart?',
  appliesTo: whenInstalled,
  reads: [...flannelReads, ...apiServerReads, ...rkeReads],
  findings: {
    [code]: {
      severity: 'critical',
      title: 'Pod network overlaps with Services',
      leadsTo: ['workload/apiserver-unreachable'],
    },
  },
  remedies: [setNetwork, correctAtSource, separateNetworks],
  settings: z.strictObject({}),
  async look(sight) {
    const network = await readFlannelNetwork(sight);
    const { networks, plan, about, from } = network;
    // Where the range is not visible, the address of one Service still tells whether it is inside.
    const services = plan.services ?? (await readOneService(sight.cluster));
    const pods = [
      ...networks.map(({ block }) => ({ block, from, what: 'the network of flannel' })),
      ...(plan.pods?.blocks ?? []).map((block) => ({ block, from: plan.pods?.from ?? '', what: 'the cluster CIDR' })),
    ];
    const clashes = pods.flatMap((pod) =>
      services.blocks.filter((block) => blocksOverlap(pod.block, block)).map((service) => ({ pod, service })),
    );
    const measured = [
      { what: 'Network of flannel', is: sayNetworks(networks) },
      { what: 'Cluster CIDR', is: plan.pods === undefined ? 'not visible here' : listed(plan.pods.blocks) },
      {
        what:
          plan.services === undefined
            ? 'Address of the API server’s Service, since the range is not visible'
            : 'Range of Services',
        is: `${listed(services.blocks)} (${services.from})`,
      },
    ];
    const [clash] = clashes;
    if (clash === undefined) return { findings: [], measured };
    const blocks = [...new Set(clashes.map(({ pod }) => pod.block))];
    return {
      findings: [
        {
          code,
          about,
          says: `The addresses of Services, ${listed(services.blocks)}, overlap with ${clash.pod.what}, ${clash.pod.block}. A pod can be given the address of a Service, and flannel takes Services for pods: it neither masquerades nor lets out what is sent to them where kube-proxy does not translate it first.`,
          confidence: [0.9, 'The blocks share addresses; which of them are in use on both sides was not looked at.'],
          evidence: [
            { from: clash.pod.from, says: `Pods get addresses of ${clash.pod.block}.` },
            { from: services.from, says: `Services have addresses of ${listed(services.blocks)}.` },
          ],
          remedies: isTooWide(network, services)
            ? await narrow(sight, network)
            : [separateNetworks.with({ pods: blocks, other: [...services.blocks], what: 'Services' })],
        },
      ],
      measured,
    };
  },
});

/** The pods have addresses that are apart from the Services, and flannel alone was told of a network that is not. */
function isTooWide({ plan, config, nodes }: FlannelNetwork, services: Blocks): boolean {
  const cluster = plan.pods?.blocks ?? [];
  return (
    config !== undefined &&
    cluster.length > 0 &&
    !cluster.some((block) => services.blocks.some((service) => blocksOverlap(block, service))) &&
    nodes.every((node) => podCidrsOf(node).every((cidr) => cluster.some((block) => blockWithin(cidr, block))))
  );
}

async function narrow(sight: Sight, { plan, config }: FlannelNetwork): Promise<RemedyOffer[]> {
  const isOwned =
    (await isWrittenByRke(sight)) || (config !== undefined && ownerOf(config.object.metadata) !== undefined);
  const wanted = [...(plan.pods?.blocks ?? [])];
  return [setNetwork.with({}), ...(isOwned ? [correctAtSource.with({ wanted })] : [])];
}

async function readOneService(cluster: ClusterReader): Promise<Blocks> {
  const { clusterAddresses } = await readApiServer(cluster);
  return {
    blocks: clusterAddresses.map((address) => `${address}/${address.includes(':') ? 128 : 32}`),
    from: 'Service default/kubernetes, spec.clusterIP',
  };
}
