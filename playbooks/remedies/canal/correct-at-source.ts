import { z } from 'zod';
import { ownerOf } from '../../../src/core/ownership.ts';
import { list } from '../../../src/core/read.ts';
import { nameOf, referenceTo } from '../../../src/core/reference.ts';
import { installed } from '../../facts/flannel/product.ts';
import { listed, word } from '../../facts/kubernetes/commands.ts';
import { distributionOf } from '../../facts/kubernetes/distribution.ts';
import { Node } from '../../kinds/kubernetes.ts';
import {
  type FlannelNetwork,
  type FlannelPlace,
  findFlannelConfig,
  flannelReads,
  readFlannelPlace,
} from '../../reads/flannel/network.ts';
import { defineManualRemedy } from '../manual.ts';
import { isWrittenByRke, rkeReads } from './set-network.ts';

/** Where the configuration comes from somewhere else, that is where it is corrected. */
export const correctAtSource = defineManualRemedy({
  id: 'canal/correct-at-source',
  does: 'Correct the network of flannel where it comes from, and restart flannel node by node.',
  risk: 'medium',
  reversible: true,
  whenNotToUse: [
    'By editing the ConfigMap on the cluster: its owner writes it back.',
    'Never loosen rp_filter instead: it hides the fault, and Felix up to v3.11 stops because of it.',
  ],
  reads: [...flannelReads, ...rkeReads, list(Node)],
  /** What flannel should take for the pod network, as far as it is known. */
  input: z.object({ wanted: z.array(z.string()) }),
  async instruct(sight, { wanted }) {
    const [place, config] = await Promise.all([readFlannelPlace(sight), findFlannelConfig(sight)]);
    const block = wanted.length === 0 ? 'the cluster CIDR of the controller-manager' : listed(wanted);
    const { namespace, product } = installed(sight.platform);
    const name = product === 'canal' ? 'canal' : 'kube-flannel-ds';
    const pods = place.pods.length;
    return {
      steps: [
        ...(await sourceSteps({ ...place, config }, block, await isWrittenByRke(sight))),
        ...(place.isBuiltIn
          ? []
          : [
              `Restart flannel, one node at a time: kubectl -n ${word(namespace)} rollout restart daemonset ${name} (or the DaemonSet that owns pods with the container kube-flannel), after a look at its maxUnavailable, which should be 1.`,
            ]),
        'See that pods reach the API server again before you call it done: the logs of CoreDNS should have no new "i/o timeout".',
      ],
      effect: 'Each node takes 20 to 60 s for the restart. No pod gets another address.',
      touches: { nodes: pods, pods },
    };
  },
});

type Source = FlannelPlace & Pick<FlannelNetwork, 'config'>;

async function sourceSteps({ config, nodes, isBuiltIn }: Source, block: string, isRke: boolean): Promise<string[]> {
  if (isBuiltIn) {
    return [
      `K3s makes this configuration from its cluster CIDR: set cluster-cidr on every server in /etc/rancher/k3s/config.yaml to ${block}, and restart K3s on the servers, then on the agents.`,
    ];
  }
  if (isRke) {
    return [
      `In cluster.yml set services.kube-controller.cluster_cidr to ${block}: RKE renders both the controller-manager and canal from it.`,
      'Run: rke up',
    ];
  }
  if (distributionOf(nodes) === 'RKE2') {
    return [
      'The chart rke2-canal takes the cluster CIDR of RKE2. See what overrides it: kubectl -n kube-system get helmchartconfig rke2-canal -o yaml',
      `Correct the value for the pod network there to ${block}. cluster-cidr itself, in /etc/rancher/rke2/config.yaml, can only be chosen when the cluster is installed.`,
    ];
  }
  if (config === undefined) {
    return [
      `See what the container kube-flannel mounts at /etc/kube-flannel, and set Network in its net-conf.json to ${block}.`,
    ];
  }
  const object = nameOf(referenceTo(config.object));
  const owner = ownerOf(config.object.metadata);
  if (owner !== undefined)
    return [
      `${owner.tool} owns ${object} (${owner.sign}): set the network to ${block} in its values or its repository, and let it write the change.`,
    ];
  return [`Find out the cluster CIDR of the controller-manager, and set the network in ${object} to it.`];
}
