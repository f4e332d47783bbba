import type { AddressBook } from './addresses.ts';
import type { Request } from './requests.ts';

/** The fault that keeps a pod from getting an address; undefined when none of these explains it. */
export type RequestCause =
  | 'kube-ovn/address-conflict'
  | 'kube-ovn/address-squatter'
  | 'kube-ovn/addresses-exhausted'
  | 'kube-ovn/external-address-conflict'
  | 'kube-ovn/leftover-switch-port'
  | 'kube-ovn/special-address-conflict'
  | 'kube-ovn/static-address-clash'
  | 'kube-ovn/vm-address-not-restored';

/**
 * Who holds the address decides, and whether the pod asked for exactly that one. Each request has one cause, so that no
 * two checks tell of the same pod.
 */
export function causeOf(request: Request, book: AddressBook): RequestCause | undefined {
  const { refusal, wants, heldBy } = request;
  // A pool that others have used up is told of as a subnet without addresses, also where that has plenty of them.
  if (refusal.is === 'exhausted' && (wants !== 'static' || heldBy === undefined)) return 'kube-ovn/addresses-exhausted';
  if (refusal.is === 'answered') {
    return ownerOfMac(refusal.mac, book) === undefined
      ? 'kube-ovn/external-address-conflict'
      : 'kube-ovn/address-conflict';
  }
  if (refusal.is === 'out-of-range') return wants === 'any' ? undefined : 'kube-ovn/static-address-clash';
  if (refusal.is === 'gateway')
    return wants === 'any' ? 'kube-ovn/special-address-conflict' : 'kube-ovn/static-address-clash';
  if (heldBy === undefined) return undefined;
  switch (heldBy.holder.is) {
    case 'alive':
      if (wants === 'kept') return 'kube-ovn/address-squatter';
      return wants === 'static' ? 'kube-ovn/static-address-clash' : 'kube-ovn/address-conflict';
    case 'stopped-machine':
      return wants === 'static' ? 'kube-ovn/static-address-clash' : 'kube-ovn/vm-address-not-restored';
    case 'stateful-set':
    case 'reserved':
      return 'kube-ovn/static-address-clash';
    case 'node':
    case 'infrastructure':
      return wants === 'any' ? 'kube-ovn/special-address-conflict' : 'kube-ovn/static-address-clash';
    case 'ended':
    case 'gone':
      return 'kube-ovn/leftover-switch-port';
  }
}

/** The logical port of this cluster that has a MAC address, if any: then whoever answers is one of our own. */
export function ownerOfMac(mac: string, { ports }: AddressBook): string | undefined {
  return [...ports.values()].find(({ macs }) => macs.has(mac))?.name;
}
