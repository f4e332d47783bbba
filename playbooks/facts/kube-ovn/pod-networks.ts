import type { Pod } from '../../kinds/kubernetes.ts';
import { canonicalAddresses } from '../network/address.ts';
import { annotations } from './product.ts';

/** One network card of a pod, as kube-ovn's annotations tell of it. */
export type PodNetwork = {
  /** `ovn` for the default network, `<attachment>.<namespace>` and maybe `.ovn` for a further one. */
  readonly provider: string;
  /** The name of its logical port, and of its IP object. */
  readonly port: string;
  readonly subnet: string;
  readonly addresses: readonly string[];
  readonly mac: string;
  /** False while the addresses are only what somebody asked for. */
  readonly isAllocated: boolean;
};

const ending = '.kubernetes.io/ip_address';

/** The name that ports are called after: a virtual machine's pods share the machine's. */
function nameFor(pod: Pod, provider: string): string {
  const own = pod.metadata.annotations[`${provider}.kubernetes.io/virtualmachine`];
  return (
    own ?? pod.metadata.annotations[annotations.virtualMachine] ?? unwrittenMachine(pod, provider) ?? pod.metadata.name
  );
}

/**
 * The controller writes the machine's name together with the address: until then it goes by the pod's owner. A pod that
 * has an address and not the machine's name is a port of its own, because machines do not keep theirs there.
 */
function unwrittenMachine({ metadata }: Pod, provider: string): string | undefined {
  const [owner] = metadata.ownerReferences;
  if (owner?.kind !== 'VirtualMachineInstance') return undefined;
  const isWritten = [annotations.allocated, `${provider}.kubernetes.io/allocated`].some(
    (key) => metadata.annotations[key] === 'true',
  );
  return isWritten ? undefined : owner.name;
}

export function portName(pod: Pod, provider: string): string {
  const name = `${nameFor(pod, provider)}.${pod.metadata.namespace ?? ''}`;
  return provider === 'ovn' ? name : `${name}.${provider}`;
}

/** A pod on the host's network has none, whatever its annotations say. */
export function networksOf(pod: Pod): PodNetwork[] {
  if (pod.spec.hostNetwork) return [];
  return Object.keys(pod.metadata.annotations)
    .filter((key) => key.endsWith(ending))
    .map((key) => networkOf(pod, key.slice(0, -ending.length)));
}

function networkOf(pod: Pod, provider: string): PodNetwork {
  const value = (name: string) => pod.metadata.annotations[`${provider}.kubernetes.io/${name}`] ?? '';
  return {
    provider,
    port: portName(pod, provider),
    subnet: value('logical_switch'),
    addresses: canonicalAddresses(value('ip_address')),
    mac: value('mac_address').toLowerCase(),
    isAllocated: value('allocated') === 'true',
  };
}

/** Pools or ranges that a pod takes its addresses from; unlike `ip_address` the controller never writes this itself. */
export function poolOf(pod: Pod): string | undefined {
  return pod.metadata.annotations['ovn.kubernetes.io/ip_pool'];
}

/** The addresses that a pool lists; none when it is the name of an IPPool. Pairs of dual stack end with a semicolon. */
export function poolAddressesOf(pod: Pod): string[] {
  return (poolOf(pod) ?? '').split(';').flatMap(canonicalAddresses);
}

/**
 * What the kubelet reports. It is the address of the default network, so it counts only where that is kube-ovn's: not
 * where Multus puts another network first.
 */
export function reportedAddresses(pod: Pod): string[] {
  if (pod.spec.hostNetwork || 'v1.multus-cni.io/default-network' in pod.metadata.annotations) return [];
  const { podIP, podIPs } = pod.status;
  const others = (podIPs ?? []).map(({ ip }) => ip).filter((ip) => ip !== podIP);
  if (others.length === 0) return canonicalAddresses(podIP);
  return [...new Set([podIP, ...others].flatMap(canonicalAddresses))];
}

/** VIPs that a pod carries beside its own address, or as its own. */
export function virtualAddressesOf(pod: Pod): string[] {
  return Object.entries(pod.metadata.annotations)
    .filter(([key]) => /\.kubernetes\.io\/(?:aaps|vip|port_vips)$/.test(key))
    .flatMap(([, value]) => value.split(',').map((name) => name.trim()));
}
