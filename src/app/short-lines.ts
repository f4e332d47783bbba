import type { Log, LogLine } from '../core/reader.ts';
import { safeText } from '../core/redact.ts';

/** Longer lines are cut: a container runtime splits a line at 16 KiB itself, and no pattern needs more. */
const longest = 16_384;

function short(line: LogLine): LogLine {
  if (line.text.length <= longest) return line;
  // Made safe first: a cut could leave half a secret, which no pattern would know.
  const text = `${safeText(line.text).slice(0, longest)} [cut: the line has ${line.text.length} characters]`;
  return { ...line, text };
}

/** A log whose lines have a length that every pattern can search in no time, whatever a program printed. */
export function withShortLines(log: Log): Log {
  return { ...log, lines: log.lines.map(short) };
}
