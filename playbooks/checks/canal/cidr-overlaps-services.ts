import { z } from 'zod';
import { defineCheck } from '../../../src/core/check.ts';
import type { ClusterReader } from '../../../src/core/reader.ts';
import { whenInstalled } from '../../facts/flannel/product.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { blocksOverlap } from '../../facts/network/cidr.ts';
import { flannelReads, readFlannelNetwork, sayNetworks } from '../../reads/flannel/network.ts';
import type { Blocks } from '../../reads/kubernetes/address-plan.ts';
import { apiServerReads, readApiServer } from '../../reads/kubernetes/api-server.ts';
import { separateNetworks } from '../../remedies/canal/separate-networks.ts';

const code = 'canal/cidr-overlaps-services';

/** Where the ranges overlap, a pod can be given the address of a Service, and flannel takes Services for pods. */
export const cidrOverlapsServices = defineCheck({
  id: code,
  asks: 'Are the addresses of pods and of Services apart?',
  appliesTo: whenInstalled,
  reads: [...flannelReads, ...apiServerReads],
  findings: {
    [code]: {
      severity: 'critical',
      title: 'Pod network overlaps with Services',
      leadsTo: ['workload/apiserver-unreachable'],
    },
  },
  remedies: [separateNetworks],
  settings: z.strictObject({}),
  async look(sight) {
    const { networks, plan, about, from } = await readFlannelNetwork(sight);
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
          remedies: [separateNetworks.with({ pods: blocks, other: [...services.blocks], what: 'Services' })],
        },
      ],
      measured,
    };
  },
});

async function readOneService(cluster: ClusterReader): Promise<Blocks> {
  const { clusterAddresses } = await readApiServer(cluster);
  return {
    blocks: clusterAddresses.map((address) => `${address}/${address.includes(':') ? 128 : 32}`),
    from: 'Service default/kubernetes, spec.clusterIP',
  };
}
