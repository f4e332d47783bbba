import type { Subnet } from '../../kinds/kube-ovn.ts';
import { gatingCondition, type RouteGate } from './route-gate.ts';
import { conditionOf, sinceOf } from './subnet-state.ts';

/** Whether the daemons may route a subnet now, by the condition that decides about it in the version that runs. */
export type Gate = {
  /** `unsure` where the version is not known and the two conditions disagree. */
  readonly is: 'open' | 'closed' | 'unsure';
  /** Since when, where a condition decides. */
  readonly since: Date | undefined;
  /** The condition that keeps it closed. */
  readonly because: 'Ready' | 'Validated' | undefined;
};

export function gateStateOf(subnet: Subnet, gate: RouteGate | undefined, joinSubnet: string): Gate {
  const ready = conditionOf(subnet, 'Ready');
  const validated = conditionOf(subnet, 'Validated');
  if (gate === undefined) {
    if (ready.status === 'True' && validated.status === 'True') {
      return { is: 'open', since: sinceOf(ready), because: undefined };
    }
    const isClosed = ready.status !== 'True' && validated.status !== 'True';
    return { is: isClosed ? 'closed' : 'unsure', since: sinceOf(ready), because: 'Ready' };
  }
  const gating = gatingCondition(gate, subnet.metadata.name, joinSubnet);
  if (gating === 'none') return { is: 'open', since: undefined, because: undefined };
  const condition = gating === 'Ready' ? ready : validated;
  return condition.status === 'True'
    ? { is: 'open', since: sinceOf(condition), because: undefined }
    : { is: 'closed', since: sinceOf(condition), because: gating };
}
