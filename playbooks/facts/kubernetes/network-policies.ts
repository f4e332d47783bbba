import type { Pod } from '../../kinds/kubernetes.ts';
import type { LabelSelector, NetworkPolicy } from '../../kinds/network-policy.ts';
import { blockFamily, cidrContains, familyOf } from '../network/cidr.ts';

export function selects(
  { matchLabels, matchExpressions }: LabelSelector,
  labels: Readonly<Record<string, string>>,
): boolean {
  const holds = ({ key, operator, values }: NonNullable<LabelSelector['matchExpressions']>[number]) => {
    const value = labels[key];
    const isAmong = value !== undefined && (values ?? []).includes(value);
    if (operator === 'In') return isAmong;
    if (operator === 'NotIn') return !isAmong;
    return operator === 'Exists' ? value !== undefined : value === undefined;
  };
  return (
    Object.entries(matchLabels ?? {}).every(([key, value]) => labels[key] === value) &&
    (matchExpressions ?? []).every(holds)
  );
}

/** The policies that decide what a pod may send: with one, all that none of them allows is dropped. */
export function egressPoliciesOf(pod: Pod, policies: readonly NetworkPolicy[]): NetworkPolicy[] {
  return policies.filter(
    ({ metadata, spec }) =>
      metadata.namespace === pod.metadata.namespace &&
      (spec.policyTypes?.includes('Egress') ?? (spec.egress ?? []).length > 0) &&
      selects(spec.podSelector, pod.metadata.labels),
  );
}

type Destination = { readonly address: string; readonly port: number };
type Rule = NonNullable<NetworkPolicy['spec']['egress']>[number];

/** Peers that are pods never match an API server, which is on the host network or outside. A named port is unknown: it counts. */
function allows({ to, ports }: Rule, { address, port }: Destination): boolean {
  const isPort =
    (ports ?? []).length === 0 ||
    (ports ?? []).some((one) => (one.protocol ?? 'TCP') === 'TCP' && matchesPort(one, port));
  const isPeer =
    (to ?? []).length === 0 ||
    (to ?? []).some(
      ({ ipBlock }) =>
        ipBlock !== undefined &&
        ipBlock !== null &&
        blockFamily(ipBlock.cidr) === familyOf(address) &&
        cidrContains(ipBlock.cidr, address) &&
        !(ipBlock.except ?? []).some((block) => cidrContains(block, address)),
    );
  return isPort && isPeer;
}

function matchesPort(one: NonNullable<Rule['ports']>[number], port: number): boolean {
  if (one.port === undefined || one.port === null || typeof one.port === 'string') return true;
  return port >= one.port && port <= (one.endPort ?? one.port);
}

/**
 * Whether some policy lets a pod send to one of these destinations. Policies apply before or after the address of a
 * Service is translated, depending on the network, so both are destinations.
 */
export function mayReach(policies: readonly NetworkPolicy[], destinations: readonly Destination[]): boolean {
  return policies.some(({ spec }) =>
    (spec.egress ?? []).some((rule) => destinations.some((destination) => allows(rule, destination))),
  );
}
