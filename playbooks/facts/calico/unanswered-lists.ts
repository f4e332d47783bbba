import type { LogLine } from '../../../src/core/reader.ts';

/** One list waits 30 s for an answer, and is tried again at once: a restart of an API server takes less than two. */
const fewestLines = 3;
const shortestMilliseconds = 60_000;
const freshMilliseconds = 90_000;

/**
 * The failures of lists and watches in the log of a node agent or a Typha, where they have gone on for a minute or more
 * and still do. None for a few failures, as while an API server restarts.
 * @param isFailure whether the rest of the line tells of an answer that did not come
 */
export function unansweredLists(
  lines: readonly LogLine[],
  now: Date,
  isFailure: (text: string) => boolean,
): readonly LogLine[] {
  const failed = lines.filter(({ text }) => isFailedList(text) && isFailure(text));
  const [first, last] = [failed[0]?.at?.getTime(), failed.at(-1)?.at?.getTime()];
  if (first === undefined || last === undefined || failed.length < fewestLines) return [];
  return last - first >= shortestMilliseconds && now.getTime() - last <= freshMilliseconds ? failed : [];
}

function isFailedList(text: string): boolean {
  return /watchercache\.go \d+: Failed to (?:perform list of current data during resync|create watcher)/.test(text);
}
