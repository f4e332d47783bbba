import type { Pod } from '../../kinds/kubernetes.ts';
import type { NetworkPolicy } from '../../kinds/network-policy.ts';
import { cidrContains } from '../network/cidr.ts';
import { selects } from './network-policies.ts';

/** The policies that decide who may reach a pod: with one, all that none of them allows is dropped. */
export function ingressPoliciesOf(pod: Pod, policies: readonly NetworkPolicy[]): NetworkPolicy[] {
  return policies.filter(
    ({ metadata, spec }) =>
      metadata.namespace === pod.metadata.namespace &&
      // An object without types is about ingress, whatever else it is about.
      (spec.policyTypes ?? ['Ingress']).includes('Ingress') &&
      selects(spec.podSelector, pod.metadata.labels),
  );
}

/** Whether one of them lets these addresses in. Peers that are pods never match a node; ports are not looked at. */
export function letsIn(policies: readonly NetworkPolicy[], addresses: readonly string[]): boolean {
  return policies.some(({ spec }) =>
    (spec.ingress ?? []).some(
      ({ from }) =>
        (from ?? []).length === 0 ||
        (from ?? []).some(
          ({ ipBlock }) =>
            ipBlock !== undefined &&
            ipBlock !== null &&
            addresses.some(
              (address) =>
                cidrContains(ipBlock.cidr, address) &&
                !(ipBlock.except ?? []).some((block) => cidrContains(block, address)),
            ),
        ),
    ),
  );
}
