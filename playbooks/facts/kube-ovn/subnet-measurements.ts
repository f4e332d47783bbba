import { sayDuration } from '../../../src/core/duration.ts';
import type { Measurement } from '../../../src/core/finding.ts';
import type { Subnet, SubnetCondition } from '../../kinds/kube-ovn.ts';
import { conditionOf, type SubnetState, sinceOf } from './subnet-state.ts';

export type AssessedSubnet = { readonly subnet: Subnet; readonly state: SubnetState };

const recentMilliseconds = 3_600_000;
const mostMeasured = 20;

/** `False for 8 min (ListLogicalSwitchFailed)`. */
export function sayCondition(condition: SubnetCondition, now: Date): string {
  const since = sinceOf(condition);
  const age = since === undefined ? '' : ` for ${sayDuration(now.getTime() - since.getTime())}`;
  const reason = condition.status === 'True' || condition.reason === '' ? '' : ` (${condition.reason})`;
  return `${condition.status}${age}${reason}`;
}

/**
 * How many subnets are ready, and the conditions of those that are not or were not within the last hour: enough to
 * show the same subnets before and after a fix, also on a cluster with hundreds of them.
 */
export function measureSubnets(assessed: readonly AssessedSubnet[], now: Date): Measurement[] {
  const ready = assessed.filter(({ state }) => state.is === 'ready').length;
  const expected = assessed.filter(({ state }) => state.is === 'expected').length;
  const aside = expected === 0 ? '' : `; ${expected} more ${expected === 1 ? 'is' : 'are'} not ready, as expected`;
  const all = assessed.length - expected;
  const told = assessed.filter(
    ({ subnet, state }) => assessed.length === 1 || state.is !== 'ready' || changedLately(subnet, now),
  );
  return [
    { what: 'Subnets ready', is: `${ready} of ${all}${aside}` },
    ...told.slice(0, mostMeasured).flatMap(({ subnet, state }) => measureOne(subnet, state, now)),
  ];
}

function changedLately(subnet: Subnet, now: Date): boolean {
  return (['Ready', 'Validated'] as const).some((type) => {
    const since = sinceOf(conditionOf(subnet, type));
    return since !== undefined && now.getTime() - since.getTime() < recentMilliseconds;
  });
}

function measureOne(subnet: Subnet, state: SubnetState, now: Date): Measurement[] {
  if (state.is === 'expected') {
    return [{ what: `Subnet ${subnet.metadata.name}, Ready`, is: `not ready, as expected: ${state.because}` }];
  }
  const validated = conditionOf(subnet, 'Validated');
  return [
    { what: `Subnet ${subnet.metadata.name}, Ready`, is: sayCondition(conditionOf(subnet, 'Ready'), now) },
    ...(validated.status === 'True'
      ? []
      : [{ what: `Subnet ${subnet.metadata.name}, Validated`, is: sayCondition(validated, now) }]),
  ];
}
