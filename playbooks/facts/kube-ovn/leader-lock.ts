import { z } from 'zod';
import { CannotRead } from '../../../src/core/errors.ts';
import { Time } from '../../../src/core/kind.ts';
import { type ObjectReference, referenceTo } from '../../../src/core/reference.ts';
import type { ConfigMap, Lease } from '../../kinds/kubernetes.ts';
import { changes, has } from './versions.ts';

export const leaseName = 'kube-ovn-controller';
export const lockConfigMapName = 'ovn-config';
const lockAnnotation = 'control-plane.alpha.kubernetes.io/leader';

/** Which object the controllers of a version compete for; undefined when the version is not known. */
export function lockKindOf(version: string | undefined): 'Lease' | 'ConfigMap' | undefined {
  const lease = has(version, changes.leaseLock);
  if (lease === undefined) return undefined;
  return lease ? 'Lease' : 'ConfigMap';
}

/** Lease, renew and retry times in seconds: longer since the rewrite of leader election in v1.11.0 (#2167). */
export function lockTiming(version: string | undefined): { lease: number; renew: number; retry: number } {
  return has(version, changes.lockReleasedOnExit) === false
    ? { lease: 15, renew: 10, retry: 2 }
    : { lease: 30, renew: 20, retry: 6 };
}

/** How long nobody leads during a hand-over that goes well, for a person. */
export function takeOverTime(version: string | undefined): string {
  return has(version, changes.lockReleasedOnExit) === false
    ? 'The lock is not released on exit in this version, so another replica takes over after 15 to 17 s.'
    : 'The leader releases its lock when it stops, so another replica takes over within about 8 s.';
}

export type LeaderLock = {
  readonly object: ObjectReference;
  /** The pod that holds the lock; empty after a release. */
  readonly holder: string;
  readonly leaseDurationSeconds: number;
  readonly acquiredAt: Date | undefined;
  readonly renewedAt: Date | undefined;
  readonly transitions: number | undefined;
};

export function lockOfLease(lease: Lease, version: string | undefined): LeaderLock {
  const { holderIdentity, leaseDurationSeconds, acquireTime, renewTime, leaseTransitions } = lease.spec;
  return {
    object: referenceTo(lease),
    holder: holderIdentity ?? '',
    leaseDurationSeconds: leaseDurationSeconds ?? lockTiming(version).lease,
    acquiredAt: acquireTime ?? undefined,
    renewedAt: renewTime ?? undefined,
    transitions: leaseTransitions ?? undefined,
  };
}

const LockRecord = z.object({
  holderIdentity: z.string().default(''),
  leaseDurationSeconds: z.number().default(15),
  acquireTime: Time.nullish(),
  renewTime: Time.nullish(),
  leaderTransitions: z.number().optional(),
});

/**
 * The lock that old controllers keep as JSON in an annotation. Undefined when nobody ever competed for it.
 * Throws `CannotRead` when the annotation holds something else: then nobody can say who leads.
 */
export function lockOfConfigMap(configMap: ConfigMap): LeaderLock | undefined {
  const written = configMap.metadata.annotations[lockAnnotation];
  if (written === undefined) return undefined;
  const record = LockRecord.safeParse(parseJson(written));
  if (!record.success) {
    throw new CannotRead(
      `read the leader lock in ConfigMap ${configMap.metadata.namespace ?? ''}/${configMap.metadata.name}`,
      'unexpected-shape',
      `its annotation ${lockAnnotation} is no lock record`,
    );
  }
  const { holderIdentity, leaseDurationSeconds, acquireTime, renewTime, leaderTransitions } = record.data;
  return {
    object: referenceTo(configMap),
    holder: holderIdentity,
    leaseDurationSeconds,
    acquiredAt: acquireTime ?? undefined,
    renewedAt: renewTime ?? undefined,
    transitions: leaderTransitions,
  };
}

function parseJson(written: string): unknown {
  try {
    return JSON.parse(written);
  } catch {
    return undefined;
  }
}

/** Clocks of nodes and of the API server drift apart by this much without anything being wrong. */
const clockSkewMilliseconds = 5000;

/**
 * `held` while it is renewed in time, `free` once it was not renewed for longer than it lasts, or was released.
 * A lock that was released a moment ago is `changing`: the next replica is about to take it.
 */
export function lockState(lock: LeaderLock, now: Date): 'held' | 'changing' | 'free' {
  if (lock.renewedAt === undefined) return 'free';
  const silence = now.getTime() - lock.renewedAt.getTime();
  const lasts = Math.max(lock.leaseDurationSeconds, 15) * 1000 + clockSkewMilliseconds;
  if (silence > lasts) return 'free';
  return lock.holder === '' ? 'changing' : 'held';
}

/** The fresher of two locks: after an upgrade or a downgrade the other kind's lock is left behind, stale. */
export function fresherLock(left: LeaderLock | undefined, right: LeaderLock | undefined): LeaderLock | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return (left.renewedAt?.getTime() ?? 0) >= (right.renewedAt?.getTime() ?? 0) ? left : right;
}
