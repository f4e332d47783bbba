import { familyOf } from './cidr.ts';

// Most addresses are of this kind, and there are hundreds of thousands: they are told without arithmetic.
const plainIpv4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

/** One way to write an address, so that two writings of the same IPv6 address compare as equal. Trims what is no address. */
export function canonicalAddress(written: string): string {
  if (plainIpv4.test(written)) return written;
  const address = written.trim().toLowerCase();
  if (familyOf(address) !== 6) return address;
  return new URL(`http://[${address}]/`).hostname.slice(1, -1);
}

/** Every address of what dual stack objects join with a comma, in one way of writing. */
export function canonicalAddresses(written: string): string[] {
  if (plainIpv4.test(written)) return [written];
  return written
    .split(',')
    .map(canonicalAddress)
    .filter((address) => plainIpv4.test(address) || familyOf(address) !== undefined);
}

function toNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

/**
 * How many IPv4 addresses a list such as `10.16.0.2-10.16.0.9,10.16.0.12` holds. Undefined when a part of it is
 * something else.
 */
export function countInRanges(written: string): number | undefined {
  let count = 0;
  for (const part of written.split(',').filter((text) => text.trim() !== '')) {
    const [first = '', last = first] = part.trim().split('-');
    if (familyOf(first) !== 4 || familyOf(last) !== 4) return undefined;
    count += toNumber(last) - toNumber(first) + 1;
  }
  return count;
}

/** An address as it stands before a port: one of IPv6 in brackets. */
export function inUrl(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

/** Whether an address lies in `10.16.0.1..10.16.0.9`, which is how a Subnet writes a range that it leaves out, or is it. */
export function isInRange(range: string, address: string): boolean {
  const [first = '', last = first] = range.split('..').map(canonicalAddress);
  if (first === address || last === address) return true;
  if (familyOf(first) !== 4 || familyOf(last) !== 4 || familyOf(address) !== 4) return false;
  return toNumber(address) >= toNumber(first) && toNumber(address) <= toNumber(last);
}
