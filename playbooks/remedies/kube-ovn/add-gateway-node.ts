import { z } from 'zod';
import { list } from '../../../src/core/read.ts';
import { defineRemedy, type Precondition, precondition } from '../../../src/core/remedy.ts';
import { gatewayCandidates, gatewaysOf } from '../../facts/kube-ovn/gateway-nodes.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { Subnet } from '../../kinds/kube-ovn.ts';
import { Node } from '../../kinds/kubernetes.ts';
import { leaderReads, readLeadership } from '../../reads/kube-ovn/leader.ts';
import { controllerLeads } from './node-guards.ts';

/** A changed specification puts the subnet back into the controller's queue at once. */
export const addGatewayNode = defineRemedy({
  id: 'kube-ovn/add-gateway-node',
  how: 'change',
  does: 'Add a ready node to the gateway nodes of the subnet, so that its traffic gets out again.',
  risk: 'medium',
  reversible: true,
  whenNotToUse: [
    'When the gateway node comes back within minutes: waiting changes nothing that others rely on.',
    'When somebody outside knows the subnet by the address of its gateway node: the new node speaks with its own.',
    'When gateway nodes are chosen by label: label a node instead.',
  ],
  mitigation:
    'Repair the gateway node that is down, or write the gateway nodes that are to stay into the manifest of the subnet.',
  input: z.object({ subnet: z.string(), node: z.string() }),
  reads: [list(Subnet), list(Node), ...leaderReads],
  changes: [{ change: 'patch-object', kind: Subnet, in: 'everywhere' }],
  proof: { withinSeconds: 180, holdSeconds: 60 },
  async plan(sight, { subnet: name, node }) {
    const { cluster } = sight;
    const subnet = await cluster.need(Subnet, { name });
    const candidates = gatewayCandidates(await cluster.list(Node), gatewaysOf(subnet).named);
    const { gatewayNode } = subnet.spec;
    const { uid, resourceVersion } = subnet.metadata;
    const wanted = gatewayNode.trim() === '' ? node : `${gatewayNode},${node}`;
    return {
      preconditions: [
        canCarry(node, candidates),
        isChosenByName(subnet),
        isOneAtATime(subnet),
        controllerLeads(await readLeadership(sight)),
        somebodyChose(subnet, node, candidates),
      ],
      steps: [
        {
          does: `Set spec.gatewayNode of Subnet ${name} from "${gatewayNode}" to "${wanted}".`,
          change: {
            change: 'patch-object',
            apiVersion: subnet.apiVersion,
            kind: subnet.kind,
            plural: Subnet.plural,
            name,
            uid,
            resourceVersion,
            patch: { spec: { gatewayNode: wanted } },
          },
          settled: { until: 'stored' },
        },
      ],
      effect: `Within seconds the traffic of ${name} to the outside leaves through ${node}, with its address. Traffic between pods is not touched.`,
      touches: { nodes: 1, pods: 0 },
    };
  },
});

function canCarry(node: string, candidates: readonly Node[]): Precondition {
  const can = candidates.some(({ metadata }) => metadata.name === node);
  return precondition(
    `Is ${node} ready, open for pods, and in the pod network?`,
    can,
    can
      ? `${node} is one of ${candidates.length} nodes that could carry the traffic.`
      : `${node} is not ready, is cordoned, has no address from kube-ovn, or is named already.`,
  );
}

function isChosenByName(subnet: Subnet): Precondition {
  const { bySelector } = gatewaysOf(subnet);
  return precondition(
    'Are the gateway nodes of this subnet chosen by name?',
    !bySelector,
    bySelector
      ? 'They are chosen by label (spec.gatewayNodeSelectors): label a ready node instead.'
      : 'The subnet has no selectors.',
  );
}

/** With ECMP every named node carries a share at once, which somebody has to have meant for this one. */
function isOneAtATime({ spec }: Subnet): Precondition {
  const asks = 'Does one gateway node at a time carry the traffic, with its own address?';
  const special = [
    ...(spec.enableEcmp === true ? ['all gateway nodes share it (spec.enableEcmp)'] : []),
    ...(spec.externalEgressGateway === ''
      ? []
      : [`it goes on to ${spec.externalEgressGateway} (spec.externalEgressGateway), which the node has to reach`]),
    ...(spec.gatewayNode.includes(':') ? ['the named nodes speak with addresses that were chosen for them'] : []),
  ];
  if (special.length === 0) return precondition(asks, true, 'There is one active gateway node, and nothing special.');
  return { asks, holds: 'confirm', because: `No: ${listed(special)}. Have it reviewed first.` };
}

function somebodyChose(subnet: Subnet, node: string, candidates: readonly Node[]): Precondition {
  const others = candidates.map(({ metadata }) => metadata.name).filter((name) => name !== node);
  return {
    asks: `Do you want ${node} to be the node?`,
    holds: 'confirm',
    because: `It was picked by name alone. ${others.length === 0 ? 'There is no other.' : `${listed(others, 5)} could carry the traffic of ${subnet.metadata.name} as well, by hand.`}`,
  };
}
