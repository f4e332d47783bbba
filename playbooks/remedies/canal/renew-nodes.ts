import { z } from 'zod';
import { listed, word } from '../../facts/kubernetes/commands.ts';
import { defineManualRemedy } from '../manual.ts';

/** A pod CIDR is written once in the life of a Node object. */
export const renewNodes = defineManualRemedy({
  id: 'canal/renew-nodes',
  does: 'Give the nodes a new pod CIDR by registering them anew, one after another.',
  risk: 'high',
  reversible: false,
  whenNotToUse: [
    'While the cluster CIDR itself is the mistake: if the nodes are right and somebody changed the controller-manager, change that back.',
    'For several nodes at once: every pod of a node moves.',
    'By patching spec.podCIDR: the API server refuses it once the field is set.',
  ],
  input: z.object({
    nodes: z.array(z.object({ name: z.string(), podCidrs: z.array(z.string()) })),
    clusterCidr: z.array(z.string()),
  }),
  async instruct(_sight, { nodes, clusterCidr }) {
    const [first] = nodes;
    const name = word(first?.name ?? '');
    return {
      steps: [
        `First decide which side is wrong. ${nodes.length === 1 ? 'The node has' : 'The nodes have'} ${listed(nodes.map((node) => `${node.name}: ${listed(node.podCidrs)}`))}; the cluster CIDR is ${clusterCidr.length === 0 ? 'not known' : listed(clusterCidr)}. If the old one was right, set --cluster-cidr back, and nothing else is needed.`,
        `Move the work away: kubectl cordon ${name} && kubectl drain ${name} --ignore-daemonsets --delete-emptydir-data`,
        `Delete the Node object: kubectl delete node ${name}`,
        `On that machine restart the kubelet, so that it registers anew and gets a pod CIDR out of the cluster CIDR; remove the old bridge as well: ip link delete cni0`,
        `See that it has one: kubectl get node ${name} -o jsonpath='{.spec.podCIDR}'`,
        ...(nodes.length > 1 ? ['Go on with the next node when its pods are ready again.'] : []),
      ],
      effect:
        'Every pod of a node moves or restarts, and gets another address. Labels and taints set by hand are lost with the Node object: note them first.',
      touches: { nodes: nodes.length, pods: 0 },
    };
  },
});
