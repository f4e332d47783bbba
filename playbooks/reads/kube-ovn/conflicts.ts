import type { Target } from '../../../src/core/target.ts';
import { type ClaimSource, type Port, runningOn } from '../../facts/kube-ovn/address-claims.ts';
import type { Pod } from '../../kinds/kubernetes.ts';
import { type AddressBook, isAsked } from './addresses.ts';

export type Owner = { readonly port: Port; readonly pod: Pod; readonly sources: readonly ClaimSource[] };

/** One address with more than one owner that runs. */
export type Conflict = {
  readonly address: string;
  readonly space: string;
  readonly subnet: string;
  readonly owners: readonly Owner[];
};

/**
 * Addresses that several running pods have. What is no conflict has fallen out before: pods on the host's network, pods
 * that have ended, pods that share a port, objects that are being deleted, and equal addresses in different spaces.
 */
export function conflictsIn(book: AddressBook, target: Target): Conflict[] {
  const owners = new Map<string, Conflict & { owners: Owner[] }>();
  for (const port of book.ports.values()) {
    const [pod] = runningOn(port);
    if (pod === undefined) continue;
    const space = book.spaceOf(port.subnet);
    for (const [address, sources] of port.claims) {
      const key = `${space} ${address}`;
      const owner = { port, pod, sources: [...sources] };
      const known = owners.get(key);
      if (known === undefined) owners.set(key, { address, space, subnet: port.subnet, owners: [owner] });
      else known.owners.push(owner);
    }
  }
  return [...owners.values()]
    .filter((conflict) => new Set(conflict.owners.map(({ pod }) => pod.metadata.uid)).size > 1)
    .filter(({ address, owners: all }) =>
      isAsked(target, {
        addresses: [address],
        subnets: all.map(({ port }) => port.subnet),
        pods: all.map(({ pod }) => pod),
      }),
    );
}

/** When the last of the owners came: the conflict is no older than that. */
export function youngestOf({ owners }: Pick<Conflict, 'owners'>): Date | undefined {
  const times = owners.map(({ pod }) => pod.metadata.creationTimestamp);
  const known = times.filter((time) => time !== undefined);
  return known.length < times.length ? undefined : known.toSorted((left, right) => right.getTime() - left.getTime())[0];
}

/** `shop/cart-7d (node worker-1)`. */
export function sayOwner({ pod }: Pick<Owner, 'pod'>): string {
  return `${pod.metadata.namespace ?? ''}/${pod.metadata.name} (node ${pod.spec.nodeName ?? 'unknown'})`;
}
