import { CannotChange, CannotRead, type ReadFailure } from '../../core/errors.ts';
import type { ReadCounts } from '../../core/run.ts';
import type { Clock } from '../../ports/clock.ts';

/**
 * Something that goes wrong between the house and the API server, for tests of what it makes of that. It is no part
 * of a world: a world says how a cluster is, and a lost answer says nothing about the cluster.
 */
export type Fault = {
  /** `next-page`: every page of a list but the first. `read`: any read. `write`: any change, a dry run too. */
  readonly on: 'next-page' | 'read' | 'write';
  /** A status answered in the server's place; `silence`: no answer at all; `lost`: done, and the answer lost. */
  readonly answer: 410 | 429 | 503 | 'silence' | 'lost';
  readonly times: number;
};

export type LineOptions = {
  readonly unreachable: boolean;
  readonly clock: Clock;
  readonly faults: readonly Fault[];
  readonly requestMilliseconds: number;
  readonly signal: AbortSignal | undefined;
};

/** The way to the API server, as the real adapter keeps it: counts, patience, and the signal that ends a run. */
export type Line = {
  /** One read, tried again while that can help. */
  read<Answer>(what: string, answer: () => Answer, isNextPage?: boolean): Promise<Answer>;
  /** One change, sent once. */
  write<Answer>(what: string, answer: () => Answer): Promise<Answer>;
  count(objects: number, bytes: number): void;
  counts(): ReadCounts;
};

const attempts = 3;
const patience = 1000;
const refusedConnection = 'the API server does not answer: connection refused';
const cancelled = 'the run was cancelled';

/** What a read ends in when a fault persists, in the words of the API. */
const failures: Record<Exclude<Fault['answer'], 'silence'>, readonly [ReadFailure, string]> = {
  410: ['expired', 'the provided continue parameter is too old to display a consistent list result'],
  429: ['rate-limited', 'too many requests, please try again later'],
  503: ['server-error', 'the server is currently unable to handle the request'],
  lost: ['unreachable', 'the connection was closed before the answer came'],
};

export function openLine({ unreachable, clock, faults, requestMilliseconds, signal }: LineOptions): Line {
  const left = faults.map((fault) => ({ ...fault }));
  const total = { requests: 0, objects: 0, bytes: 0 };

  const takeFault = (matches: (on: Fault['on']) => boolean): Fault['answer'] | undefined => {
    const fault = left.find(({ on, times }) => times > 0 && matches(on));
    if (fault === undefined) return undefined;
    fault.times -= 1;
    return fault.answer;
  };
  /** Waits in the world's own time; false when the run was cancelled meanwhile. */
  const wait = async (milliseconds: number): Promise<boolean> =>
    clock.sleep(milliseconds, signal).then(
      () => true,
      () => false,
    );

  return {
    async read(what, answer, isNextPage = false) {
      for (let attempt = 1; ; attempt += 1) {
        if (signal?.aborted === true) throw new CannotRead(what, 'timeout', cancelled);
        total.requests += 1;
        if (unreachable) throw new CannotRead(what, 'unreachable', refusedConnection);
        const fault = takeFault((on) => on === 'read' || (on === 'next-page' && isNextPage));
        if (fault === undefined) return answer();
        if (fault === 'silence') {
          const waited = await wait(requestMilliseconds);
          const because = waited ? `no answer within ${requestMilliseconds} ms` : cancelled;
          throw new CannotRead(what, 'timeout', because);
        }
        if (fault === 410 || attempt === attempts) throw new CannotRead(what, ...failures[fault]);
        if (!(await wait(fault === 'lost' ? 0 : patience))) throw new CannotRead(what, 'timeout', cancelled);
      }
    },
    async write(what, answer) {
      if (signal?.aborted === true) throw new CannotChange(what, 'unclear', cancelled);
      total.requests += 1;
      if (unreachable) throw new CannotChange(what, 'unclear', refusedConnection);
      const fault = takeFault((on) => on === 'write');
      if (fault === undefined) return answer();
      if (fault === 'lost') answer();
      if (fault === 'silence') await wait(requestMilliseconds);
      const because = fault === 'silence' ? `no answer within ${requestMilliseconds} ms` : failures[fault][1];
      throw new CannotChange(what, 'unclear', because);
    },
    count(objects, bytes) {
      total.objects += objects;
      total.bytes += bytes;
    },
    counts: () => ({ ...total }),
  };
}
