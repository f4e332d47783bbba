import { z } from 'zod';
import { list, path } from '../../../src/core/read.ts';
import { defineRemedy, precondition } from '../../../src/core/remedy.ts';
import { Node, Pod } from '../../kinds/kubernetes.ts';
import { flannelReads, mismatchesOf, readFlannelNetwork } from '../../reads/flannel/network.ts';
import { apiServerIsReady, fewEnough, nobodyElseRestarts } from './guards.ts';
import { inOrder, rollSteps } from './roll.ts';

/** flannel reads its configuration once, when it starts. */
export const restartFlannel = defineRemedy({
  id: 'canal/restart-flannel',
  how: 'change',
  does: 'Restart the flannel pods that still run with an older configuration, one node after another.',
  risk: 'medium',
  reversible: false,
  whenNotToUse: [
    'While the configuration is wrong: from v0.18.0 on flannel would not come up again.',
    'While the API server is in trouble: a restarted flannel must read its node to start.',
    'Never loosen rp_filter instead: it hides the fault, and Felix up to v3.11 stops because of it.',
  ],
  input: z.object({ nodes: z.array(z.string()) }),
  reads: [...flannelReads, list(Pod), list(Node), path('/readyz')],
  changes: [
    { change: 'delete-pod', kind: Pod, in: { product: 'canal' } },
    { change: 'delete-pod', kind: Pod, in: { product: 'flannel' } },
  ],
  proof: { withinSeconds: 300, holdSeconds: 180 },
  async plan(sight, { nodes: wanted }) {
    const network = await readFlannelNetwork(sight);
    const pods = inOrder(
      network.pods.filter(({ spec }) => wanted.includes(spec.nodeName ?? '')),
      network.nodes,
    );
    const wrong = mismatchesOf(network.nodes, network.networks);
    return {
      preconditions: [
        precondition(
          'Does the configuration that would be loaded hold the pod CIDR of every node?',
          wrong.length === 0,
          wrong.length === 0
            ? `${network.from} holds them all.`
            : `${network.from} does not hold ${wrong[0]?.podCidr ?? ''} of node ${wrong[0]?.node.metadata.name ?? ''}.`,
        ),
        fewEnough(pods),
        nobodyElseRestarts(network.pods),
        apiServerIsReady(await sight.cluster.get('/readyz')),
      ],
      steps: rollSteps(pods, network.pods),
      effect: `Each node takes 20 to 60 s. Routes and the tunnel stay in the kernel meanwhile, and no pod gets another address.${network.installed.product === 'canal' ? ' The same pod runs Calico on that node: new pods there wait for their network until it is back.' : ''}`,
      touches: { nodes: pods.length, pods: pods.length },
    };
  },
});
