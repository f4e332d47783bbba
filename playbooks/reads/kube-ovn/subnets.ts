import type { Sight } from '../../../src/core/check.ts';
import { CannotRead } from '../../../src/core/errors.ts';
import { list, type Read } from '../../../src/core/read.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { Subnet } from '../../kinds/kube-ovn.ts';

export const subnetReads: readonly Read[] = [list(Subnet)];

/**
 * All subnets, or the one that the run is pointed at. kube-ovn always has some: none at all means that its kind is
 * not served, and a subnet that does not exist is a slip of the person who asked. Neither is "all is well".
 */
export async function readSubnets({ cluster, target }: Pick<Sight, 'cluster' | 'target'>): Promise<readonly Subnet[]> {
  const subnets = await cluster.list(Subnet);
  if (subnets.length === 0) {
    throw new CannotRead(
      'list subnets.kubeovn.io',
      'missing',
      'kube-ovn is installed, but the cluster has not one Subnet',
    );
  }
  if (target.subnet === undefined) return subnets;
  const wanted = subnets.filter(({ metadata }) => metadata.name === target.subnet);
  if (wanted.length > 0) return wanted;
  const names = listed(subnets.map(({ metadata }) => metadata.name));
  throw new CannotRead(`look at subnet ${target.subnet}`, 'missing', `there is no such subnet; there are: ${names}`);
}
