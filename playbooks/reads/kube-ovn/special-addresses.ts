import { list, type Read } from '../../../src/core/read.ts';
import type { ClusterReader } from '../../../src/core/reader.ts';
import { virtualAddressesOf } from '../../facts/kube-ovn/pod-networks.ts';
import { canonicalAddresses } from '../../facts/network/address.ts';
import { IptablesEip, OvnEip, Vip } from '../../kinds/kube-ovn-addresses.ts';
import { Node, type Pod } from '../../kinds/kubernetes.ts';
import type { AddressBook } from './addresses.ts';

export const specialReads: readonly Read[] = [list(Node), list(Vip), list(OvnEip), list(IptablesEip)];

/** An address that the network itself needs, or that somebody has set aside for more than one pod. */
export type SpecialAddress = {
  readonly address: string;
  readonly space: string;
  /** `the gateway of subnet web`. */
  readonly what: string;
  /** Whether a pod may use the address all the same: a VIP is there to be carried. */
  readonly isCarriedBy: (pod: Pod) => boolean;
};

const byNobody = () => false;

/** Router ports, which OVN EIPs of type `lrp` and `lsp` are, are not compared with EIPs. */
export async function readSpecialAddresses(cluster: ClusterReader, book: AddressBook): Promise<SpecialAddress[]> {
  const [nodes, vips, ovnEips, iptablesEips] = await Promise.all([
    cluster.list(Node),
    cluster.list(Vip),
    cluster.list(OvnEip),
    cluster.list(IptablesEip),
  ]);
  const all = (
    written: readonly string[],
    subnet: string,
    what: string,
    isCarriedBy: (pod: Pod) => boolean = byNobody,
  ) =>
    [...new Set(written.flatMap(canonicalAddresses))].map((address) => ({
      address,
      space: book.spaceOf(subnet),
      what,
      isCarriedBy,
    }));
  return [
    ...[...book.subnets.values()].flatMap(({ metadata: { name }, spec, status }) => [
      ...all([spec.gateway], name, `the gateway of subnet ${name}`),
      ...all(
        [status.u2oInterconnectionIP ?? ''],
        name,
        `the router port between underlay and overlay of subnet ${name}`,
      ),
    ]),
    ...nodes.flatMap(({ metadata: { name, annotations } }) =>
      all(
        [annotations['ovn.kubernetes.io/ip_address'] ?? ''],
        annotations['ovn.kubernetes.io/logical_switch'] ?? 'join',
        `the port of node ${name}`,
      ),
    ),
    ...vips
      .filter(({ spec, metadata }) => spec.type !== 'switch_lb_vip' && metadata.deletionTimestamp === undefined)
      .flatMap((vip) =>
        all(
          [vip.status.v4ip || vip.spec.v4ip, vip.status.v6ip || vip.spec.v6ip],
          vip.spec.subnet,
          `the virtual address ${vip.metadata.name}`,
          (pod) => carries(pod, vip),
        ),
      ),
    ...ovnEips
      .filter(({ spec, metadata }) => !['lrp', 'lsp'].includes(spec.type) && metadata.deletionTimestamp === undefined)
      .flatMap(({ spec, status, metadata }) =>
        all(
          [status.v4Ip || spec.v4Ip, status.v6Ip || spec.v6Ip],
          spec.externalSubnet,
          `the external address ${metadata.name}`,
        ),
      ),
    ...iptablesEips
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .flatMap(({ spec, status, metadata }) =>
        all(
          [status.ip || spec.v4ip],
          spec.externalSubnet === '' ? 'ovn-vpc-external-network' : spec.externalSubnet,
          `the external address ${metadata.name}`,
        ),
      ),
  ];
}

/** By name in one of the pod's annotations, or by its labels. */
function carries(pod: Pod, { metadata, spec }: Vip): boolean {
  if (virtualAddressesOf(pod).includes(metadata.name)) return true;
  const wanted = (spec.selector ?? []).map((term) => term.split(':').map((part) => part.trim()));
  return wanted.length > 0 && wanted.every(([key = '', value = '']) => pod.metadata.labels[key] === value);
}
