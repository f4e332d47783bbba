import { z } from 'zod';
import { word } from '../../facts/kubernetes/commands.ts';
import { defineManualRemedy } from '../manual.ts';

/** A node's port carries the traffic between its host and every pod: no program deletes or rewrites it. */
export const correctNodeAddress = defineManualRemedy({
  id: 'kube-ovn/correct-node-address',
  does: 'Find out which of the node’s addresses is the true one, and put the others right.',
  risk: 'high',
  reversible: false,
  whenNotToUse: ['By deleting the port node-… or the annotations of the node while pods run there.'],
  input: z.object({ node: z.string() }),
  async instruct(_sight, { node }) {
    const name = word(node);
    return {
      steps: [
        `Read what the node itself has: on node ${node}, ip -4 addr show dev ovn0 and ip link show dev ovn0`,
        `Read what OVN has: kubectl ko nbctl --format=json find Logical_Switch_Port name=node-${name}`,
        `Read what is written down: kubectl get node ${name} -o yaml | grep ovn.kubernetes.io and kubectl get ips.kubeovn.io node-${name} -o yaml`,
        'Where OVN differs from the node, correct the addresses of the port in a maintenance window: kubectl ko nbctl lsp-set-addresses node-NAME "MAC IP"',
        'Upgrade to v1.13.11 or v1.14.0 at least: from there on such ports do not keep an old MAC address (#5172).',
      ],
      effect: 'Until it is put right, the node may not reach pods on other nodes, and probes there fail.',
      touches: { nodes: 1, pods: 0 },
    };
  },
});
