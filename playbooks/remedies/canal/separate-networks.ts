import { z } from 'zod';
import { listed } from '../../facts/kubernetes/commands.ts';
import { defineManualRemedy } from '../manual.ts';

export const separateNetworks = defineManualRemedy({
  id: 'canal/separate-networks',
  does: 'Plan networks for pods, Services and nodes that are apart, and move the cluster to them.',
  risk: 'high',
  reversible: false,
  whenNotToUse: [
    'In the middle of an incident: it renews every node or every Service. Narrow the network of flannel first where that is possible.',
  ],
  input: z.object({ pods: z.array(z.string()), other: z.array(z.string()), what: z.enum(['nodes', 'Services']) }),
  async instruct(_sight, { pods, other, what }) {
    return {
      steps: [
        `Write down what there is: pods in ${listed(pods)}, ${what} in ${listed(other)}.`,
        what === 'nodes'
          ? 'See whether all pod CIDRs of the nodes lie in a smaller block without any node address: kubectl get nodes -o custom-columns=NAME:.metadata.name,CIDR:.spec.podCIDR,IP:.status.addresses[0].address. If so, setting that block as the network of flannel is enough.'
          : 'Choose a free block for one of the two. For a new cluster that is quickest; in one that runs, the range of Services can be extended from Kubernetes 1.33 on with a ServiceCIDR object, and the old one retired.',
        'Otherwise the nodes have to be registered anew with a cluster CIDR that is apart from all others, one after another.',
      ],
      effect: 'Nothing changes on the cluster by looking. The move itself restarts every pod once.',
    };
  },
});
