import type { Pod } from '../../kinds/kubernetes.ts';
import { lastTermination } from '../kubernetes/pods.ts';
import type { LeaderLock } from './leader-lock.ts';

/** A change of leader and a subnet's change of condition belong together when they are no further apart. */
export const correlationMilliseconds = 600_000;

const recentMilliseconds = 3_600_000;

export type LeaderChange = {
  readonly at: Date;
  /** The new leader took the lock, or a controller container ended. */
  readonly seenBy: 'lock' | 'restart';
  readonly pod: string;
  readonly exitCode: number | undefined;
};

/** The leader changes of the last hour that the lock or a controller's status tells of, newest first. */
export function recentLeaderChanges(lock: LeaderLock | undefined, pods: readonly Pod[], now: Date): LeaderChange[] {
  const changes: LeaderChange[] = pods.flatMap((pod) => {
    const ended = lastTermination(pod);
    if (ended === undefined) return [];
    return [{ at: ended.at, seenBy: 'restart' as const, pod: pod.metadata.name, exitCode: ended.exitCode }];
  });
  // The first leader of a fresh cluster has replaced nobody.
  const isFirst = lock?.transitions === 0;
  if (lock?.acquiredAt !== undefined && lock.holder !== '' && !isFirst) {
    changes.push({ at: lock.acquiredAt, seenBy: 'lock', pod: lock.holder, exitCode: undefined });
  }
  return changes
    .filter(({ at }) => now.getTime() - at.getTime() < recentMilliseconds)
    .sort((left, right) => right.at.getTime() - left.at.getTime());
}

/** The change that is near enough in time to have something to do with what happened then. */
export function changeNear(changes: readonly LeaderChange[], time: Date | undefined): LeaderChange | undefined {
  if (time === undefined) return undefined;
  return changes.find(({ at }) => Math.abs(at.getTime() - time.getTime()) <= correlationMilliseconds);
}
