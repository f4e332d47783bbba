import { z } from 'zod';
import { list } from '../../../src/core/read.ts';
import { gatewayCandidates, gatewaysOf } from '../../facts/kube-ovn/gateway-nodes.ts';
import { listed, word } from '../../facts/kubernetes/commands.ts';
import { isNodeReady } from '../../facts/kubernetes/nodes.ts';
import { Subnet } from '../../kinds/kube-ovn.ts';
import { Node } from '../../kinds/kubernetes.ts';
import { defineManualRemedy } from '../manual.ts';

export const repairGatewayNodes = defineManualRemedy({
  id: 'kube-ovn/repair-gateway-nodes',
  does: 'Get the gateway nodes of the subnet back, or choose others.',
  risk: 'medium',
  reversible: true,
  whenNotToUse: ['By making the subnet distributed: its pods would then leave with the addresses of all nodes.'],
  reads: [list(Subnet), list(Node)],
  input: z.object({ subnet: z.string() }),
  async instruct({ cluster }, { subnet: name }) {
    const subnet = await cluster.need(Subnet, { name });
    const { named, bySelector } = gatewaysOf(subnet);
    const nodes = await cluster.list(Node);
    const absent = named.filter((node) => !nodes.some(({ metadata }) => metadata.name === node));
    const candidates = gatewayCandidates(nodes, named).map(({ metadata }) => metadata.name);
    return {
      steps: [
        ...nodes
          .filter((node) => named.includes(node.metadata.name) && !isNodeReady(node))
          .map(({ metadata }) => {
            const node = word(metadata.name);
            return `See why it is not ready: kubectl describe node ${node}. If it is only cordoned: kubectl uncordon ${node}`;
          }),
        ...(absent.length === 0
          ? []
          : [
              `${listed(absent)} ${absent.length === 1 ? 'is' : 'are'} no node of this cluster any more: take the name out of spec.gatewayNode.`,
            ]),
        bySelector
          ? `Its gateway nodes are chosen by label: kubectl get subnets.kubeovn.io ${word(name)} -o jsonpath='{.spec.gatewayNodeSelectors}', then label a ready node.`
          : `Or choose others: kubectl edit subnets.kubeovn.io ${word(name)}, and set spec.gatewayNode.`,
        candidates.length === 0
          ? 'No other node could carry the traffic now: none is ready, open for pods and in the pod network.'
          : `These nodes could carry the traffic now: ${listed(candidates, 5)}.`,
      ],
      effect: `Until then the pods of ${name} reach nothing outside the cluster.`,
      touches: { nodes: named.length, pods: 0 },
    };
  },
});
