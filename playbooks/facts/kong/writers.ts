import type { LogLine } from '../../../src/core/reader.ts';
import { matches, pushFailed, pushSucceeded, recent } from './log-lines.ts';

/** A line about a write of the controller's own, whether it went through or not. */
export function tellsOfWrite(text: string): boolean {
  return matches(text, pushSucceeded) || matches(text, pushFailed);
}

/** The replicas that have written, or tried to, within the last so many milliseconds. */
export function writersOf(
  logs: readonly { readonly pod: string; readonly log: { readonly lines: readonly LogLine[] } }[],
  now: Date,
  milliseconds: number,
): string[] {
  return logs
    .filter(({ log }) => recent(log.lines, now, milliseconds).some(({ text }) => tellsOfWrite(text)))
    .map(({ pod }) => pod);
}
