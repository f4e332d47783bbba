import { z } from 'zod';
import { listed, word } from '../../facts/kubernetes/commands.ts';
import { defineManualRemedy } from '../manual.ts';

/** Which range the network has to spare is nothing that a cluster knows. */
export const findAddresses = defineManualRemedy({
  id: 'calico/find-addresses',
  does: 'Release addresses of nodes that are gone, or add a pool.',
  risk: 'medium',
  reversible: false,
  whenNotToUse: [
    'By changing the CIDR or the block size of a pool that is in use: neither can be changed.',
    'By deleting IPAMBlocks by hand: addresses of running pods would be given away again.',
  ],
  input: z.object({
    pools: z.array(z.string()),
    gone: z.array(z.string()),
    /** The group of Calico's own objects on this cluster. */
    group: z.string(),
  }),
  async instruct(_sight, { pools, gone, group }) {
    const names = gone.slice(0, 5).map(word);
    return {
      steps: [
        `Look at the pools, and see that one is enabled and selects these nodes: kubectl get ippools.${word(group)} ${pools.map(word).join(' ')} -o yaml`,
        ...(gone.length === 0
          ? []
          : [
              `See that ${listed(gone, 5)} ${gone.length === 1 ? 'is' : 'are'} really gone, and why calico-kube-controllers, which releases such blocks, did not: kubectl -n kube-system logs deployment/calico-kube-controllers --since=1h | grep -iE "ipam|${names.join('|')}"`,
            ]),
        'Save what Calico believes, and let it compare: calicoctl ipam check --show-problem-ips -o ipam-report.json',
        'Release what no pod uses, as that report says: calicoctl datastore migrate lock && calicoctl ipam release --from-report ipam-report.json; calicoctl datastore migrate unlock',
        'If that is not enough, add a second IPPool with a range that nothing else uses, inside the cluster CIDR of kube-controller-manager and kube-proxy where those are set.',
      ],
      effect: 'Waiting pods get an address at the next try of the kubelet, within a minute. Running pods keep theirs.',
    };
  },
});
