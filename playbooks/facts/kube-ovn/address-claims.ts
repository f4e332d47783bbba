import type { Ip } from '../../kinds/kube-ovn-addresses.ts';
import type { Pod } from '../../kinds/kubernetes.ts';
import { canonicalAddresses } from '../network/address.ts';
import { networksOf, reportedAddresses } from './pod-networks.ts';
import { isAlive } from './pods.ts';

/** Where somebody says that an address belongs to a port. Two of them that agree are worth more than one. */
export type ClaimSource = 'annotation' | 'status' | 'IP object';

/**
 * One logical switch port and everything that claims an address for it. Pods that share a port are one owner: both
 * ends of a live migration, or the old and the new pod of a StatefulSet's ordinal.
 */
export type Port = {
  readonly name: string;
  readonly provider: string;
  readonly subnet: string;
  /** Pods that hold the port now, by the controller's own rule of who is alive. */
  readonly alive: readonly Pod[];
  /** All pods of that name, also those that have ended. */
  readonly pods: readonly Pod[];
  readonly object: Ip | undefined;
  readonly claims: ReadonlyMap<string, ReadonlySet<ClaimSource>>;
  readonly macs: ReadonlySet<string>;
};

type Draft = {
  provider: string;
  subnet: string;
  alive: Pod[];
  pods: Pod[];
  object: Ip | undefined;
  claims: Map<string, Set<ClaimSource>>;
  macs: Set<string>;
};

export const reservedLabel = 'ovn.kubernetes.io/ip_reserved';

/**
 * Every port that a pod or an IP object tells of, by its name. Where kube-ovn is not the primary network, what the
 * kubelet reports is the address of another one.
 */
export function portsOf(pods: readonly Pod[], objects: readonly Ip[], now: Date, isPrimary = true): Map<string, Port> {
  const drafts = new Map<string, Draft>();
  const draftOf = (name: string, provider: string, subnet: string): Draft => {
    const known = drafts.get(name);
    if (known !== undefined) return known;
    const made = {
      provider,
      subnet,
      alive: [],
      pods: [],
      object: undefined,
      claims: new Map(),
      macs: new Set<string>(),
    };
    drafts.set(name, made);
    return made;
  };
  for (const pod of pods) addPod(pod, draftOf, now, isPrimary);
  for (const object of objects) addObject(object, draftOf);
  return new Map([...drafts].map(([name, draft]) => [name, { name, ...draft }]));
}

type DraftOf = (name: string, provider: string, subnet: string) => Draft;

function addPod(pod: Pod, draftOf: DraftOf, now: Date, isPrimary: boolean): void {
  const alive = isAlive(pod, now);
  for (const { provider, port, subnet, addresses, mac, isAllocated } of networksOf(pod)) {
    // What is asked for but not given yet is no claim.
    if (!isAllocated) continue;
    const draft = draftOf(port, provider, subnet);
    draft.pods.push(pod);
    if (!alive) continue;
    draft.alive.push(pod);
    if (mac !== '') draft.macs.add(mac);
    for (const address of addresses) claim(draft, address, 'annotation');
    const isReported = isPrimary && provider === 'ovn' && pod.status.phase === 'Running';
    const reported = isReported ? reportedAddresses(pod) : [];
    for (const address of reported) claim(draft, address, 'status');
  }
}

/** An object that is being deleted gives its address back, and claims nothing any more. */
function addObject(object: Ip, draftOf: DraftOf): void {
  const { name, deletionTimestamp } = object.metadata;
  const { subnet, v4IpAddress, v6IpAddress, macAddress } = object.spec;
  const draft = draftOf(name, providerOfPort(object), subnet);
  draft.object = object;
  if (deletionTimestamp !== undefined) return;
  if (macAddress !== '') draft.macs.add(macAddress.toLowerCase());
  for (const address of [v4IpAddress, v6IpAddress].flatMap(canonicalAddresses)) claim(draft, address, 'IP object');
}

function claim(draft: Draft, address: string, source: ClaimSource): void {
  const known = draft.claims.get(address);
  if (known === undefined) draft.claims.set(address, new Set([source]));
  else known.add(source);
}

/** `attach.shop.ovn` of `cart.shop.attach.shop.ovn`; the default network has no suffix. */
function providerOfPort({ metadata, spec }: Ip): string {
  const own = `${spec.podName}.${spec.namespace}`;
  return metadata.name.startsWith(`${own}.`) ? metadata.name.slice(own.length + 1) : 'ovn';
}

/** The pods of a port whose containers can send and receive now. */
export function runningOn(port: Port): Pod[] {
  return port.alive.filter((pod) => pod.status.phase === 'Running');
}
