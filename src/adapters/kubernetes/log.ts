import { CannotRead } from '../../core/errors.ts';
import type { Log, LogLine, LogQuery } from '../../core/reader.ts';
import { refusedRead, wordsOf } from './failure.ts';
import { isLabel, pathForReading } from './names.ts';
import { type Session, textOf } from './session.ts';

const defaultMaximumBytes = 5 * 1024 * 1024;

/**
 * Reads a container log as a stream and keeps its newest bytes; undefined when there is no such log.
 * `limitBytes` of the API is not used: it keeps the oldest bytes.
 */
export async function readLog(session: Session, query: LogQuery): Promise<Log | undefined> {
  const { namespace, pod, container, previous = false, sinceSeconds, tailLines } = query;
  const from = `${namespace}/${pod} (${container}${previous ? ', previous instance' : ''})`;
  const what = `read the log of ${from}`;
  if (!isLabel(container))
    throw new CannotRead(what, 'invalid', `${JSON.stringify(container)} is no name of a container`);
  const path = pathForReading(what, { apiVersion: 'v1', plural: 'pods', namespace, name: pod, subresource: 'log' });
  return session.read({
    what,
    asked: {
      method: 'GET',
      path,
      query: { container, timestamps: 'true', ...(previous ? { previous: 'true' } : {}), sinceSeconds, tailLines },
    },
    take: async ({ status, body }) => {
      if (status === 200) {
        const { kept, droppedBytes } = await newestBytes(body, query.maximumBytes ?? defaultMaximumBytes);
        return isApology(kept) ? undefined : { from, lines: linesOf(kept), droppedBytes };
      }
      const text = await textOf(body);
      if (status === 404 || (status === 400 && saysThatThereIsNone(wordsOf(status, text)))) return undefined;
      throw refusedRead(what, status, text);
    },
  });
}

/** How the API server and kubelets say that a container never started, is not there, or has no previous instance. */
const reasonsForNone = [
  /^previous terminated container .* not found$/,
  /^container .* is waiting to start/,
  /^container .* is not valid for pod/,
  /^container .* is not available/,
  /does not have a host assigned$/,
  /^(no logs|log target not) found for container/,
  // The file was rotated away or its container removed.
  /symlinks in path .*no such file or directory$/,
];

function saysThatThereIsNone(words: string): boolean {
  return reasonsForNone.some((reason) => reason.test(words));
}

/** Some kubelets answer 200 with these words in place of a log whose container is gone. */
function isApology(kept: Buffer): boolean {
  return kept.length < 1000 && /^unable to retrieve container logs for [a-z]+:\/\/\S*\s*$/.test(kept.toString('utf8'));
}

type Newest = { readonly kept: Buffer; readonly droppedBytes: number };

/** The newest whole lines that fit, holding little more than them at any time. */
async function newestBytes(body: AsyncIterable<Buffer>, maximum: number): Promise<Newest> {
  const chunks: Buffer[] = [];
  let held = 0;
  let read = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    held += chunk.length;
    read += chunk.length;
    // One byte more than the maximum stays: it tells whether the cut is at the end of a line.
    while (held - (chunks[0]?.length ?? 0) > maximum) held -= chunks.shift()?.length ?? 0;
  }
  const all = Buffer.concat(chunks);
  if (read <= maximum) return { kept: all, droppedBytes: 0 };
  const cut = all.indexOf(0x0a, all.length - maximum - 1);
  const kept = cut === -1 ? Buffer.alloc(0) : all.subarray(cut + 1);
  return { kept, droppedBytes: read - kept.length };
}

function linesOf(bytes: Buffer): LogLine[] {
  if (bytes.length === 0) return [];
  return bytes.toString('utf8').replace(/\n$/, '').split('\n').map(lineOf);
}

const stamped = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))(?: (.*))?$/s;

function lineOf(line: string): LogLine {
  const [, time, text = ''] = stamped.exec(line) ?? [];
  if (time === undefined) return { text: line };
  return { at: new Date(time), text };
}
