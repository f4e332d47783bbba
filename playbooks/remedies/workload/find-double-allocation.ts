import { z } from 'zod';
import { listed, word } from '../../facts/kubernetes/commands.ts';
import { defineManualRemedy } from '../manual.ts';

export const findDoubleAllocation = defineManualRemedy({
  id: 'workload/find-double-allocation',
  does: 'Find out how one address came to two pods, so that it does not happen again.',
  risk: 'low',
  reversible: true,
  whenNotToUse: ['As the only step: until one of the pods has another address, both fail now and then.'],
  input: z.object({ address: z.string(), nodes: z.array(z.string()), sharedCidr: z.string().optional() }),
  async instruct(_sight, { address, nodes, sharedCidr }) {
    return {
      steps: [
        ...(sharedCidr === undefined
          ? []
          : [
              `Nodes ${listed(nodes)} have the same pod CIDR ${sharedCidr}. Find out which one got it by hand or came back from an old backup, drain it, and let it join the cluster anew.`,
            ]),
        'Compare the pod CIDRs of all nodes, where the network plugin uses them: kubectl get nodes -o custom-columns=NAME:.metadata.name,CIDR:.spec.podCIDR',
        `With Calico, see who holds the address: calicoctl ipam show --ip=${address}, and look for addresses that are held twice or by nobody: calicoctl ipam check`,
        ...nodes.map(
          (node) =>
            `With host-local addresses, on node ${word(node)}: ls /var/lib/cni/networks/*/${address} names the container that it was given to.`,
        ),
        'Look for what happened when the younger pod started: a node that was restored or cloned, a datastore that was rolled back, an emptied /var/lib/cni.',
      ],
      effect: 'Nothing changes on the cluster by looking.',
    };
  },
});
