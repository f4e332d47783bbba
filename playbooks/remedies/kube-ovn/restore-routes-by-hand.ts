import { z } from 'zod';
import { list } from '../../../src/core/read.ts';
import { nodesToRoute, routeCommands } from '../../facts/kube-ovn/node-routes.ts';
import { annotations } from '../../facts/kube-ovn/product.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { isControlPlane } from '../../facts/kubernetes/nodes.ts';
import { Subnet } from '../../kinds/kube-ovn.ts';
import { Node } from '../../kinds/kubernetes.ts';
import { defineManualRemedy } from '../manual.ts';

/** An emergency bridge for the API server: with the control plane's routes back, pods reach it again. */
export const restoreRoutesByHand = defineManualRemedy({
  id: 'kube-ovn/restore-routes-by-hand',
  does: 'Put the route of the subnet back by hand on the control-plane nodes, as a bridge until the controller does.',
  risk: 'medium',
  reversible: true,
  whenNotToUse: [
    'When the controller can be handed over: its own repair reaches every node and lasts.',
    'As a lasting fix: kube-ovn-cni removes the route again at its next synchronisation.',
  ],
  mitigation:
    'Remove the cause that takes the routes away, or upgrade kube-ovn; routes set by hand are gone after the next restart of the node.',
  input: z.object({ subnet: z.string() }),
  reads: [list(Subnet), list(Node)],
  async instruct({ cluster }, { subnet: name }) {
    const subnet = await cluster.need(Subnet, { name });
    const nodes = nodesToRoute(subnet, await cluster.list(Node)).filter(isControlPlane);
    const steps = nodes.map((node) => {
      const commands = routeCommands(subnet, node);
      return commands === undefined
        ? `On node ${node.metadata.name}: its annotation ${annotations.gateway} or the subnet's CIDR is no address, so find both out before you add a route.`
        : `On node ${node.metadata.name}, as root: ${commands.join(' && ')}`;
    });
    const names = listed(nodes.map(({ metadata }) => metadata.name));
    return {
      steps:
        steps.length > 0 ? steps : ['No node carries a control-plane label, so find out where the API servers run.'],
      effect: `Pods of ${name} reach the API servers on ${names} again at once. Probes on other nodes go on failing.`,
      touches: { nodes: nodes.length, pods: 0 },
    };
  },
});
