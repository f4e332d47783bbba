import { z } from 'zod';
import { installed } from '../../facts/kube-ovn/product.ts';
import { word } from '../../facts/kubernetes/commands.ts';
import { splitDualStack } from '../../facts/network/cidr.ts';
import { defineManualRemedy } from '../manual.ts';

/** Who put the other route there, and what hangs on it, no program can know. */
export const removeForeignRoute = defineManualRemedy({
  id: 'kube-ovn/remove-foreign-route',
  does: 'Find what stands in the way of the route on the node, and remove it.',
  risk: 'medium',
  reversible: true,
  whenNotToUse: ['Before you know who put the other route there: a VPN, a storage network or an old CNI may need it.'],
  input: z.object({ node: z.string(), blocks: z.array(z.string()), because: z.string(), daemon: z.string() }),
  async instruct({ platform }, { node, blocks, because, daemon }) {
    const namespace = word(installed(platform).namespace);
    const known = blocks.flatMap(splitDualStack).filter((block) => /^[0-9a-fA-F.:]+\/\d{1,3}$/.test(block));
    return {
      steps: [
        `The kernel of node ${node} answered: ${because === '' ? 'nothing that was logged.' : because}`,
        ...known.map(
          (block) =>
            `On node ${node}, see every route that overlaps: ip ${block.includes(':') ? '-6 ' : ''}route show table all | grep ${block.split('/')[0] ?? ''}`,
        ),
        'A route with another device than ovn0 was there first, often from before kube-ovn was installed (#2018): remove it where it is configured, and then with ip route del.',
        'When the kernel says that the network is unreachable, ovn0 itself has no address or is down: ip addr show ovn0',
        `Then let kube-ovn-cni try again: kubectl -n ${namespace} delete pod ${word(daemon)}`,
      ],
      effect: 'The pods of the subnet reach this node again as soon as the route is there.',
      touches: { nodes: 1, pods: 1 },
    };
  },
});
