import { z } from 'zod';
import { list } from '../../../src/core/read.ts';
import { nodesToRoute, routeCommands } from '../../facts/kube-ovn/node-routes.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { Subnet } from '../../kinds/kube-ovn.ts';
import { Node } from '../../kinds/kubernetes.ts';
import { defineManualRemedy } from '../manual.ts';

const mostSubnets = 5;
const mostNodes = 3;

/** The cluster does not show what the kernel of a node holds: a person has to look, and to know what should be there. */
export const compareNodeRoutes = defineManualRemedy({
  id: 'kube-ovn/compare-node-routes',
  does: 'Compare the routes of the node with those that it should have.',
  risk: 'low',
  reversible: true,
  whenNotToUse: ['As a lasting fix: a route that was put on by hand hides why it went away.'],
  reads: [list(Subnet), list(Node)],
  input: z.object({ nodes: z.array(z.string()), subnets: z.array(z.string()) }),
  async instruct({ cluster }, { nodes: names, subnets: wanted }) {
    const nodes = (await cluster.list(Node)).filter(({ metadata }) => names.includes(metadata.name));
    const subnets = (await cluster.list(Subnet)).filter(({ metadata }) => wanted.includes(metadata.name));
    const steps = nodes.slice(0, mostNodes).flatMap((node) => {
      const commands = subnets
        .slice(0, mostSubnets)
        .filter((subnet) => nodesToRoute(subnet, [node]).length > 0)
        .flatMap((subnet) => routeCommands(subnet, node) ?? []);
      return [
        `On node ${node.metadata.name}: ip route show dev ovn0`,
        commands.length === 0
          ? `Its annotation ovn.kubernetes.io/gateway, or the CIDR of ${listed(wanted)}, is no address: find both out.`
          : `What is missing there is put back, as root, with: ${commands.join(' && ')}`,
      ];
    });
    const rest = subnets.length - mostSubnets;
    return {
      steps: [
        ...steps,
        ...(nodes.length > mostNodes ? [`Then the others: ${listed(names.slice(mostNodes))}.`] : []),
        ...(rest > 0 ? [`${rest} more subnets are concerned: compare them with kubectl get subnets.kubeovn.io`] : []),
        'Find out what took it away: a restart of the host network (netplan, NetworkManager, systemd-networkd) removes routes that it does not know (#2962).',
      ],
      effect: `Looking changes nothing. A route that is put back works at once on ${listed(names)}.`,
      touches: { nodes: nodes.length, pods: 0 },
    };
  },
});
