import { sayDuration, sayTime } from '../../../src/core/duration.ts';
import type { Evidence } from '../../../src/core/finding.ts';
import type { LogLine } from '../../../src/core/reader.ts';
import { historyOf, putOnReleasedList } from '../../facts/kube-ovn/address-log.ts';
import type { LeaderLock } from '../../facts/kube-ovn/leader-lock.ts';
import type { Subnet } from '../../kinds/kube-ovn.ts';
import { type Conflict, youngestOf } from './conflicts.ts';
import { logEvidence, type PodLog } from './controller-logs.ts';

/** Share of a subnet's IPv4 addresses that are free; undefined when the controller has not counted. */
function freeShare({ status }: Subnet): number | undefined {
  const { v4availableIPs: free, v4usingIPs: used } = status;
  if (free === undefined || free === null || used === undefined || used === null || free + used <= 0) return undefined;
  return Math.max(0, free) / (Math.max(0, free) + used);
}

export function isScarce(subnet: Subnet | undefined, scarcePercent: number): boolean {
  const share = subnet === undefined ? undefined : freeShare(subnet);
  return share !== undefined && share * 100 < scarcePercent;
}

/** A second allocation this soon after a leader took over points to what it forgot when it started. */
export type ConflictLimits = { readonly afterStartSeconds: number; readonly scarcePercent: number };

export type ConflictCause = { readonly is: 'restart' | 'exhaustion' | 'unknown'; readonly says: string };

/** A released address is kept apart until the free ones run out or a controller starts: which of the two it was. */
export function causeOfConflict(
  conflict: Conflict,
  {
    lock,
    logs,
    subnet,
    now,
    limits,
  }: {
    lock: LeaderLock | undefined;
    logs: readonly PodLog[];
    subnet: Subnet | undefined;
    now: Date;
    limits: ConflictLimits;
  },
): ConflictCause {
  const second = youngestOf(conflict);
  const taken = lock?.acquiredAt;
  const isFirst = lock?.transitions === 0;
  if (second !== undefined && taken !== undefined && !isFirst) {
    const after = second.getTime() - taken.getTime();
    if (after >= 0 && after <= limits.afterStartSeconds * 1000) {
      const says = `It was given out for the second time within ${sayDuration(after)} after the controller ${lock?.holder ?? ''} took over at ${sayTime(taken, now)}: what a new leader does not restore counts as free.`;
      return { is: 'restart', says };
    }
  }
  const reused = logs.some(({ log }) =>
    log.lines.some(({ text }) => putOnReleasedList.test(text) && text.includes(conflict.address)),
  );
  if (isScarce(subnet, limits.scarcePercent) || reused) {
    const says = isScarce(subnet, limits.scarcePercent)
      ? `Fewer than ${limits.scarcePercent} % of the subnet are free, and then released addresses are given out again at once.`
      : 'The log shows that it was put back among the released addresses before.';
    return { is: 'exhaustion', says };
  }
  return { is: 'unknown', says: 'What led to the second allocation is not seen any more.' };
}

/** What the controllers' logs tell of an address: who got it, who gave it back, and in which order. */
export function historyEvidence(address: string, logs: readonly PodLog[]): Evidence[] {
  return logs.flatMap(({ log }) => {
    const history = historyOf(address, log.lines);
    if (history.length === 0) return [];
    const lines: LogLine[] = history.map(({ line }) => line);
    const given = history.filter(({ does }) => does === 'allocates').map(({ owner }) => owner);
    const says = `${address} was given out ${given.length} ${given.length === 1 ? 'time' : 'times'}${given.length === 0 ? '' : `, last to ${given.at(-1) ?? ''}`}, and given back ${history.length - given.length} times.`;
    return [logEvidence(log, lines, says)];
  });
}
