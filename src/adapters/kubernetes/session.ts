import { StringDecoder } from 'node:string_decoder';
import { CannotChange, CannotRead } from '../../core/errors.ts';
import type { ReadCounts } from '../../core/run.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Answer, Asked, Connection } from './connection.ts';
import { broken, refusedRead } from './failure.ts';

/** What one run may ask of a cluster. */
export type Limits = {
  /** How long one request may take, its body included. */
  readonly requestMilliseconds: number;
  /** Objects per page of a list. */
  readonly pageSize: number;
  /** Bytes and objects that a run may read in all; a read beyond is `too-large`. */
  readonly runBytes: number;
  readonly runObjects: number;
};

export const defaultLimits: Limits = {
  requestMilliseconds: 15_000,
  pageSize: 500,
  runBytes: 2 * 1024 * 1024 * 1024,
  runObjects: 500_000,
};

export type Answered = { readonly status: number; readonly body: string };

type Reading<Result> = {
  /** The read, as a person would say it. */
  readonly what: string;
  readonly asked: Asked;
  /** Sees every answer but those that are worth another try. */
  readonly take: (answer: Answer) => Promise<Result>;
  /** Answers that are worth another try; 429 and 5xx unless told. */
  readonly isPassing?: (status: number) => boolean;
};

/** The requests of one run: deadlines, retries of reads, limits and counts. */
export type Session = {
  readonly limits: Limits;
  read<Result>(reading: Reading<Result>): Promise<Result>;
  /** Sends a change once and never again. Throws `CannotChange` with reason `unclear` when no answer came. */
  write(what: string, asked: Asked): Promise<Answered>;
  countObjects(what: string, count: number): void;
  counts(): ReadCounts;
};

const attempts = 4;
/** Longer than this a person waits for nothing: the run says `rate-limited` instead. */
const longestPatience = 10_000;

export function openSession(
  connection: Connection,
  clock: Clock,
  limits: Limits,
  run: AbortSignal | undefined,
): Session {
  const counts = { requests: 0, objects: 0, bytes: 0 };

  async function* counted(what: string, body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of body) {
      counts.bytes += chunk.length;
      if (counts.bytes > limits.runBytes) {
        const megabytes = Math.round(limits.runBytes / 1024 / 1024);
        throw new CannotRead(what, 'too-large', `this run has read the ${megabytes} MiB that it may read`);
      }
      yield chunk;
    }
  }

  const send = async <Result>(
    what: string,
    asked: Asked,
    take: (answer: Answer) => Promise<Result>,
  ): Promise<Result> => {
    const deadline = AbortSignal.timeout(limits.requestMilliseconds);
    const signal = run === undefined ? deadline : AbortSignal.any([run, deadline]);
    run?.throwIfAborted();
    counts.requests += 1;
    return connection.exchange(asked, signal, async (answer) => take({ ...answer, body: counted(what, answer.body) }));
  };

  const explain = (error: unknown) => broken(error, run?.aborted === true, limits.requestMilliseconds);

  /** Waits before the next try. A cancelled run waits no longer, and the next try says so. */
  const wait = async (milliseconds: number): Promise<void> => {
    await clock.sleep(milliseconds, run).catch((error: unknown) => {
      if (run?.aborted !== true) throw error;
    });
  };

  const read = async <Result>({ what, asked, take, isPassing = isBusyOrBroken }: Reading<Result>): Promise<Result> => {
    for (let attempt = 1; ; attempt += 1) {
      const isLast = attempt === attempts;
      try {
        const outcome = await send(what, asked, async (answer) => {
          const delay = isLast || !isPassing(answer.status) ? undefined : delayBeforeRetry(answer, attempt);
          if (delay === undefined) return { result: await take(answer) };
          // Read to its end, so that the connection can be used again.
          await textOf(answer.body);
          return { delay };
        });
        if ('result' in outcome) return outcome.result;
        await wait(outcome.delay);
      } catch (error) {
        const fault = explain(error);
        if (fault === undefined) throw error;
        if (!fault.isReset || isLast) throw new CannotRead(what, fault.reason, fault.because);
        await wait(backoff(attempt));
      }
    }
  };

  const write = async (what: string, asked: Asked): Promise<Answered> => {
    try {
      return await send(what, asked, async ({ status, body }) => ({ status, body: await textOf(body) }));
    } catch (error) {
      const fault = explain(error);
      if (fault === undefined && !(error instanceof CannotRead)) throw error;
      throw new CannotChange(what, 'unclear', fault?.because ?? 'the answer was too large to read');
    }
  };

  const countObjects = (what: string, count: number): void => {
    counts.objects += count;
    if (counts.objects <= limits.runObjects) return;
    throw new CannotRead(what, 'too-large', `this run has read the ${limits.runObjects} objects that it may hold`);
  };

  return { limits, read, write, countObjects, counts: () => ({ ...counts }) };
}

/**
 * The whole of a body as text. It is decoded as it comes: a page of a list has megabytes, and every megabyte outside
 * of the heap makes the collector go through all that a run holds that much sooner.
 */
export async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
  const decoder = new StringDecoder('utf8');
  let text = '';
  for await (const chunk of body) text += decoder.write(chunk);
  return text + decoder.end();
}

/** For reads whose answer is read as a whole: gives a success, throws `CannotRead` for anything else. */
export function taking(what: string): (answer: Answer) => Promise<string> {
  return async ({ status, body }) => {
    const text = await textOf(body);
    if (status !== 200) throw refusedRead(what, status, text);
    return text;
  };
}

function isBusyOrBroken(status: number): boolean {
  return status === 429 || status >= 500;
}

/** Undefined when the server asks for more patience than a person has. */
function delayBeforeRetry({ headers }: Answer, attempt: number): number | undefined {
  const asked = Number(headers['retry-after']);
  if (!Number.isFinite(asked) || asked < 0) return backoff(attempt);
  return asked * 1000 <= longestPatience ? Math.max(asked * 1000, backoff(attempt)) : undefined;
}

/** 100, 200, 400 ms, and up to half as much again, so that runs that failed together do not come back together. */
function backoff(attempt: number): number {
  return 100 * 2 ** (attempt - 1) * (1 + Math.random() / 2);
}
