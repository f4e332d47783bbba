import type { Subnet } from '../../kinds/kube-ovn.ts';
import type { Ip, IptablesEip, OvnEip, Vip } from '../../kinds/kube-ovn-addresses.ts';
import type { Node, Pod } from '../../kinds/kubernetes.ts';
import { canonicalAddresses, countInRanges } from '../network/address.ts';
import { networksOf } from './pod-networks.ts';
import { isAlive } from './pods.ts';

export type Holding = {
  readonly objects: readonly Ip[];
  readonly vips: readonly Vip[];
  readonly ovnEips: readonly OvnEip[];
  readonly iptablesEips: readonly IptablesEip[];
};

/** How many addresses of one family a subnet's objects hold, and how many its status says are in use. */
export type Count = {
  readonly family: 'IPv4' | 'IPv6';
  readonly using: number;
  readonly objects: number;
  /** Of the list of addresses in use, from v1.12.0; IPv4 only. */
  readonly listed: number | undefined;
};

const isHere = ({ metadata }: { metadata: { deletionTimestamp?: Date | undefined } }) =>
  metadata.deletionTimestamp === undefined;

type Pair = readonly [v4: string, v6: string];

/** What is held in each subnet: one pass over all objects, however many subnets there are. */
export type HoldingIndex = {
  readonly pairs: ReadonlyMap<string, readonly Pair[]>;
  /** Subnets whose port between underlay and overlay has an object of its own. */
  readonly interconnected: ReadonlySet<string>;
  /**
   * Addresses that a living pod or a node has by its annotations, and that no IP object records. Every pod is looked
   * at for them, so they are worked out when some subnet does not fit without.
   */
  readonly unrecorded: () => ReadonlyMap<string, readonly Pair[]>;
};

/** Who has addresses, whether or not an IP object says so. */
export type Users = { readonly pods: readonly Pod[]; readonly nodes: readonly Node[]; readonly now: Date };

export function indexHolding({ objects, vips, ovnEips, iptablesEips }: Holding, users: Users): HoldingIndex {
  const pairs = new Map<string, Pair[]>();
  const hold = (subnet: string, v4: string, v6: string) => add(pairs, subnet, [v4, v6]);
  for (const { spec } of objects.filter(isHere)) hold(spec.subnet, spec.v4IpAddress, spec.v6IpAddress);
  for (const { spec, status } of vips.filter(isHere))
    hold(spec.subnet, status.v4ip || spec.v4ip, status.v6ip || spec.v6ip);
  for (const { spec, status } of ovnEips.filter(isHere)) {
    hold(spec.externalSubnet, status.v4Ip || spec.v4Ip, status.v6Ip || spec.v6Ip);
  }
  for (const { spec, status } of iptablesEips.filter(isHere)) {
    hold(spec.externalSubnet || 'ovn-vpc-external-network', status.ip || spec.v4ip, '');
  }
  const interconnected = objects
    .filter(({ metadata }) => metadata.name.startsWith('u2o-interconnection.'))
    .map(({ metadata }) => metadata.name.split('.').at(-1) ?? '');
  let unrecorded: ReadonlyMap<string, readonly Pair[]> | undefined;
  return {
    pairs,
    interconnected: new Set(interconnected),
    unrecorded: () => {
      unrecorded ??= unrecordedOf(objects, users);
      return unrecorded;
    },
  };
}

function add(pairs: Map<string, Pair[]>, subnet: string, pair: Pair): void {
  const known = pairs.get(subnet);
  if (known === undefined) pairs.set(subnet, [pair]);
  else known.push(pair);
}

function unrecordedOf(objects: readonly Ip[], { pods, nodes, now }: Users): Map<string, Pair[]> {
  const pairs = new Map<string, Pair[]>();
  // Two pods of one machine have one port between them.
  const recorded = new Set(objects.map(({ metadata }) => metadata.name));
  const use = (port: string, subnet: string, addresses: readonly string[]) => {
    if (recorded.has(port)) return;
    recorded.add(port);
    const of = (isIpv6: boolean) => addresses.find((address) => address.includes(':') === isIpv6) ?? '';
    add(pairs, subnet, [of(false), of(true)]);
  };
  for (const pod of pods) {
    if (!isAlive(pod, now)) continue;
    for (const { port, subnet, addresses, isAllocated } of networksOf(pod)) {
      if (isAllocated) use(port, subnet, addresses);
    }
  }
  for (const { metadata } of nodes) {
    const written = canonicalAddresses(metadata.annotations['ovn.kubernetes.io/ip_address'] ?? '');
    const subnet = metadata.annotations['ovn.kubernetes.io/logical_switch'] ?? 'join';
    if (written.length > 0) use(`node-${metadata.name}`, subnet, written);
  }
  return pairs;
}

/** Lays what a subnet counts beside its IP objects, virtual and external addresses together. */
export function countsOf(subnet: Subnet, { pairs, interconnected, unrecorded }: HoldingIndex): Count[] {
  const { name } = subnet.metadata;
  const { v4usingIPs, v6usingIPs, v4usingIPrange, u2oInterconnectionIP } = subnet.status;
  const held = pairs.get(name) ?? [];
  // A port between underlay and overlay has an address of its own, in some versions without an object.
  const hidden = u2oInterconnectionIP && !interconnected.has(name) ? 1 : 0;
  const objectsFor = (family: 0 | 1, using: number) => {
    const own = held.flatMap((pair) => canonicalAddresses(pair[family]));
    // An address that two have counts twice in versions that count objects, and once in those that count addresses.
    // One that somebody has is rightly counted, though its object is missing. Both are questions of other checks.
    const fits = (all: readonly string[]) =>
      [all.length, new Set(all).size].some((count) => using === count || using === count + hidden);
    if (fits(own)) return using;
    const others = (unrecorded().get(name) ?? []).flatMap((pair) => canonicalAddresses(pair[family]));
    return fits([...own, ...others]) ? using : own.length;
  };
  const counts: Count[] = [];
  if (v4usingIPs !== undefined && v4usingIPs !== null) {
    const ranges = v4usingIPrange ? countInRanges(v4usingIPrange) : undefined;
    counts.push({ family: 'IPv4', using: v4usingIPs, objects: objectsFor(0, v4usingIPs), listed: ranges });
  }
  // A subnet of IPv4 alone counts no IPv6.
  if (v6usingIPs !== undefined && v6usingIPs !== null && v6usingIPs !== 0) {
    counts.push({ family: 'IPv6', using: v6usingIPs, objects: objectsFor(1, v6usingIPs), listed: undefined });
  }
  return counts;
}

export function isOff({ using, objects, listed }: Count): boolean {
  return using !== objects || (listed !== undefined && listed !== using);
}

/** Free addresses of each family that a subnet has; a family that is not counted yet is left out. */
export function freeOf({ spec, status }: Subnet): { family: 'IPv4' | 'IPv6'; free: number; share: number }[] {
  const one = (family: 'IPv4' | 'IPv6', free: number | null | undefined, used: number | null | undefined) => {
    if (free === null || free === undefined) return [];
    const all = Math.max(0, free) + (used ?? 0);
    return [{ family, free, share: all === 0 ? 0 : Math.max(0, free) / all }];
  };
  return [
    ...(/\d\.\d/.test(spec.cidrBlock) ? one('IPv4', status.v4availableIPs, status.v4usingIPs) : []),
    ...(spec.cidrBlock.includes(':') ? one('IPv6', status.v6availableIPs, status.v6usingIPs) : []),
  ];
}
