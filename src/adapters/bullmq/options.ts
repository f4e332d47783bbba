import type { JobsOptions } from 'bullmq';
import type { QueueName } from '../../core/job.ts';

const day = 24 * 3600;

/**
 * Finished jobs are what makes a key idempotent: 7 days after success and 30 days after failure, and not more than
 * the last 20,000 of each. A key that comes later than that is a new job, and the records say that it is over.
 */
const kept = {
  removeOnComplete: { age: 7 * day, count: 20_000 },
  removeOnFail: { age: 30 * day, count: 20_000 },
} satisfies JobsOptions;

/** Half of each delay is chance, so that what failed together does not come back together. */
function backoff(delay: number): JobsOptions['backoff'] & object {
  return { type: 'exponential', delay, jitter: 0.5 };
}

/**
 * How often a job that throws is tried, and how long after one another.
 *
 * `remediate` is tried again too: its handler reads the ledger and the cluster before it does anything, so a second
 * run finishes what the first began and repeats nothing. It waits longer, for what disturbed it to settle.
 */
export const jobOptions: Readonly<Record<QueueName, JobsOptions>> = {
  triage: { ...kept, attempts: 3, backoff: backoff(2000) },
  remediate: { ...kept, attempts: 3, backoff: backoff(5000) },
  notify: { ...kept, attempts: 10, backoff: backoff(1000) },
  survey: { ...kept, attempts: 5, backoff: backoff(2000) },
  // It comes again by itself.
  upkeep: { attempts: 1, removeOnComplete: { age: 3600, count: 100 }, removeOnFail: { age: day, count: 100 } },
};

/** How many jobs one process works at, at once. */
export const usualConcurrency: Readonly<Record<QueueName, number>> = {
  triage: 4,
  remediate: 2,
  notify: 4,
  upkeep: 1,
  survey: 4,
};

/**
 * A worker that dies leaves its jobs locked. The lock runs out after `lock`, and the others look every `look`: a job
 * is taken over at most `lock + look` = 10 seconds after its worker died.
 */
export const usualTakeover = { lockMilliseconds: 8000, lookMilliseconds: 2000 } as const;

/** A job whose worker died more often than this is not tried again: it may be what kills them. */
export const mostCrashes = 5;

/** How long a job that was cancelled before it began stays so. Longer than jobs wait. */
export const cancelledForMilliseconds = 7 * day * 1000;
