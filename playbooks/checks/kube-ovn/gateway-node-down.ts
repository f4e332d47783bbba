import { z } from 'zod';
import { defineCheck } from '../../../src/core/check.ts';
import { sayDuration, sayTime } from '../../../src/core/duration.ts';
import { CannotRead } from '../../../src/core/errors.ts';
import type { Confidence, Evidence, Finding, Measurement } from '../../../src/core/finding.ts';
import { list } from '../../../src/core/read.ts';
import { referenceTo } from '../../../src/core/reference.ts';
import type { RemedyOffer } from '../../../src/core/remedy.ts';
import { concernsOf } from '../../facts/kube-ovn/concerns.ts';
import { gatewayCandidates, gatewaysOf, leavesThroughGatewayNodes } from '../../facts/kube-ovn/gateway-nodes.ts';
import { whenInstalled } from '../../facts/kube-ovn/product.ts';
import { conditionOf, sinceOf } from '../../facts/kube-ovn/subnet-state.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { isNodeReady } from '../../facts/kubernetes/nodes.ts';
import type { Subnet } from '../../kinds/kube-ovn.ts';
import { Node } from '../../kinds/kubernetes.ts';
import { controllerReads, readController } from '../../reads/kube-ovn/controller.ts';
import { readSubnets, subnetReads } from '../../reads/kube-ovn/subnets.ts';
import { addGatewayNode } from '../../remedies/kube-ovn/add-gateway-node.ts';
import { leaderHandOver } from '../../remedies/kube-ovn/leader-hand-over.ts';
import { repairGatewayNodes } from '../../remedies/kube-ovn/repair-gateway-nodes.ts';
import { waitForController } from '../../remedies/kube-ovn/wait-for-controller.ts';

const code = 'kube-ovn/gateway-node-down';

const noGatewayReasons = ['NoReadyGateway', 'NoActiveGatewayFound'];

type Seen = {
  readonly subnet: Subnet;
  readonly nodes: readonly Node[];
  readonly settleMilliseconds: number;
  readonly now: Date;
};

type State =
  | { readonly is: 'carried' }
  /** No gateway node is named, and none is chosen by label. */
  | { readonly is: 'unnamed' }
  | { readonly is: 'down' }
  /** The controller says that there is none, while some are ready. */
  | { readonly is: 'not-taken-up'; readonly isFresh: boolean }
  /** Traffic still goes through a node that is down, while another is ready. */
  | { readonly is: 'not-moved'; readonly isFresh: boolean };

/** A centralized subnet leaves the cluster through its gateway nodes alone (kube-ovn#1803, #2006, #916 and #2699). */
export const gatewayNodeDown = defineCheck({
  id: code,
  asks: 'Does a ready gateway node carry the outside traffic of every centralized subnet?',
  appliesTo: whenInstalled,
  reads: [...subnetReads, ...controllerReads, list(Node)],
  findings: {
    [code]: {
      severity: 'critical',
      title: 'No gateway node carries the subnet',
      leadsTo: ['kube-ovn/node-route-missing'],
    },
  },
  remedies: [waitForController, addGatewayNode, repairGatewayNodes, leaderHandOver],
  settings: z.strictObject({
    /** A node that has just come or gone is taken note of within this time. */
    settleSeconds: z.number().int().min(0).default(120),
  }),
  async look(sight) {
    const { cluster, now, settings } = sight;
    const subnets = await readSubnets(sight);
    if (!subnets.some(({ spec }) => spec.gatewayType === 'centralized')) {
      return { findings: [], measured: [{ what: 'Centralized subnets', is: `0 of ${subnets.length}` }] };
    }
    const { settings: controller } = await readController(sight);
    const nodes = await cluster.list(Node);
    const centralized = subnets.filter((subnet) => leavesThroughGatewayNodes(subnet, controller.clusterRouter));
    const settleMilliseconds = settings.settleSeconds * 1000;
    const seen = centralized.map((subnet) => ({ subnet, nodes, settleMilliseconds, now }));
    return {
      findings: seen.flatMap((one) => describe(one, stateOf(one))),
      measured: seen.length === 0 ? [{ what: 'Subnets that leave through gateway nodes', is: '0' }] : seen.map(measure),
    };
  },
});

function readyNodes({ subnet, nodes }: Seen): Node[] {
  const { named } = gatewaysOf(subnet);
  return nodes.filter((node) => named.includes(node.metadata.name) && isNodeReady(node));
}

function stateOf(seen: Seen): State {
  const { subnet, nodes, settleMilliseconds, now } = seen;
  const { named, bySelector, active } = gatewaysOf(subnet);
  const ready = conditionOf(subnet, 'Ready');
  const saysNone = ready.status !== 'True' && noGatewayReasons.includes(ready.reason);
  const isFresh = (since: Date | null | undefined) =>
    since !== undefined && since !== null && now.getTime() - since.getTime() <= settleMilliseconds;
  if (named.length === 0 && !bySelector) return { is: 'unnamed' };
  if (named.length === 0 && saysNone) return { is: 'down' };
  if (nodes.length === 0 && !saysNone) {
    throw new CannotRead(`look at the gateway nodes of subnet ${subnet.metadata.name}`, 'missing', 'no node is listed');
  }
  if (named.length > 0 && !bySelector && readyNodes(seen).length === 0) return { is: 'down' };
  if (saysNone) return { is: 'not-taken-up', isFresh: isFresh(sinceOf(ready)) };
  const carrier = nodes.find(({ metadata }) => metadata.name === active);
  if (subnet.spec.enableEcmp === true || active === '' || (carrier !== undefined && isNodeReady(carrier))) {
    return { is: 'carried' };
  }
  const went = carrier?.status.conditions.find(({ type }) => type === 'Ready')?.lastTransitionTime;
  return { is: 'not-moved', isFresh: isFresh(went) };
}

function measure(seen: Seen): Measurement {
  const { named, bySelector, active } = gatewaysOf(seen.subnet);
  const how = bySelector ? 'chosen by label' : `${readyNodes(seen).length} of ${named.length} ready`;
  return {
    what: `Gateway nodes of subnet ${seen.subnet.metadata.name}`,
    is: `${how}; ${seen.subnet.spec.enableEcmp === true ? 'all carry traffic' : active === '' ? 'none active' : `${active} active`}`,
  };
}

function describe(seen: Seen, state: State): Finding<typeof code>[] {
  if (state.is === 'carried') return [];
  const { subnet } = seen;
  const { name } = subnet.metadata;
  const common = {
    code,
    about: referenceTo(subnet),
    concerns: concernsOf(subnet),
    evidence: evidenceOf(seen),
  } as const;
  const { named, active, bySelector } = gatewaysOf(subnet);
  const outside = `The pods of ${name} (${subnet.spec.cidrBlock}) reach nothing outside the cluster`;
  const wait = waitForController.with({ until: `a gateway node carries subnet ${name}` });
  switch (state.is) {
    case 'unnamed':
      return [
        {
          ...common,
          severity: 'warning',
          says: `Subnet ${name} is centralized, but names no gateway node (spec.gatewayNode is empty). ${outside}.`,
          confidence: [0.9, 'The Subnet itself names none; that may be on purpose, for pods that shall stay inside.'],
          remedies: repairs(seen),
        },
      ];
    case 'down':
      return [
        {
          ...common,
          says: bySelector
            ? `No gateway node of subnet ${name} is ready, the controller says; they are chosen by label. ${outside}.`
            : `No gateway node of subnet ${name} is ready: ${listed(named)}. ${outside}.`,
          confidence: confidenceOf(seen),
          remedies: repairs(seen),
        },
      ];
    case 'not-taken-up':
      return [
        {
          ...common,
          severity: state.isFresh ? 'info' : 'warning',
          says: `Gateway nodes of subnet ${name} are ready, but the controller still says that there is none (${conditionOf(subnet, 'Ready').reason}).${state.isFresh ? ' Most often that passes within 2 minutes; look again in one.' : ` ${outside}.`}`,
          confidence: state.isFresh
            ? [0.6, 'The controller has had less than 2 minutes for it.']
            : [
                0.8,
                'The nodes are ready, and the controller has had its time; known faults look like this (#2006, #2015).',
              ],
          remedies: state.isFresh
            ? [wait]
            : [leaderHandOver.with({ blockedBy: [] }), repairGatewayNodes.with({ subnet: name })],
        },
      ];
    case 'not-moved':
      return [
        {
          ...common,
          severity: state.isFresh ? 'info' : 'critical',
          says: `The traffic of subnet ${name} to the outside goes through ${active}, which is not ready.${state.isFresh ? ' The controller moves it to another gateway node within 2 minutes; look again in one.' : ' Another gateway node is ready, but the controller has not moved it.'}`,
          confidence: state.isFresh
            ? [0.6, 'The controller has had less than 2 minutes for it.']
            : [0.85, 'The Subnet names the active node, and that node is not ready.'],
          remedies: state.isFresh
            ? [wait]
            : [leaderHandOver.with({ blockedBy: [] }), repairGatewayNodes.with({ subnet: name })],
        },
      ];
  }
}

function confidenceOf({ subnet }: Seen): Confidence {
  if (gatewaysOf(subnet).named.length === 0) {
    return [0.85, 'The controller says so; which nodes the labels choose was not looked at.'];
  }
  return noGatewayReasons.includes(conditionOf(subnet, 'Ready').reason)
    ? [0.95, 'The nodes are not ready, and the controller says that it found no gateway.']
    : [0.85, 'The nodes are not ready, but the controller has not said so about the subnet yet.'];
}

/** A node that the house picks is only ever a suggestion: the plan asks whether it is the one. */
function repairs({ subnet, nodes }: Seen): RemedyOffer[] {
  const { name } = subnet.metadata;
  const [candidate] = gatewayCandidates(nodes, gatewaysOf(subnet).named);
  return [
    repairGatewayNodes.with({ subnet: name }),
    ...(candidate === undefined ? [] : [addGatewayNode.with({ subnet: name, node: candidate.metadata.name })]),
  ];
}

function evidenceOf({ subnet, nodes, now }: Seen): [Evidence, ...Evidence[]] {
  const { name } = subnet.metadata;
  const { named, active } = gatewaysOf(subnet);
  const ready = conditionOf(subnet, 'Ready');
  const since = sinceOf(ready);
  const states = named.map((wanted): Evidence => {
    const node = nodes.find(({ metadata }) => metadata.name === wanted);
    const condition = node?.status.conditions.find(({ type }) => type === 'Ready');
    const from = `Node ${wanted}, status.conditions[Ready]`;
    if (node === undefined) return { from, says: 'There is no such node in this cluster.' };
    const at = condition?.lastTransitionTime;
    const age = at ? ` since ${sayTime(at, now)} (${sayDuration(now.getTime() - at.getTime())})` : '';
    const reason = condition === undefined || condition.reason === '' ? '' : `, reason ${condition.reason}`;
    return { from, says: `It is ${condition?.status ?? 'Unknown'}${age}${reason}.` };
  });
  return [
    {
      from: `Subnet ${name}, spec.gatewayNode and status.activateGateway`,
      says: `It names ${named.length === 0 ? 'no node' : listed(named)}; ${active === '' ? 'none is active' : `${active} is active`}.`,
    },
    {
      from: `Subnet ${name}, status.conditions[Ready]`,
      says: `It is ${ready.status}${since === undefined ? '' : ` since ${sayTime(since, now)}`}, reason ${ready.reason || 'none'}${ready.message === '' ? '' : `: ${ready.message}`}.`,
    },
    ...states,
  ];
}
