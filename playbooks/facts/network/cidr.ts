function ipv4Bits(address: string): number | undefined {
  const parts = address.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return undefined;
  return parts.reduce((bits, part) => bits * 256 + Number(part), 0);
}

function ipv6Bits(address: string): bigint | undefined {
  const [head = '', tail, ...rest] = address.split('::');
  if (rest.length > 0 || !/^[0-9a-f:]+$/i.test(address)) return undefined;
  const groups = (written: string) => (written === '' ? [] : written.split(':'));
  const before = groups(head);
  const after = groups(tail ?? '');
  const missing = 8 - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const all = [...before, ...Array<string>(Math.max(missing, 0)).fill('0'), ...after];
  if (!all.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return all.reduce((bits, group) => (bits << 16n) | BigInt(`0x${group}`), 0n);
}

/** 4 or 6 for a plain IP address, undefined for anything else. Zone identifiers and mapped IPv4 are not taken. */
export function familyOf(address: string): 4 | 6 | undefined {
  if (ipv4Bits(address) !== undefined) return 4;
  return ipv6Bits(address) === undefined ? undefined : 6;
}

/** The bits of an IPv4 address fit into a number, with which it is much faster to reckon. */
type Block = { readonly length: number } & (
  | { readonly family: 4; readonly bits: number }
  | { readonly family: 6; readonly bits: bigint }
);

function parseBlock(written: string): Block | undefined {
  const [network = '', length = '', ...rest] = written.split('/');
  if (rest.length > 0 || !/^\d{1,3}$/.test(length)) return undefined;
  const short = ipv4Bits(network);
  if (short !== undefined) return Number(length) > 32 ? undefined : { family: 4, bits: short, length: Number(length) };
  const long = ipv6Bits(network);
  if (long === undefined || Number(length) > 128) return undefined;
  return { family: 6, bits: long, length: Number(length) };
}

function samePrefix(left: Block, right: Block, length: number): boolean {
  if (left.family === 4 && right.family === 4) {
    const host = 2 ** (32 - length);
    return Math.floor(left.bits / host) === Math.floor(right.bits / host);
  }
  const host = BigInt(128 - length);
  return left.family === 6 && right.family === 6 && left.bits >> host === right.bits >> host;
}

/** 4 or 6 for a block such as `10.16.0.0/16`, undefined for anything else. */
export function blockFamily(block: string): 4 | 6 | undefined {
  return parseBlock(block)?.family;
}

/** Whether an address lies in a block such as `10.16.0.0/16`. False when either is malformed or of the other family. */
export function cidrContains(block: string, address: string): boolean {
  return blockWithin(address.includes('/') ? '' : `${address}/${familyOf(address) === 6 ? 128 : 32}`, block);
}

/** Whether all of one block lies in another. False when either is malformed or of the other family. */
export function blockWithin(inner: string, outer: string): boolean {
  const [small, large] = [parseBlock(inner), parseBlock(outer)];
  if (small === undefined || large === undefined || small.length < large.length) return false;
  return samePrefix(small, large, large.length);
}

/** Whether two blocks share an address, which they do only when one lies in the other. */
export function blocksOverlap(left: string, right: string): boolean {
  return blockWithin(left, right) || blockWithin(right, left);
}

/** The parts of what dual stack objects write with a comma: `10.16.0.0/16,fd00:10:16::/112`. */
export function splitDualStack(written: string): string[] {
  return written
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
