import type { LogLine } from '../../../src/core/reader.ts';
import { adminUnreachable, matches, missingService, pushFailed, pushSucceeded, reasonOfFailure } from './log-lines.ts';

/** What the controllers' logs tell of their writes to Kong, all replicas together: only one of them writes. */
export type PushHistory = {
  readonly lastSuccess: Date | undefined;
  /** Since the last success, oldest first. */
  readonly failures: readonly LogLine[];
  readonly lastFailure: Date | undefined;
  /** What most of the newest failures tell. */
  readonly reason: 'database' | 'refused' | 'other';
  readonly lastLine: Date | undefined;
  /** Lines about Services that do not exist, which prove nothing about writes. */
  readonly herrings: readonly LogLine[];
};

export function isPushFailure({ text }: LogLine): boolean {
  return matches(text, pushFailed) || matches(text, adminUnreachable);
}

const newest = 20;

/** Reads the history out of log lines; those without a time are left out. */
export function pushHistory(lines: readonly LogLine[]): PushHistory {
  const timed = lines
    .flatMap((line) => (line.at === undefined ? [] : [{ ...line, at: line.at }]))
    .sort((left, right) => left.at.getTime() - right.at.getTime());
  const lastSuccess = timed.findLast(({ text }) => matches(text, pushSucceeded))?.at;
  const failures = timed.filter((line) => isPushFailure(line) && (lastSuccess === undefined || line.at > lastSuccess));
  const reasons = failures.slice(-newest).map(({ text }) => reasonOfFailure(text));
  return {
    lastSuccess,
    failures,
    lastFailure: failures.at(-1)?.at,
    reason: reasons.includes('database') ? 'database' : reasons.includes('refused') ? 'refused' : 'other',
    lastLine: timed.at(-1)?.at,
    herrings: timed.filter(({ text }) => matches(text, missingService)),
  };
}

/** Whether writes fail at present: the last one failed, and that not long ago. */
export function isFailing({ lastFailure }: PushHistory, now: Date, withinMilliseconds: number): boolean {
  return lastFailure !== undefined && now.getTime() - lastFailure.getTime() <= withinMilliseconds;
}
