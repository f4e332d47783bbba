import { isBetween } from '../../../src/core/version.ts';
import { changes, has } from './versions.ts';

/** The Subnet condition that the daemon on each node demands before it routes a subnet there. */
export type RouteGate = 'Ready' | 'Ready, except for the join subnet' | 'Validated' | 'none';

type Range = readonly [first: string, last: string];

/** Upstream changed its mind three times in 2024: #4127 took the gate away, #4168 brought it back, #4258 moved it. */
const gates: readonly { readonly gate: RouteGate; readonly in: readonly Range[] }[] = [
  {
    gate: 'Ready',
    in: [
      ['v1.8.0', 'v1.9.32'],
      ['v1.10.0', 'v1.11.17'],
      ['v1.12.0', 'v1.12.16'],
    ],
  },
  {
    gate: 'none',
    in: [
      ['v1.9.33', 'v1.9.34'],
      ['v1.11.18', 'v1.11.18'],
      ['v1.12.17', 'v1.12.17'],
    ],
  },
  {
    gate: 'Ready, except for the join subnet',
    in: [
      ['v1.11.19', 'v1.11.19'],
      ['v1.12.18', 'v1.12.18'],
    ],
  },
];

/** Undefined when the version is not known, or older than v1.8.0. */
export function routeGateOf(version: string | undefined): RouteGate | undefined {
  const row = gates.find((candidate) => isBetween(version, candidate.in) === true);
  if (row !== undefined) return row.gate;
  return has(version, changes.routesFollowValidated) === true ? 'Validated' : undefined;
}

/** The condition that gates one subnet's routes; `none` when its routes do not depend on any. */
export function gatingCondition(gate: RouteGate, subnet: string, joinSubnet: string): 'Ready' | 'Validated' | 'none' {
  if (gate === 'Ready, except for the join subnet') return subnet === joinSubnet ? 'none' : 'Ready';
  return gate;
}
