import { type Precondition, precondition } from '../../../src/core/remedy.ts';
import { networksOf } from '../../facts/kube-ovn/pod-networks.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { splitDualStack } from '../../facts/network/cidr.ts';
import type { Subnet } from '../../kinds/kube-ovn.ts';
import type { Pod } from '../../kinds/kubernetes.ts';

const fewestFree = 2;

/** Free addresses of the scarcer family; undefined when the controller has not counted yet. */
function freeAddresses({ spec, status }: Subnet): number | undefined {
  const families = splitDualStack(spec.cidrBlock).map((block) => (block.includes(':') ? 'v6' : 'v4'));
  const counts = families.map((family) => (family === 'v6' ? status.v6availableIPs : status.v4availableIPs));
  const known = counts.filter((count) => count !== undefined && count !== null);
  return known.length === 0 || known.length < counts.length ? undefined : Math.min(...known);
}

/** Without a free address the replacement would wait, or be given the very address that was let go. */
export function subnetsHaveRoom(
  pods: readonly Pod[],
  subnets: readonly Subnet[],
  fallback: string | undefined,
): Precondition {
  const asks = `Have their subnets ${fewestFree} free addresses at least?`;
  const names = new Set(
    pods.flatMap((pod) => networksOf(pod).map(({ subnet }) => subnet)).filter((subnet) => subnet !== ''),
  );
  if (names.size === 0 && fallback !== undefined) names.add(fallback);
  const told = [...names].map((name) => {
    const subnet = subnets.find(({ metadata }) => metadata.name === name);
    return { name, free: subnet === undefined ? undefined : freeAddresses(subnet) };
  });
  if (told.length === 0) return { asks, holds: 'unknown', because: 'No subnet of theirs is known.' };
  const unknown = told.filter(({ free }) => free === undefined).map(({ name }) => name);
  if (unknown.length > 0)
    return { asks, holds: 'unknown', because: `How many are free in ${listed(unknown)} is not known.` };
  const says = listed(told.map(({ name, free }) => `${name} has ${free ?? 0}`));
  return precondition(
    asks,
    told.every(({ free }) => (free ?? 0) >= fewestFree),
    `Of free addresses, ${says}.`,
  );
}
