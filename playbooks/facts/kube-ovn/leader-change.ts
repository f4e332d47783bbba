import type { Log } from '../../../src/core/reader.ts';
import type { Subnet } from '../../kinds/kube-ovn.ts';
import type { Pod } from '../../kinds/kubernetes.ts';
import { lastTermination } from '../kubernetes/pods.ts';
import type { LeaderLock } from './leader-lock.ts';
import { leaderGained, matches } from './log-lines.ts';
import { conditionOf, isOvnProvider, isRefused, sinceOf } from './subnet-state.ts';

/** A change of leader and a subnet's change of condition belong together when they are no further apart. */
export const correlationMilliseconds = 600_000;

const recentMilliseconds = 3_600_000;

export type LeaderChange = {
  readonly at: Date;
  /** The new leader took the lock, or says in its log that it leads, or a controller container ended. */
  readonly seenBy: 'lock' | 'log' | 'restart';
  readonly pod: string;
  readonly exitCode: number | undefined;
};

/**
 * The leader changes that still matter, newest first: those of the last hour, and older ones that a subnet has not
 * recovered from. The lock and the controllers' status tell of them.
 */
export function leaderChanges(
  lock: LeaderLock | undefined,
  pods: readonly Pod[],
  subnets: readonly Subnet[],
  now: Date,
): LeaderChange[] {
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
  return thatMatter(changes, subnets, now);
}

/** The same by what the controllers say: where no lock is seen, it is all that tells of a change. */
export function leaderChangesInLogs(
  logs: readonly { readonly pod: string; readonly log: Log }[],
  subnets: readonly Subnet[],
  now: Date,
): LeaderChange[] {
  const changes = logs.flatMap(({ pod, log }) =>
    log.lines.flatMap(({ at, text }): LeaderChange[] =>
      at !== undefined && matches(text, leaderGained) ? [{ at, seenBy: 'log', pod, exitCode: undefined }] : [],
    ),
  );
  return thatMatter(changes, subnets, now);
}

function thatMatter(changes: readonly LeaderChange[], subnets: readonly Subnet[], now: Date): LeaderChange[] {
  return changes
    .filter(
      (change) =>
        now.getTime() - change.at.getTime() < recentMilliseconds ||
        subnets.some((subnet) => suffersFrom(subnet, change)),
    )
    .sort((left, right) => right.at.getTime() - left.at.getTime());
}

/** A subnet that stopped being ready when the leader changed, and is not ready yet. */
export function suffersFrom(subnet: Subnet, change: LeaderChange): boolean {
  if (!isOvnProvider(subnet.spec.provider) || subnet.metadata.deletionTimestamp !== undefined) return false;
  // What the controller refuses for its configuration, any leader would.
  if (isRefused(subnet)) return false;
  const ready = conditionOf(subnet, 'Ready');
  return ready.status !== 'True' && changeNear([change], sinceOf(ready)) !== undefined;
}

const mostSeconds = 86_400;

/** How far back logs have to go to show what led to these changes, in seconds: an hour, and at most a day. */
export function secondsBackTo(changes: readonly LeaderChange[], now: Date): number {
  const ages = changes.map(({ at }) => now.getTime() - at.getTime() + correlationMilliseconds);
  return Math.min(mostSeconds, Math.ceil(Math.max(recentMilliseconds, ...ages) / 1000));
}

/** The change that is near enough in time to have something to do with what happened then. */
export function changeNear(changes: readonly LeaderChange[], time: Date | undefined): LeaderChange | undefined {
  if (time === undefined) return undefined;
  return changes.find(({ at }) => Math.abs(at.getTime() - time.getTime()) <= correlationMilliseconds);
}
