import type { Subnet } from '../../kinds/kube-ovn.ts';
import type { Vlan } from '../../kinds/kube-ovn-addresses.ts';
import { isOvnProvider } from './subnet-state.ts';

/**
 * Where an address must be unique. Subnets of one VPC share a router, those of one VLAN a wire; two VPCs may use the
 * same addresses, and that is no conflict. A network that OVN does not carry (macvlan, ipvlan) is a space of its own.
 */
export function addressSpaceOf(subnet: Subnet, vlans: ReadonlyMap<string, Vlan>, clusterRouter: string): string {
  const { provider, vlan, vpc } = subnet.spec;
  if (!isOvnProvider(provider)) return `network ${provider}, subnet ${subnet.metadata.name}`;
  if (vlan === '') return `VPC ${vpc === '' ? clusterRouter : vpc}`;
  const known = vlans.get(vlan);
  const id = known?.spec.id ?? undefined;
  // Two Vlan objects may name the same wire.
  return known === undefined || id === undefined ? `VLAN ${vlan}` : `VLAN ${id} of ${known.spec.provider}`;
}
