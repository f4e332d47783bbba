import { z } from 'zod';
import type { Sight } from '../../../src/core/check.ts';
import { ownerOf } from '../../../src/core/ownership.ts';
import { get, list, path, type Read } from '../../../src/core/read.ts';
import { nameOf, referenceTo } from '../../../src/core/reference.ts';
import { defineRemedy, type Plan, precondition } from '../../../src/core/remedy.ts';
import { netConfKey, withNetworks } from '../../facts/flannel/net-conf.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { distributionOf } from '../../facts/kubernetes/distribution.ts';
import { blockFamily } from '../../facts/network/cidr.ts';
import { ConfigMap, Node, Pod } from '../../kinds/kubernetes.ts';
import { flannelReads, readFlannelNetwork } from '../../reads/flannel/network.ts';
import { apiServerReads, readApiServer } from '../../reads/kubernetes/api-server.ts';
import {
  apiServerIsReady,
  fewEnough,
  holdsEveryPodCidr,
  holdsNoNode,
  leavesServicesOut,
  nobodyElseRestarts,
  nobodyWritesItBack,
} from './guards.ts';
import { inOrder, rollSteps } from './roll.ts';

const rkePlugin = { namespace: 'kube-system', name: 'rke-network-plugin' };

export const rkeReads: readonly Read[] = [
  list(Node),
  get(ConfigMap, { in: { namespace: rkePlugin.namespace }, names: [rkePlugin.name] }),
];

/** RKE1 writes its network add-on from cluster.yml at every run; this ConfigMap is a trace that it leaves, its nodes another. */
export async function isWrittenByRke({ cluster }: Pick<Sight, 'cluster'>): Promise<boolean> {
  if (distributionOf(await cluster.list(Node)) === 'RKE1') return true;
  return (await cluster.find(ConfigMap, rkePlugin)) !== undefined;
}

/** flannel is told the network that the controller-manager allocates from, and restarted. */
export const setNetwork = defineRemedy({
  id: 'canal/set-network',
  how: 'change',
  does: 'Set the Network of flannel to the cluster CIDR of the controller-manager, and restart flannel node by node.',
  risk: 'medium',
  reversible: true,
  whenNotToUse: [
    'When Helm, Rancher or a GitOps tool owns the configuration: correct it at its source, or it comes back.',
    'When pod CIDRs of nodes lie outside the cluster CIDR: then the nodes are to be renewed, not flannel.',
    'Never loosen rp_filter instead: it hides the fault, and Felix up to v3.11 stops because of it.',
  ],
  mitigation:
    'Write the same network into the source of the configuration (the manifest, or what the installer makes it from), so that its next run does not bring the old one back.',
  input: z.object({}),
  reads: [...flannelReads, ...apiServerReads, ...rkeReads, list(Pod), list(Node), path('/readyz')],
  changes: [
    { change: 'patch-object', kind: ConfigMap, in: { product: 'canal' } },
    { change: 'patch-object', kind: ConfigMap, in: { product: 'flannel' } },
    { change: 'delete-pod', kind: Pod, in: { product: 'canal' } },
    { change: 'delete-pod', kind: Pod, in: { product: 'flannel' } },
  ],
  proof: { withinSeconds: 300, holdSeconds: 180 },
  async plan(sight) {
    const network = await readFlannelNetwork(sight);
    const { config, plan, nodes, pods } = network;
    if (config === undefined)
      return cannot(
        'Is there a configuration to write?',
        'K3s makes the configuration of its own flannel at every start.',
      );
    const target = plan.pods;
    if (target === undefined) {
      return cannot(
        'Is the cluster CIDR of the controller-manager known?',
        'Neither its pods nor kubeadm nor kube-proxy show it here.',
      );
    }
    const wanted = network.networks.map(({ family, block }) => ({
      family,
      block: target.blocks.find((other) => blockFamily(other) === family) ?? block,
    }));
    const text = withNetworks(config.netConf.text, wanted);
    const object = nameOf(referenceTo(config.object));
    const services = plan.services ?? {
      blocks: (await readApiServer(sight.cluster)).clusterAddresses.map(asBlock),
      from: 'the Service default/kubernetes',
    };
    const { name, namespace = '', uid, resourceVersion } = config.object.metadata;
    const blocks = listed(wanted.map(({ block }) => block));
    const rolled = inOrder(pods, nodes);
    return {
      preconditions: [
        holdsEveryPodCidr(target, nodes),
        nobodyWritesItBack(object, ownerOf(config.object.metadata), await isWrittenByRke(sight)),
        holdsNoNode(target, nodes),
        leavesServicesOut(target, services.blocks, services.from),
        precondition(
          'Can Network alone be changed, with all the rest as it is?',
          text !== undefined,
          text === undefined
            ? `The text of ${netConfKey} cannot be changed without a doubt.`
            : `Only the network changes in ${netConfKey}, to ${blocks}.`,
        ),
        fewEnough(pods),
        nobodyElseRestarts(pods),
        apiServerIsReady(await sight.cluster.get('/readyz')),
      ],
      steps: [
        {
          does: `Set the network in ${netConfKey} of ${object} from ${listed(network.networks.map(({ block }) => block))} to ${blocks}.`,
          change: {
            change: 'patch-object',
            apiVersion: 'v1',
            kind: 'ConfigMap',
            plural: 'configmaps',
            namespace,
            name,
            uid,
            resourceVersion,
            patch: { data: { [netConfKey]: text ?? config.netConf.text } },
          },
          settled: { until: 'stored' },
        },
        ...rollSteps(rolled, pods),
      ],
      effect: `The change is stored at once; each of ${pods.length} nodes then takes 20 to 60 s. No pod gets another address: only the rules for masquerading and forwarding change. Connections that hang stay so, new ones work.`,
      touches: { nodes: pods.length, pods: pods.length },
    };
  },
});

function asBlock(address: string): string {
  return `${address}/${address.includes(':') ? 128 : 32}`;
}

function cannot(asks: string, because: string): Plan {
  return {
    preconditions: [precondition(asks, false, because)],
    steps: [],
    effect: 'Nothing can be done from here.',
    touches: { nodes: 0, pods: 0 },
  };
}
