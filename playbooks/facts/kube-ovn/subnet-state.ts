import type { Subnet, SubnetCondition } from '../../kinds/kube-ovn.ts';
import type { RouteGate } from './route-gate.ts';
import { gatingCondition } from './route-gate.ts';

/** What a subnet's conditions mean for the nodes, in the version that runs. */
export type SubnetState =
  | { readonly is: 'ready' }
  /** Not ready, and rightly so: another question's business, or none. */
  | { readonly is: 'expected'; readonly because: string }
  /** Failed so recently that the controller may still put it right by itself. */
  | { readonly is: 'settling'; readonly condition: SubnetCondition }
  /** The controller refuses its configuration; nothing but another configuration helps. */
  | { readonly is: 'refused'; readonly condition: SubnetCondition; readonly isRouted: boolean }
  /** The condition that gates its node routes is not True: the daemons take the routes away. */
  | { readonly is: 'unrouted'; readonly condition: SubnetCondition }
  /** Its reconcile fails, but no node route hangs on that: what runs goes on. */
  | { readonly is: 'failing'; readonly condition: SubnetCondition; readonly isRouted: boolean }
  /** The version is not known, and whether routes are lost depends on it. */
  | { readonly is: 'undecided'; readonly condition: SubnetCondition };

export type SubnetRules = {
  /** Undefined when the version is not known. */
  readonly gate: RouteGate | undefined;
  readonly joinSubnet: string;
  /** Whether any node should have a route to it at all. */
  readonly isRouted: boolean;
  readonly settleMilliseconds: number;
};

/** Set on purpose on a centralized subnet that has no gateway node, or none that is up (#1803, #2006, #2015). */
const withoutGateway = ['NoReadyGateway', 'NoActiveGatewayFound'];

export function isOvnProvider(provider: string): boolean {
  return provider === '' || provider === 'ovn' || /^[^.]+\.[^.]+\.ovn$/.test(provider);
}

/** The condition, or, before the first reconcile, one that says so since the subnet was made. */
export function conditionOf(subnet: Subnet, type: 'Ready' | 'Validated'): SubnetCondition {
  const condition = subnet.status.conditions?.find((candidate) => candidate.type === type);
  if (condition !== undefined) return condition;
  const since = subnet.metadata.creationTimestamp;
  return { type, status: 'Unknown', reason: 'Init', message: '', lastTransitionTime: since, lastUpdateTime: since };
}

/** Ready and validated: then nothing else needs to be known about it. */
export function isPlainlyReady(subnet: Subnet): boolean {
  const is = (type: 'Ready' | 'Validated') => subnet.status.conditions?.find((one) => one.type === type)?.status;
  return is('Ready') === 'True' && is('Validated') === 'True' && subnet.metadata.deletionTimestamp === undefined;
}

export function sinceOf(condition: SubnetCondition): Date | undefined {
  return condition.lastTransitionTime ?? condition.lastUpdateTime ?? undefined;
}

/** The `Error` condition is not looked at: no version ever clears it, so it tells of any time. */
export function stateOf(subnet: Subnet, rules: SubnetRules, now: Date): SubnetState {
  if (subnet.metadata.deletionTimestamp !== undefined) {
    return { is: 'expected', because: 'it is being deleted' };
  }
  if (!isOvnProvider(subnet.spec.provider)) {
    return { is: 'expected', because: `its provider ${subnet.spec.provider} is not OVN, which never makes it ready` };
  }
  const ready = conditionOf(subnet, 'Ready');
  const validated = conditionOf(subnet, 'Validated');
  if (isRefused(subnet)) {
    return { is: 'refused', condition: validated, isRouted: rules.isRouted };
  }
  const gating = gatingOf(subnet, rules, ready, validated);
  const bad = [gating, ready].find((condition) => condition !== undefined && condition.status !== 'True');
  if (bad === undefined) return { is: 'ready' };
  if (subnet.spec.gatewayType === 'centralized' && withoutGateway.includes(ready.reason)) {
    return { is: 'expected', because: `it is centralized and has no gateway node that is up (${ready.reason})` };
  }
  const since = sinceOf(bad);
  if (since !== undefined && now.getTime() - since.getTime() <= rules.settleMilliseconds) {
    return bad.status === 'False'
      ? { is: 'settling', condition: bad }
      : { is: 'expected', because: 'it was made a moment ago and is not reconciled yet' };
  }
  if (!rules.isRouted) return { is: 'failing', condition: bad, isRouted: false };
  if (rules.gate === undefined) {
    // Closed under the old gate and under the new one: then the version does not matter.
    const both = ready.status !== 'True' && validated.status !== 'True';
    return { is: both ? 'unrouted' : 'undecided', condition: bad };
  }
  return gating !== undefined && gating.status !== 'True'
    ? { is: 'unrouted', condition: gating }
    : { is: 'failing', condition: bad, isRouted: true };
}

/** The controller does not take its configuration, such as a CIDR in conflict. */
export function isRefused(subnet: Subnet): boolean {
  const { status, reason } = conditionOf(subnet, 'Validated');
  return status === 'False' && reason === 'ValidateLogicalSwitchFailed';
}

/** With an unknown version a failed validation counts too: it would close the newer gate. */
function gatingOf(
  subnet: Subnet,
  { gate, joinSubnet }: SubnetRules,
  ready: SubnetCondition,
  validated: SubnetCondition,
): SubnetCondition | undefined {
  if (gate === undefined) return validated.status === 'False' ? validated : undefined;
  const gating = gatingCondition(gate, subnet.metadata.name, joinSubnet);
  if (gating === 'none') return undefined;
  return gating === 'Ready' ? ready : validated;
}
