import type { LogLine } from '../../../src/core/reader.ts';
import { canonicalAddress } from '../network/address.ts';

/** What the controller's IPAM did with an address, as its log tells. */
export type Allocation = {
  readonly does: 'allocates' | 'releases';
  /** `shop/cart-7d`. */
  readonly owner: string;
  readonly line: LogLine;
};

const allocate = /allocate v4 (\S*?),?(?: v6 (\S*?),?)? mac (\S*?) for (\S+?)(?: from .*)?$/;
const release = /release v[46] (\S+) mac (\S*) (?:from subnet \S+ )?for (\S+?),/;

/** The history of one address, oldest first. A second allocation without a release before it is the fault itself. */
export function historyOf(address: string, lines: readonly LogLine[]): Allocation[] {
  return lines.flatMap((line): Allocation[] => {
    const [, v4 = '', v6 = '', , taker] = allocate.exec(line.text) ?? [];
    if (taker !== undefined && [v4, v6].map(canonicalAddress).includes(address)) {
      return [{ does: 'allocates', owner: taker, line }];
    }
    const [, freed = '', , giver] = release.exec(line.text) ?? [];
    return giver !== undefined && canonicalAddress(freed) === address ? [{ does: 'releases', owner: giver, line }] : [];
  });
}

/** An address that was let go is quarantined, until the free list is empty and the released ones take its place. */
export const putOnReleasedList = /add ip to released list/;

/** `take 12.3 seconds to initialize IPAM`: the controller has rebuilt what it knows of addresses. */
export const rebuiltAddresses = /take [\d.]+ seconds to initialize IPAM/;

/** The periodic collection of ports without an owner. */
export const collectsPorts = /gc logical switch port|gc ip |start to gc/;

/** The controller's own word for counters that do not fit. */
export function tellsInconsistency(text: string, subnet: string): boolean {
  const named = /inconsistency detected in status of subnet (\S+)/.exec(text)?.[1];
  return named === subnet;
}
