import { z } from 'zod';
import { groupOf, resourceOf } from '../../../src/core/kind.ts';
import { word } from '../../facts/kubernetes/commands.ts';
import { IPAMConfig, IPAMConfiguration } from '../../kinds/calico.ts';
import { defineManualRemedy } from '../manual.ts';

/** Whether the limit or the number of pods is wrong is a decision about the whole network. */
export const makeRoomOnNode = defineManualRemedy({
  id: 'calico/make-room-on-node',
  does: 'Give the node room for more addresses: release what leaked, or raise the limit of blocks per node.',
  risk: 'medium',
  reversible: true,
  whenNotToUse: [
    'By deleting IPAMBlocks or BlockAffinities by hand: addresses of running pods would be given away again.',
  ],
  input: z.object({
    node: z.string(),
    limit: z.number(),
    isLeak: z.boolean(),
    /** The group of Calico's own objects on this cluster. */
    group: z.string(),
  }),
  async instruct(_sight, { node, limit, isLeak, group }) {
    const settings = resourceOf(
      IPAMConfiguration.apiVersions.some((one) => groupOf(one) === group) ? IPAMConfiguration : IPAMConfig,
    );
    const release = [
      'Save what Calico believes, and let it compare: calicoctl ipam check --show-problem-ips -o ipam-report.json',
      'Release what no pod uses, as that report says: calicoctl datastore migrate lock && calicoctl ipam release --from-report ipam-report.json; calicoctl datastore migrate unlock',
    ];
    const raise = `Raise the limit, which applies to every node: kubectl patch ${settings} default --type merge -p '{"spec":{"maxBlocksPerHost":${limit * 2}}}'`;
    return {
      steps: [
        `See which blocks the node has: kubectl get ipamblocks.${word(group)} -o custom-columns=CIDR:.spec.cidr,OF:.spec.affinity | grep host:${word(node)}`,
        ...(isLeak ? release : []),
        isLeak ? `Only if that is not enough: ${raise}` : raise,
        'If the object "default" does not exist, create it with autoAllocateBlocks true and strictAffinity false, which are the defaults.',
        'See that the pool has blocks left for that: calicoctl ipam show --show-blocks',
        'In the long run, fewer pods per node or larger blocks in a new pool; the block size of a pool cannot be changed.',
      ],
      effect:
        'Waiting pods get an address at the next try of the kubelet, within a minute. Running pods are not touched.',
    };
  },
});
