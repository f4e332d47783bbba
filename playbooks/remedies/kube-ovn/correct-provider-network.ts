import { z } from 'zod';
import { daemon, installed } from '../../facts/kube-ovn/product.ts';
import { listed, word } from '../../facts/kubernetes/commands.ts';
import { defineManualRemedy } from '../manual.ts';

/** Interfaces, bridges and VLAN ids belong to whoever runs the physical network. */
export const correctProviderNetwork = defineManualRemedy({
  id: 'kube-ovn/correct-provider-network',
  does: 'Put right what keeps the physical network from being connected on these nodes.',
  risk: 'medium',
  reversible: true,
  whenNotToUse: [
    'By moving the interface that carries the management address of the node, without a console to get back in.',
    'By recreating the provider network while pods use it: they lose their network.',
  ],
  input: z.object({
    network: z.string(),
    nodes: z.array(z.object({ node: z.string(), interface: z.string(), message: z.string() })),
  }),
  async instruct({ platform }, { network, nodes }) {
    const namespace = word(installed(platform).namespace);
    return {
      steps: [
        ...nodes
          .slice(0, 5)
          .map(
            ({ node, interface: link, message }) =>
              `On node ${node}: ip link show ${word(link)}. kube-ovn-cni said: ${message === '' ? 'nothing.' : message}`,
          ),
        `A node with another name for its interface goes into spec.customInterfaces: kubectl edit provider-networks.kubeovn.io ${word(network)}`,
        'A node that shall not take part goes into spec.excludeNodes there.',
        `See which interface the bridge has there: kubectl ko vsctl ${word(nodes[0]?.node ?? '')} list-ports br-${word(network)}`,
        `See what kube-ovn-cni says: kubectl -n ${namespace} logs -l ${daemon.labels} -c ${daemon.container} --since=1h --prefix | grep ${word(network)}`,
      ],
      effect: 'kube-ovn-cni tries again by itself as soon as the interface or the provider network changes.',
      touches: { nodes: nodes.length, pods: 0 },
    };
  },
});

export const resolveVlanConflict = defineManualRemedy({
  id: 'kube-ovn/resolve-vlan-conflict',
  does: 'Decide which of the VLANs with the same id stays, and change or remove the other.',
  risk: 'medium',
  reversible: true,
  whenNotToUse: ['While pods use the subnet of the VLAN: they lose their network.'],
  input: z.object({ vlan: z.string(), id: z.string(), rivals: z.array(z.string()), subnets: z.array(z.string()) }),
  async instruct(_sight, { vlan, id, rivals, subnets }) {
    return {
      steps: [
        `Compare all VLANs: kubectl get vlans.kubeovn.io -o custom-columns=NAME:.metadata.name,ID:.spec.id,PROVIDER:.spec.provider`,
        rivals.length === 0
          ? `No other VLAN object has the id ${id}: an interface of a node, or the tunnel of kube-ovn, uses it. See ip -d link show type vlan on the nodes.`
          : `${listed(rivals)} ${rivals.length === 1 ? 'has' : 'have'} the id ${id} in the same provider network as well.`,
        subnets.length === 0
          ? `No subnet uses ${vlan}, so it can go: kubectl delete vlans.kubeovn.io ${word(vlan)}`
          : `Subnet ${listed(subnets)} ${subnets.length === 1 ? 'uses' : 'use'} ${vlan}: give the VLAN another id: kubectl edit vlans.kubeovn.io ${word(vlan)}`,
      ],
      effect: 'The controller looks at the subnets of the VLAN again when its specification changes.',
    };
  },
});
