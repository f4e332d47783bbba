import { z } from 'zod';
import { controller, installed } from '../../facts/kube-ovn/product.ts';
import { word } from '../../facts/kubernetes/commands.ts';
import { controllerReads, readController } from '../../reads/kube-ovn/controller.ts';
import { defineManualRemedy } from '../manual.ts';

export const allocateNode = defineManualRemedy({
  id: 'kube-ovn/allocate-node',
  does: 'Find out why the node has no address from kube-ovn, and give it one or take the node out of the cluster.',
  risk: 'medium',
  reversible: true,
  whenNotToUse: [
    'By writing the annotation by hand: the node would be told an address that no logical port has.',
    'By handing over the leader: the next one waits for the same node.',
  ],
  reads: controllerReads,
  input: z.object({ node: z.string() }),
  async instruct(sight, { node }) {
    const { settings } = await readController(sight);
    const namespace = word(installed(sight.platform).namespace);
    const name = word(node);
    return {
      steps: [
        `Read what the controllers say of it: kubectl -n ${namespace} logs -l ${controller.labels} -c ${controller.container} --tail=-1 --since=1h | grep ${name}`,
        `See whether the subnet of the nodes has an address left: kubectl get subnets.kubeovn.io ${word(settings.joinSubnet)} -o yaml`,
        `See whether an address is written down for it that another one uses: kubectl get ips.kubeovn.io node-${name} -o yaml`,
        `See the node itself: kubectl describe node ${name}. An address of it inside a subnet is refused (event NodeAddressConflictWithSubnet).`,
        `If the machine is gone for good, delete it, and every controller that waits goes on: kubectl delete node ${name}`,
      ],
      effect: 'A waiting controller looks every 3 s: it goes on as soon as every node has its address, or is gone.',
      touches: { nodes: 1, pods: 0 },
    };
  },
});
