import { isIn } from '../../../src/core/version.ts';
import { has, type UpstreamChange } from './versions.ts';

/** Changes that are about addresses; see `versions.ts` for how to read them. */
export const addressChanges = {
  objectDeletionFreesPort: {
    what: 'deleting an IP object takes its logical port away and frees its address',
    upstream: ['#3540', '#3562'],
    firsts: ['v1.11.14', 'v1.12.9', 'v1.13.0'],
  },
  objectFollowsPort: {
    what: 'the IP object is written after the logical port, so that a refused pod leaves none behind',
    upstream: ['#3540'],
    firsts: ['v1.11.14', 'v1.12.10', 'v1.13.0'],
  },
  noCollectionAtStart: {
    what: 'a starting controller no longer collects logical ports without an owner',
    upstream: ['#3124'],
    firsts: ['v1.9.29', 'v1.11.11', 'v1.13.0'],
  },
  duplicatePortsAccepted: {
    what: 'OVN is no longer asked through ovn-nbctl, which refuses a second port with the same address',
    upstream: ['#2896'],
    firsts: ['v1.12.0'],
  },
  portAddressesFollow: {
    what: 'the addresses of a logical port follow its pod',
    upstream: ['#4011'],
    firsts: ['v1.12.15', 'v1.13.0'],
  },
  machineNetworksKept: {
    what: 'the addresses of stopped virtual machines in further networks are kept',
    upstream: ['#5557'],
    firsts: ['v1.14.5', 'v1.15.0'],
  },
  nodePortsCorrected: {
    what: 'the logical port of a node no longer keeps an old MAC address',
    upstream: ['#5172'],
    firsts: ['v1.13.11', 'v1.14.0'],
  },
  machineAddressesReleased: {
    what: 'the address of a deleted virtual machine is released',
    upstream: ['#5390'],
    firsts: ['v1.14.0'],
  },
  changedSubnetsKeepAddresses: {
    what: 'addresses in use stay taken when the CIDR or excludeIps of their subnet are changed',
    upstream: ['#3447', '#3455'],
    firsts: ['v1.12.4', 'v1.13.0'],
  },
  excludedAddressesStayOut: {
    what: 'an address that is excluded is not given out again after a change of excludeIps',
    upstream: ['#7276'],
    firsts: ['v1.15.24'],
  },
} as const satisfies Record<string, UpstreamChange>;

/** Up to these versions a starting controller collects ports without an owner at once; undefined when not known. */
export function collectsAtStart(version: string | undefined): boolean | undefined {
  const stopped = has(version, addressChanges.noCollectionAtStart);
  return stopped === undefined ? undefined : !stopped;
}

/** From these builds on `--gc-interval=0` turns the collection off; before, it made it run without a pause. */
export function zeroTurnsCollectionOff(version: string | undefined): boolean {
  return isIn(version, ['v1.12.35', 'v1.13.15', 'v1.14.0']) ?? true;
}
