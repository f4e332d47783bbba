import type { Node, Pod } from '../../kinds/kubernetes.ts';
import { listed } from '../kubernetes/commands.ts';
import { canonicalAddresses } from '../network/address.ts';
import { type ClaimSource, type Port, runningOn } from './address-claims.ts';

export type Drift = { readonly says: string; readonly addresses: readonly string[]; readonly subnet: string };

const places: readonly (readonly [ClaimSource, string])[] = [
  ['annotation', 'its annotation'],
  ['status', 'the kubelet'],
  ['IP object', 'its IP object'],
];

/**
 * Ports whose sources disagree. A source that names no address of a family is no contradiction: older kubelets report
 * one family only, and an IP object may be gone. A port that two pods share is left out, because each may tell of
 * itself.
 */
export function podDrifts(ports: Iterable<Port>, now: Date, settleMilliseconds: number): { pod: Pod; drift: Drift }[] {
  const drifts: { pod: Pod; drift: Drift }[] = [];
  for (const port of ports) {
    const [pod, ...more] = runningOn(port);
    if (pod === undefined || more.length > 0 || port.alive.length > 1) continue;
    const born = pod.metadata.creationTimestamp;
    if (
      pod.metadata.deletionTimestamp !== undefined ||
      born === undefined ||
      now.getTime() - born.getTime() < settleMilliseconds
    )
      continue;
    const drift = driftOf(port);
    if (drift !== undefined) drifts.push({ pod, drift });
  }
  return drifts;
}

function driftOf({ claims, subnet }: Port): Drift | undefined {
  for (const isFamily of [isV4, (address: string) => !isV4(address)]) {
    const told = places.flatMap(([source, place]) => {
      const addresses = [...claims]
        .filter(([address, sources]) => isFamily(address) && sources.has(source))
        .map(([address]) => address);
      return addresses.length === 0 ? [] : [{ place, addresses: addresses.toSorted() }];
    });
    const variants = new Set(told.map(({ addresses }) => addresses.join()));
    if (variants.size > 1) {
      const says = `${listed(told.map(({ place, addresses }) => `${place} says ${listed(addresses)}`))}.`;
      return { says, addresses: [...claims.keys()], subnet };
    }
  }
  return undefined;
}

function isV4(address: string): boolean {
  return !address.includes(':');
}

/** Nodes whose annotations and whose IP object `node-<name>` name different addresses or MAC addresses (#5172, #3222). */
export function nodeDrifts(nodes: readonly Node[], ports: ReadonlyMap<string, Port>): { node: Node; drift: Drift }[] {
  return nodes.flatMap((node) => {
    const { annotations, name } = node.metadata;
    const object = ports.get(`node-${name}`)?.object;
    if (object === undefined || object.metadata.deletionTimestamp !== undefined) return [];
    const subnet = annotations['ovn.kubernetes.io/logical_switch'] ?? object.spec.subnet;
    const own = canonicalAddresses(annotations['ovn.kubernetes.io/ip_address'] ?? '');
    const written = [object.spec.v4IpAddress, object.spec.v6IpAddress].flatMap(canonicalAddresses);
    const mac = (annotations['ovn.kubernetes.io/mac_address'] ?? '').toLowerCase();
    const macWritten = object.spec.macAddress.toLowerCase();
    const differs = own.length > 0 && written.length > 0 && !own.every((address) => written.includes(address));
    const addresses = [...own, ...written];
    if (differs) {
      const says = `its annotation says ${listed(own)}, and its IP object says ${listed(written)}.`;
      return [{ node, drift: { says, addresses, subnet } }];
    }
    if (mac === '' || macWritten === '' || mac === macWritten) return [];
    const says = `its annotation says the MAC address ${mac}, and its IP object says ${macWritten}.`;
    return [{ node, drift: { says, addresses, subnet } }];
  });
}
