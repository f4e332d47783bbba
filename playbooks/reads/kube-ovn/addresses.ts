import type { Sight } from '../../../src/core/check.ts';
import { CannotRead } from '../../../src/core/errors.ts';
import { list, type Read } from '../../../src/core/read.ts';
import type { Target } from '../../../src/core/target.ts';
import { type Port, portsOf } from '../../facts/kube-ovn/address-claims.ts';
import { addressSpaceOf } from '../../facts/kube-ovn/address-space.ts';
import { canonicalAddress } from '../../facts/network/address.ts';
import { oncePerList } from '../../facts/once.ts';
import type { Subnet } from '../../kinds/kube-ovn.ts';
import { Ip, Vlan } from '../../kinds/kube-ovn-addresses.ts';
import { Pod } from '../../kinds/kubernetes.ts';
import { controllerReads, readController } from './controller.ts';
import { readSubnets, subnetReads } from './subnets.ts';

export const addressReads: readonly Read[] = [...subnetReads, ...controllerReads, list(Pod), list(Ip), list(Vlan)];

/** Who claims which address, and where it must be unique. */
export type AddressBook = {
  readonly subnets: ReadonlyMap<string, Subnet>;
  readonly pods: readonly Pod[];
  readonly objects: readonly Ip[];
  readonly ports: ReadonlyMap<string, Port>;
  /** The address space of a subnet; a subnet that is gone is a space of its own. */
  readonly spaceOf: (subnet: string) => string;
};

const portsOnce = oncePerList(portsOf);

/** All subnets are read, also when the run is pointed at one: two subnets may share a wire. */
export async function readAddressBook(
  sight: Pick<Sight, 'cluster' | 'platform' | 'now' | 'target'>,
): Promise<AddressBook> {
  const { cluster, now, target } = sight;
  const [all, { settings }, pods, objects, vlans] = await Promise.all([
    readSubnets({ cluster, target: {} }),
    readController(sight),
    cluster.list(Pod),
    cluster.list(Ip),
    cluster.list(Vlan),
  ]);
  await readSubnets(sight);
  refuseMissingPod(target, pods);
  const subnets = new Map(all.map((subnet) => [subnet.metadata.name, subnet]));
  const byName = new Map(vlans.map((vlan) => [vlan.metadata.name, vlan]));
  const spaces = new Map(
    all.map((subnet) => [subnet.metadata.name, addressSpaceOf(subnet, byName, settings.clusterRouter)]),
  );
  return {
    subnets,
    pods,
    objects,
    ports: portsOnce(pods, objects, now, settings.isPrimary),
    spaceOf: (subnet) => spaces.get(subnet) ?? `subnet ${subnet}, which is gone`,
  };
}

/** A pod that does not exist is a slip of the person who asked, and not "all is well". */
function refuseMissingPod({ pod, namespace }: Target, pods: readonly Pod[]): void {
  if (pod === undefined) return;
  const exists = pods.some(
    ({ metadata }) => metadata.name === pod && (namespace === undefined || metadata.namespace === namespace),
  );
  if (exists) return;
  const where = namespace === undefined ? '' : ` in namespace ${namespace}`;
  throw new CannotRead(`look at pod ${pod}`, 'missing', `there is no such pod${where}`);
}

export type Concerned = {
  readonly addresses: readonly string[];
  readonly subnets: readonly string[];
  readonly pods: readonly Pick<Pod, 'metadata'>[];
};

/** Whether what was found has to do with what the run is pointed at. */
export function isAsked(target: Target, { addresses, subnets, pods }: Concerned): boolean {
  if (target.ip !== undefined && !addresses.includes(canonicalAddress(target.ip))) return false;
  if (target.subnet !== undefined && !subnets.includes(target.subnet)) return false;
  if (target.namespace === undefined && target.pod === undefined) return true;
  return pods.some(
    ({ metadata }) =>
      (target.namespace === undefined || metadata.namespace === target.namespace) &&
      (target.pod === undefined || metadata.name === target.pod),
  );
}
