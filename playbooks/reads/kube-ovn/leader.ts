import type { Sight } from '../../../src/core/check.ts';
import { get, list, type Read } from '../../../src/core/read.ts';
import {
  fresherLock,
  type LeaderLock,
  leaseName,
  lockConfigMapName,
  lockKindOf,
  lockOfConfigMap,
  lockOfLease,
  lockState,
} from '../../facts/kube-ovn/leader-lock.ts';
import { controller, installed } from '../../facts/kube-ovn/product.ts';
import { ConfigMap, Lease, Pod } from '../../kinds/kubernetes.ts';

export const leaderReads: readonly Read[] = [
  get(Lease, { in: { product: 'kubeOvn' }, names: [leaseName] }),
  get(ConfigMap, { in: { product: 'kubeOvn' }, names: [lockConfigMapName] }),
  list(Pod),
];

export type Leadership = {
  /** Undefined when no lock object exists: no controller has ever competed for it. */
  readonly lock: LeaderLock | undefined;
  readonly state: ReturnType<typeof lockState>;
  readonly pods: readonly Pod[];
  /** The pod that holds the lock and still exists. */
  readonly leader: Pod | undefined;
};

/**
 * Who leads the kube-ovn controllers. The Lease is read first and the old ConfigMap where there is none. Where the
 * version uses the ConfigMap, a Lease may be left over from a downgrade, so both are read and the fresher one counts.
 */
export async function readLeadership({ cluster, platform, now }: Pick<Sight, 'cluster' | 'platform' | 'now'>) {
  const { namespace, version } = installed(platform);
  const lease = await cluster.find(Lease, { namespace, name: leaseName });
  const configMap =
    lease === undefined || lockKindOf(version) === 'ConfigMap'
      ? await cluster.find(ConfigMap, { namespace, name: lockConfigMapName })
      : undefined;
  const lock = fresherLock(
    lease === undefined ? undefined : lockOfLease(lease, version),
    configMap === undefined ? undefined : lockOfConfigMap(configMap),
  );
  const pods = await cluster.list(Pod, { namespace, labels: controller.labels });
  const leadership: Leadership = {
    lock,
    state: lock === undefined ? 'free' : lockState(lock, now),
    pods,
    leader: lock === undefined ? undefined : pods.find(({ metadata }) => holds(lock, metadata.name)),
  };
  return leadership;
}

/** Newer client-go may add a suffix to the identity, after an underscore, which no pod name has. */
function holds(lock: LeaderLock, pod: string): boolean {
  return lock.holder === pod || lock.holder.startsWith(`${pod}_`);
}

/** Milliseconds since the present leader took over; undefined when nobody leads or the lock does not tell. */
export function leadingFor({ lock, state }: Leadership, now: Date): number | undefined {
  if (state !== 'held' || lock?.acquiredAt === undefined) return undefined;
  return Math.max(0, now.getTime() - lock.acquiredAt.getTime());
}
