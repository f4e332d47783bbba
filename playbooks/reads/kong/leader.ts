import type { Sight } from '../../../src/core/check.ts';
import { get, type Read } from '../../../src/core/read.ts';
import { fresherLock, type LeaderLock, lockOfConfigMap, lockOfLease } from '../../facts/kube-ovn/leader-lock.ts';
import { ConfigMap, Lease, type Pod } from '../../kinds/kubernetes.ts';
import { type Installation, podsOf } from './installation.ts';

/** Names of the lock: the controller's own since 2.x, and what the charts set. */
const leaseNames = ['5b374a9e.konghq.com', 'kong-ingress-controller-leader-kong'];
/** The controller up to 1.x appends its class to the name it was given. */
const configMapNames = ['ingress-controller-leader-kong', 'kong-ingress-controller-leader-kong-kong'];

export const leaderReads: readonly Read[] = [
  get(Lease, { in: { product: 'kong' }, names: leaseNames }),
  get(ConfigMap, { in: { product: 'kong' }, names: configMapNames }),
];

export type Leadership = {
  /** Undefined when there is no lock: one replica alone may work without. */
  readonly lock: LeaderLock | undefined;
  /** `expired` when it was not renewed for twice the time it lasts. */
  readonly state: 'none' | 'held' | 'expired' | 'orphaned';
  readonly leader: Pod | undefined;
};

/** Who leads the controllers. The old ConfigMap is read only where there is no Lease. */
export async function readLeadership(
  { cluster, now }: Pick<Sight, 'cluster' | 'now'>,
  installation: Installation,
): Promise<Leadership> {
  const { namespace } = installation;
  const leases = await Promise.all(leaseNames.map(async (name) => cluster.find(Lease, { namespace, name })));
  const locks = leases.flatMap((lease) => (lease === undefined ? [] : [lockOfLease(lease, undefined)]));
  if (locks.length === 0) {
    const maps = await Promise.all(configMapNames.map(async (name) => cluster.find(ConfigMap, { namespace, name })));
    locks.push(...maps.flatMap((map) => (map === undefined ? [] : (lockOfConfigMap(map) ?? []))));
  }
  const lock = locks.reduce<LeaderLock | undefined>((left, right) => fresherLock(left, right), undefined);
  const pods = podsOf(installation.controllers);
  if (lock === undefined) return { lock, state: 'none', leader: pods.length === 1 ? pods[0] : undefined };
  const leader = pods.find(
    ({ metadata }) => lock.holder === metadata.name || lock.holder.startsWith(`${metadata.name}_`),
  );
  const silence = lock.renewedAt === undefined ? Infinity : now.getTime() - lock.renewedAt.getTime();
  const state = silence > 2 * lock.leaseDurationSeconds * 1000 ? 'expired' : leader === undefined ? 'orphaned' : 'held';
  return { lock, state, leader };
}
