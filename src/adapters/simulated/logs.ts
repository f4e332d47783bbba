import { CannotRead } from '../../core/errors.ts';
import type { Log, LogLine, LogQuery } from '../../core/reader.ts';
import { refusalOf } from './access.ts';
import { isName } from './names.ts';
import type { Reading } from './reading.ts';
import { keyOf, logKey, type Store } from './store.ts';

const newestBytes = 5 * 1024 * 1024;

function parseLine(written: string): LogLine {
  const [, time, text] = /^(\S+) ?(.*)$/s.exec(written) ?? [];
  const at = new Date(time ?? '');
  return Number.isNaN(at.getTime()) ? { text: written } : { at, text: text ?? '' };
}

/** The newest bytes of one line that alone is more than may be kept, and no half of a character. */
function endOf(written: string, maximumBytes: number): string {
  const bytes = Buffer.from(written);
  let from = bytes.length - maximumBytes;
  while (from < bytes.length && ((bytes[from] ?? 0) & 0b1100_0000) === 0b1000_0000) from += 1;
  return bytes.subarray(from).toString('utf8');
}

/** Whole lines from the newest backwards until there are enough bytes; a line counts as it is sent, with its time. */
function keepNewest(
  lines: readonly string[],
  maximumBytes: number,
): { lines: readonly LogLine[]; droppedBytes: number } {
  const size = (line: string): number => Buffer.byteLength(line) + 1;
  const total = lines.reduce((sum, line) => sum + size(line), 0);
  let kept = 0;
  let from = lines.length;
  for (; from > 0; from -= 1) {
    const next = size(lines[from - 1] ?? '');
    if (kept + next > maximumBytes) break;
    kept += next;
  }
  const newest = lines.at(-1);
  if (kept === 0 && newest !== undefined) {
    const { at, text } = parseLine(newest);
    return { lines: [{ at, text: endOf(text, maximumBytes) }], droppedBytes: total - maximumBytes };
  }
  return { lines: lines.slice(from).map(parseLine), droppedBytes: total - kept };
}

function linesOf(store: Store, { namespace, pod, container, previous }: LogQuery): readonly string[] | undefined {
  // The API server asks for the pod first: a log outlives nothing.
  if (!store.objects.has(keyOf({ apiVersion: 'v1', kind: 'Pod', namespace, name: pod }))) return undefined;
  return store.logs.get(logKey(`${namespace}/${pod}`, container, previous ?? false));
}

export async function readLog(reading: Reading, query: LogQuery): Promise<Log | undefined> {
  const { namespace, pod, container, previous = false, sinceSeconds, tailLines } = query;
  const what = `read the log of ${namespace}/${pod}, container ${container}`;
  for (const name of [namespace, pod, container]) {
    if (!isName(name)) throw new CannotRead(what, 'invalid', `${JSON.stringify(name)} is no name that the API takes`);
  }
  for (const [field, value, least] of [
    ['sinceSeconds', sinceSeconds, 1],
    ['tailLines', tailLines, 0],
  ] as const) {
    if (value !== undefined && (!Number.isInteger(value) || value < least)) {
      throw new CannotRead(what, 'invalid', `${field} must be a whole number and at least ${least}, and is ${value}`);
    }
  }
  return reading.line.read(what, () => {
    const { store, now } = reading.look();
    const refusal = refusalOf(reading.denied, { verb: 'get', group: '', resource: 'pods/log', namespace, name: pod });
    if (refusal !== undefined) throw new CannotRead(what, 'denied', refusal);
    const all = linesOf(store, query);
    if (all === undefined) return undefined;
    const tail = tailLines === undefined ? all : all.slice(Math.max(0, all.length - tailLines));
    const oldest = sinceSeconds === undefined ? undefined : now.getTime() - sinceSeconds * 1000;
    const asked =
      oldest === undefined ? tail : tail.filter((line) => (parseLine(line).at?.getTime() ?? Infinity) >= oldest);
    reading.line.count(
      0,
      asked.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0),
    );
    const from = `log of ${namespace}/${pod}, container ${container}${previous ? ', previous instance' : ''}`;
    return { from, ...keepNewest(asked, query.maximumBytes ?? newestBytes) };
  });
}
