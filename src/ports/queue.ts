import type { JobOf, QueueName } from '../core/job.ts';

/** The queue did not answer in time. Nothing may be assumed about the job; adding it again with its id is safe. */
export class QueueUnavailable extends Error {
  override readonly name = 'QueueUnavailable';
}

/** Durable jobs, at least once. */
export interface Queue {
  /**
   * Stores a job under its idempotency key; a key that is there already, waiting or done, is not added again.
   * Resolves only when the job is stored. Rejects with `QueueUnavailable` after at most `withinMilliseconds`
   * (2,000 unless told): chat wants an answer within 3 seconds.
   */
  add<Name extends QueueName>(
    queue: Name,
    key: string,
    payload: JobOf<Name>,
    options?: { readonly withinMilliseconds?: number; readonly delayMilliseconds?: number },
  ): Promise<'added' | 'already-there'>;
  /** Takes a waiting job out, or aborts the signal of a running one in whichever process runs it. */
  cancel(queue: QueueName, key: string): Promise<'cancelled' | 'asked-to-stop' | 'not-there'>;
  /** Whether the queue answers now, for readiness. */
  ping(): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * The reason of an aborted job signal. Only after `cancelled` is the job over; after the others it runs again,
 * perhaps at this moment in another process, so a handler throws at once and writes nothing more. One that returns
 * has finished its job.
 */
export class JobStopped extends Error {
  override readonly name = 'JobStopped';
  readonly because: 'cancelled' | 'lock-lost' | 'shutting-down';

  constructor(because: 'cancelled' | 'lock-lost' | 'shutting-down') {
    super(`The job was stopped: ${because}.`);
    this.because = because;
  }
}

export type JobContext = {
  /** Aborted with `JobStopped` when the job is cancelled, its lock is lost, or shutdown runs out of patience. */
  readonly signal: AbortSignal;
  readonly key: string;
  /** 1 for the first time; more after a crash, a retry, `TryLater` or a hand-back. */
  readonly attempt: number;
};

export type JobHandlers = {
  readonly [Name in QueueName]: (payload: JobOf<Name>, context: JobContext) => Promise<void>;
};

/** Throw this from a handler to have the job run again after a time, without using up an attempt. */
export class TryLater extends Error {
  override readonly name = 'TryLater';
  readonly afterMilliseconds: number;

  constructor(message: string, afterMilliseconds: number) {
    super(message);
    this.afterMilliseconds = afterMilliseconds;
  }
}

/** Throw this from a handler when trying again cannot help. */
export class GiveUp extends Error {
  override readonly name = 'GiveUp';
}

/** The process that works jobs off. */
export interface Workers {
  /** Takes no new jobs, lets running ones finish for at most `graceMilliseconds`, then hands them back. */
  close(graceMilliseconds: number): Promise<void>;
}
