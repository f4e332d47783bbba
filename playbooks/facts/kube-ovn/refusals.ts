import { canonicalAddress, canonicalAddresses } from '../network/address.ts';

/** Why a pod got no address, in the words of OVN, of the controller's IPAM, or of the daemon on its node. */
export type Refusal =
  /** OVN refuses a second port with the same address, and names the first (up to v1.11). */
  | { readonly is: 'duplicate'; readonly subnet: string; readonly address: string; readonly port: string }
  /** IPAM knows another owner of the address; newer versions name both. */
  | { readonly is: 'conflict'; readonly address: string | undefined; readonly port: string | undefined }
  | { readonly is: 'exhausted' }
  | { readonly is: 'out-of-range'; readonly address: string | undefined }
  | { readonly is: 'gateway'; readonly address: string | undefined }
  /** Somebody on the wire answers for the address (underlay). */
  | { readonly is: 'answered'; readonly address: string; readonly mac: string }
  /** The daemon only sees that the controller gave none; the cause is elsewhere. */
  | { readonly is: 'unallocated' };

const quoted = String.raw`\\?['"]?`;
const duplicate = new RegExp(
  String.raw`Error on switch (\S+): duplicate IPv[46] address ${quoted}([0-9a-fA-F.:]+)${quoted} found on logical switch port ${quoted}([^'"\\\s]+)${quoted}`,
);
const allocated = /(?:v[46] )?ip ([0-9a-fA-F.:]+) has been allocated to (?:pod )?\[?([^\],\s"\\]+)/;
const answered = /IP address ([0-9a-fA-F.:]+) has already been used by host with MAC ([0-9a-fA-F:]{11,17})/;
const outside = /([0-9a-fA-F.:]+) (?:address )?(?:is )?not in (?:subnet|range)|address ([0-9a-fA-F.:]+) not in subnet/;

/** `ns/pod` of an allocation is the port `pod.ns`; other words are a port's name already. */
function portOf(owner: string): string {
  const [namespace, pod, ...rest] = owner.split('/');
  return pod === undefined || rest.length > 0 ? owner : `${pod}.${namespace}`;
}

/** What a pod's event, or a line of the controller about it, says; undefined when it is about something else. */
export function refusalOf(text: string): Refusal | undefined {
  const twice = duplicate.exec(text);
  if (twice !== null) {
    const [, subnet = '', address = '', port = ''] = twice;
    return { is: 'duplicate', subnet, address: canonicalAddress(address), port };
  }
  const used = answered.exec(text);
  if (used !== null) {
    const [, address = '', mac = ''] = used;
    return { is: 'answered', address: canonicalAddress(address), mac: mac.toLowerCase() };
  }
  if (/NoAvailableAddress/.test(text)) return { is: 'exhausted' };
  if (/conflicts with subnet gateway/.test(text)) return { is: 'gateway', address: firstAddress(text) };
  if (/AddressOutOfRange/.test(text)) {
    const [, first, second] = outside.exec(text) ?? [];
    const address = first ?? second;
    return { is: 'out-of-range', address: address === undefined ? undefined : canonicalAddress(address) };
  }
  const given = allocated.exec(text);
  if (given !== null) {
    const [, address = '', owner = ''] = given;
    return { is: 'conflict', address: canonicalAddress(address), port: portOf(owner) };
  }
  if (/AddressConflict/.test(text)) return { is: 'conflict', address: undefined, port: undefined };
  return /no address allocated to pod/.test(text) ? { is: 'unallocated' } : undefined;
}

function firstAddress(text: string): string | undefined {
  return text.split(/[\s,'"\\[\]()]+/).flatMap(canonicalAddresses)[0];
}

/** The more a refusal tells, the better it explains the others of the same pod. */
const weights: Readonly<Record<Refusal['is'], number>> = {
  duplicate: 0,
  answered: 1,
  gateway: 2,
  conflict: 3,
  'out-of-range': 4,
  exhausted: 5,
  unallocated: 6,
};

/** Of everything that was said about one pod, the refusal that tells most. */
export function mostTelling<Told extends { readonly refusal: Refusal }>(told: readonly Told[]): Told | undefined {
  const weight = ({ refusal }: Told) =>
    weights[refusal.is] + (refusal.is === 'conflict' && refusal.port === undefined ? 0.5 : 0);
  return told.toSorted((left, right) => weight(left) - weight(right))[0];
}
