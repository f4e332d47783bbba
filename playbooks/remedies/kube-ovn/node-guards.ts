import { sayDuration } from '../../../src/core/duration.ts';
import { type Precondition, precondition } from '../../../src/core/remedy.ts';
import { gatingCondition, routeGateOf } from '../../facts/kube-ovn/route-gate.ts';
import { conditionOf } from '../../facts/kube-ovn/subnet-state.ts';
import { changes, has, unlessBackported } from '../../facts/kube-ovn/versions.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { isReady, lastTermination } from '../../facts/kubernetes/pods.ts';
import type { Subnet } from '../../kinds/kube-ovn.ts';
import type { Pod } from '../../kinds/kubernetes.ts';
import type { Leadership } from '../../reads/kube-ovn/leader.ts';

export const mostNodes = 3;

export function fewNodes(nodes: readonly string[]): Precondition {
  return precondition(
    `Are these at most ${mostNodes} nodes?`,
    nodes.length > 0 && nodes.length <= mostNodes,
    `It is for ${nodes.length} ${nodes.length === 1 ? 'node' : 'nodes'}: ${listed(nodes)}.`,
  );
}

/** While its condition is not True, a restarted daemon takes the route away again. */
export function conditionsAllowRoutes(
  subnets: readonly Subnet[],
  wanted: readonly string[],
  version: string | undefined,
  joinSubnet: string,
): Precondition {
  const asks = 'May the nodes route every subnet that this is about?';
  const gate = routeGateOf(version);
  const closed = wanted.flatMap((name) => {
    const subnet = subnets.find(({ metadata }) => metadata.name === name);
    if (subnet === undefined) return [`${name} does not exist any more`];
    // Where the version is not known, both conditions have to be True.
    const types = gate === undefined ? (['Ready', 'Validated'] as const) : [gatingCondition(gate, name, joinSubnet)];
    return types.flatMap((type) => {
      if (type === 'none') return [];
      const { status } = conditionOf(subnet, type);
      return status === 'True' ? [] : [`${type} of ${name} is ${status}`];
    });
  });
  const because =
    closed.length === 0
      ? `The condition that decides about it is True for ${wanted.length} of ${wanted.length} subnets.`
      : `${listed(closed)}: get that right first, the nodes follow by themselves.`;
  return precondition(asks, closed.length === 0, because);
}

export function openVSwitchIsReady(nodes: readonly string[], switches: readonly Pod[]): Precondition {
  const bad = nodes.filter((node) => !switches.some((pod) => pod.spec.nodeName === node && isReady(pod)));
  return precondition(
    'Is Open vSwitch ready on each of these nodes?',
    bad.length === 0,
    bad.length === 0
      ? `The ovs-ovn pod is ready on ${nodes.length} of ${nodes.length} nodes.`
      : `There is no ready ovs-ovn pod on ${listed(bad)}; kube-ovn-cni cannot start without it.`,
  );
}

export function controllerLeads({ state, leader }: Leadership): Precondition {
  const leads = state === 'held' && leader !== undefined && isReady(leader);
  return precondition(
    'Does a healthy kube-ovn controller lead?',
    leads,
    leads ? `${leader.metadata.name} leads and is ready.` : 'No ready controller pod holds the leader lock.',
  );
}

/** Before #2272 the start of kube-ovn-cni could itself break the network of the node. */
export function restartIsHarmless(version: string | undefined): Precondition {
  const asks = 'Does a restart of kube-ovn-cni leave the network of its node alone?';
  const harmless = has(version, changes.daemonRestartsHarmlessly);
  if (harmless === true) return precondition(asks, true, `kube-ovn ${version} does not touch it.`);
  const { firsts } = changes.daemonRestartsHarmlessly;
  const which =
    harmless === undefined
      ? `The version is not known, and those before ${listed(firsts)}`
      : `kube-ovn ${version}, ${unlessBackported(changes.daemonRestartsHarmlessly)},`;
  return { asks, holds: 'confirm', because: `${which} may interrupt the pods of the node while it starts.` };
}

const lateMilliseconds = 900_000;

/** Once is a repair, twice is a loop: what a restart did not mend just now, the next one will not mend either. */
export function notRestartedLately(nodes: readonly string[], daemons: readonly Pod[], now: Date): Precondition {
  const asks = `Has kube-ovn-cni been left alone on these nodes for ${lateMilliseconds / 60_000} minutes?`;
  const ago = (at: Date) => now.getTime() - at.getTime();
  const told = daemons
    .filter(({ spec }) => nodes.includes(spec.nodeName ?? ''))
    .flatMap((pod) => {
      const { name, creationTimestamp } = pod.metadata;
      const ended = lastTermination(pod);
      if (ended !== undefined && ago(ended.at) < lateMilliseconds) {
        return [`${name} ended with exit code ${ended.exitCode} ${sayDuration(ago(ended.at))} ago`];
      }
      if (creationTimestamp === undefined || ago(creationTimestamp) >= lateMilliseconds) return [];
      return [`${name} was started ${sayDuration(ago(creationTimestamp))} ago`];
    });
  return precondition(
    asks,
    told.length === 0,
    told.length === 0
      ? 'None was restarted in that time.'
      : `${listed(told)}, and that has not helped: another restart will not either.`,
  );
}
