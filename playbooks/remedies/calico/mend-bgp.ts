import { z } from 'zod';
import { word } from '../../facts/kubernetes/commands.ts';
import { nodeAgentReads, readNodeAgents } from '../../reads/calico/node-agents.ts';
import { defineManualRemedy } from '../manual.ts';

/** Firewalls, interfaces and routers are outside of the cluster, and the choice of the address is one for all nodes. */
export const mendBgp = defineManualRemedy({
  id: 'calico/mend-bgp',
  does: 'Get the BGP sessions up again.',
  risk: 'medium',
  reversible: true,
  whenNotToUse: ['While the node itself is down: its sessions come back with it.'],
  input: z.object({
    /** Undefined when the peer is no node of the cluster. */
    node: z.string().optional(),
    address: z.string(),
    strange: z.string().optional(),
    others: z.array(z.string()),
  }),
  reads: nodeAgentReads,
  async instruct(sight, { node, address, strange, others }) {
    const { about, agents } = await readNodeAgents(sight);
    const namespace = word(about.namespace ?? '');
    const name = word(about.name);
    const agent = agents.find(({ spec }) => spec.nodeName === node)?.metadata.name;
    if (node === undefined) {
      return {
        steps: [
          `See where the peer comes from: kubectl get bgppeers -o yaml | grep -B8 ${word(address)}`,
          `If it was a node: remove what is left of it with calicoctl delete node, and the BGPPeer that names it. If it is a router: see there why the sessions are down.`,
        ],
        effect: 'The Calico pods become ready once no configured peer is missing.',
      };
    }
    const autodetection =
      namespace === 'calico-system'
        ? 'With the operator: set spec.calicoNetwork.nodeAddressAutodetectionV4 of the Installation "default" to kubernetes: NodeInternalIP.'
        : `With the manifest: kubectl -n ${namespace} set env daemonset/${name} -c calico-node IP_AUTODETECTION_METHOD=kubernetes-internal-ip, which rolls all nodes one by one.`;
    return {
      steps: [
        ...(strange === undefined
          ? []
          : [`Have Calico take the address of the node instead of ${strange}. ${autodetection}`]),
        `Read what BIRD says on ${node}: kubectl -n ${namespace} logs ${agent === undefined ? `daemonset/${name}` : word(agent)} -c calico-node --since=10m | grep -i bird`,
        `On node ${node}, see the sessions: calicoctl node status`,
        ...(others.length === 0
          ? []
          : [
              `See that TCP port 179 is open between ${node} and ${others.slice(0, 3).join(', ')}, both ways; cloud firewalls often forget it, and IP protocol 4 where IPIP is used.`,
            ]),
        'Where NetworkManager runs, have it leave the interfaces cali* and tunl* alone: it takes their routes away.',
        'See that no two nodes have the same host name: Calico takes them for one node.',
      ],
      effect: 'Nodes exchange their routes within seconds of the session; pods need no restart.',
    };
  },
});
