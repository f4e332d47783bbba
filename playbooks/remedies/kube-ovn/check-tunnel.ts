import { z } from 'zod';
import { daemon, installed, openVSwitch } from '../../facts/kube-ovn/product.ts';
import { listed, word } from '../../facts/kubernetes/commands.ts';
import { defineManualRemedy } from '../manual.ts';

export const checkTunnel = defineManualRemedy({
  id: 'kube-ovn/check-tunnel',
  does: 'Find out why the node does not reach the gateway of the join subnet.',
  risk: 'low',
  reversible: true,
  whenNotToUse: ['By restarting ovs-ovn first: that interrupts the traffic of every pod on the node.'],
  input: z.object({ node: z.string(), openVSwitch: z.string().nullable(), others: z.array(z.string()) }),
  async instruct({ platform }, { node, openVSwitch: pod, others }) {
    const namespace = word(installed(platform).namespace);
    const name = word(node);
    return {
      steps: [
        pod === null
          ? `There is no ovs-ovn pod on ${node}; nothing can work without it: kubectl -n ${namespace} get pods -l ${openVSwitch.labels} -o wide`
          : `See whether Open vSwitch is well there: kubectl -n ${namespace} logs ${word(pod)} -c ${openVSwitch.container} --tail=50`,
        `On node ${node}: ip addr show ovn0 (it has to be up, with the address of the annotation ovn.kubernetes.io/ip_address)`,
        `Does the node know the chassis of the others? kubectl ko vsctl ${name} show`,
        'Is UDP port 6081 (Geneve) open between the nodes, in both directions? A changed firewall or security group is the most frequent cause.',
        'Is the MTU of the interface that carries the tunnel larger than that of ovn0? kube-ovn leaves 100 bytes for the tunnel unless told otherwise.',
        'Does the southbound database have a leader? kubectl ko sb status',
        ...(others.length === 0
          ? ['Only this node tells of it, so look at the node before you look at the databases.']
          : [
              `${others.length} more nodes tell of it, ${listed(others)}: what they share is more likely than each of them alone.`,
            ]),
        `Read what kube-ovn-cni says: kubectl -n ${namespace} logs -l ${daemon.labels} -c ${daemon.container} --tail=50 --prefix`,
      ],
      effect: 'Nothing changes by looking.',
      touches: { nodes: 1, pods: 0 },
    };
  },
});
