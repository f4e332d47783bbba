import { DelayedError, type Job, UnrecoverableError, WaitingError } from 'bullmq';
import type { Cluster, Redis } from 'ioredis';
import type { z } from 'zod';
import { type JobOf, jobSchemas, type QueueName } from '../../core/job.ts';
import { GiveUp, type JobHandlers, TryLater } from '../../ports/queue.ts';
import { cancelKeyOf, Envelope } from './envelope.ts';
import { mostCrashes } from './options.ts';
import type { Running, RunningJobs } from './running.ts';

/** A job that has finally failed, and is not tried again. */
export type FailedJob = {
  [Name in QueueName]: { readonly queue: Name; readonly key: string; readonly payload: JobOf<Name> };
}[QueueName];

export type Workplace = {
  readonly client: Redis | Cluster;
  readonly prefix: string;
  readonly running: RunningJobs;
  readonly isClosing: () => boolean;
  readonly onFailed: (job: FailedJob, error: Error) => Promise<void>;
  readonly onTrouble: (error: Error) => void;
};

/** Makes the function that BullMQ calls for each job of a queue. What it throws is BullMQ's language for what is next. */
export function workOn<Name extends QueueName>(queue: Name, handler: JobHandlers[Name], place: Workplace) {
  return async (job: Job<unknown>, token = ''): Promise<void> => {
    const { key, payload } = parseJob(queue, job, place);
    const jobId = job.id ?? '';
    // A scheduled job has no key that anybody could cancel.
    const cancelKey = job.repeatJobKey === undefined ? cancelKeyOf(place.prefix, queue, jobId) : undefined;
    const running = place.running.begin(runningName(queue, jobId), job.processedOn ?? Date.now(), cancelKey);
    try {
      // Fetched in the last moment before closing: it has not begun, so somebody else may have it at once.
      if (place.isClosing()) running.stop('shutting-down');
      if (cancelKey !== undefined && (await place.client.exists(cancelKey)) > 0) return;
      running.signal.throwIfAborted();
      if (job.stalledCounter > mostCrashes) {
        throw new GiveUp(`The process that worked at this job died ${job.stalledCounter} times.`);
      }
      await handler(payload, { signal: running.signal, key, attempt: job.attemptsStarted });
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      const failed = { queue, key, payload } as FailedJob;
      throw await whatNext(error, { job, token, running, failed }, place);
    } finally {
      running.end();
    }
  };
}

/** How a job is called among the running ones of all queues. */
export function runningName(queue: QueueName, jobId: string): string {
  return `${queue}/${jobId}`;
}

function parseJob<Name extends QueueName>(queue: Name, job: Job<unknown>, { onTrouble }: Workplace) {
  try {
    const { key, payload } = Envelope.parse(job.data);
    const schema: z.ZodType = jobSchemas[queue];
    return { key, payload: schema.parse(payload) as JobOf<Name> };
  } catch (error) {
    const unreadable = new UnrecoverableError(`The job ${job.id} of the queue ${queue} cannot be understood.`);
    unreadable.cause = error;
    onTrouble(unreadable);
    throw unreadable;
  }
}

type Ended = {
  readonly job: Job<unknown>;
  readonly token: string;
  readonly running: Running;
  readonly failed: FailedJob;
};

async function whatNext(error: Error, ended: Ended, place: Workplace): Promise<Error> {
  const { job, token, running, failed } = ended;
  const stopped = running.stopped();
  if (stopped === 'cancelled') return new UnrecoverableError('The job was cancelled.');
  if (stopped !== undefined) {
    // When the lock is gone already, somebody else has the job, or will.
    await job.moveToWait(token).catch(() => {});
    return new WaitingError();
  }
  if (error instanceof TryLater) {
    await job.moveToDelayed(Date.now() + error.afterMilliseconds, token);
    return new DelayedError();
  }
  const isLast = error instanceof GiveUp || job.attemptsMade + 1 >= (job.opts.attempts ?? 1);
  // Told before BullMQ writes the end down: a process that dies here tells it again instead of never.
  if (isLast) await place.onFailed(failed, error).catch(place.onTrouble);
  if (!(error instanceof GiveUp)) return error;
  const final = new UnrecoverableError(error.message);
  final.cause = error;
  return final;
}
