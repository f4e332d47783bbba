import { setTimeout as pause } from 'node:timers/promises';
import { Queue as BullQueue, Worker } from 'bullmq';
import { type QueueName, queueNames, UpkeepJob } from '../../core/job.ts';
import type { JobHandlers, Workers } from '../../ports/queue.ts';
import { connectForWorkers, type QueueConnection, saysAway, usualPrefix } from './connection.ts';
import type { Envelope } from './envelope.ts';
import { jobOptions, usualConcurrency, usualTakeover } from './options.ts';
import { watchRunningJobs } from './running.ts';
import { type FailedJob, runningName, type Workplace, workOn } from './work.ts';

export type WorkersOptions = {
  readonly connection: QueueConnection;
  readonly prefix?: string;
  /** How many jobs of a queue this process works at, at once. */
  readonly concurrency?: Partial<Record<QueueName, number>>;
  /** How often each task of upkeep comes, over all processes together. 30 seconds unless told. */
  readonly upkeepEveryMilliseconds?: number;
  /**
   * Told when a job has failed for good, so that people can be told. May be told twice of the same job after a
   * crash; not told of a job that was cancelled.
   */
  readonly onFailed?: (job: FailedJob, error: Error) => Promise<void>;
  /** Told of an error that belongs to no job. That Redis is away is told by its connection. */
  readonly onTrouble?: (error: Error) => void;
  /** How soon another process takes over from one that died; see `usualTakeover`. */
  readonly takeover?: { readonly lockMilliseconds: number; readonly lookMilliseconds: number };
};

// How long a handler whose signal was aborted at shutdown may take to let go of its job, and Redis to hear of it.
const letGoWithinMilliseconds = 2000;

/**
 * Works the queues off, and keeps upkeep scheduled. Goes on by itself when Redis was away.
 *
 * A job whose process dies is taken over within ten seconds. One whose handler does not heed its signal at shutdown
 * is not handed back, since it still runs: it is taken over like after a crash, once the process has ended. Closing
 * takes at most 4 seconds more than its grace, Redis or no Redis; end the process after it.
 */
export function startWorkers(handlers: JobHandlers, options: WorkersOptions): Workers {
  const { prefix = usualPrefix, takeover = usualTakeover, onTrouble = () => {} } = options;
  const { client, end } = connectForWorkers(options.connection.client);
  let closing = false;
  const place: Workplace = {
    client,
    prefix,
    running: watchRunningJobs(client, takeover.lockMilliseconds, 500),
    isClosing: () => closing,
    onFailed: options.onFailed ?? (async () => {}),
    onTrouble,
  };
  const start = (queue: QueueName) =>
    startWorker(queue, workOn(queue, handlers[queue], place), place, {
      concurrency: options.concurrency?.[queue] ?? usualConcurrency[queue],
      ...takeover,
    });
  const workers = queueNames.map(start);
  const upkeep = scheduleUpkeep(place, options.upkeepEveryMilliseconds ?? 30_000);

  const close = async (graceMilliseconds: number) => {
    closing = true;
    // They take nothing new from here on.
    const closings = Promise.all([upkeep.close(), ...workers.map(async (worker) => worker.close())]).catch(onTrouble);
    if (!(await isWithin(place.running.idle(), graceMilliseconds))) {
      place.running.stopAll('shutting-down');
      await isWithin(place.running.idle(), letGoWithinMilliseconds);
    }
    // With Redis away there is nobody to say goodbye to, and they would wait for that for ever.
    await isWithin(closings, letGoWithinMilliseconds);
    place.running.close();
    end();
  };
  let closed: Promise<void> | undefined;
  return {
    async close(graceMilliseconds) {
      closed ??= close(graceMilliseconds);
      return closed;
    },
  };
}

type WorkerSettings = {
  readonly concurrency: number;
  readonly lockMilliseconds: number;
  readonly lookMilliseconds: number;
};

function startWorker(
  queue: QueueName,
  work: ReturnType<typeof workOn>,
  { client, prefix, running, onTrouble, isClosing }: Workplace,
  settings: WorkerSettings,
): Worker<unknown, void> {
  const worker = new Worker<unknown, void>(queue, work, {
    connection: client,
    prefix,
    concurrency: settings.concurrency,
    lockDuration: settings.lockMilliseconds,
    stalledInterval: settings.lookMilliseconds,
    // How often a job may lose its worker is counted in `workOn`, where people can still be told.
    maxStalledCount: Number.MAX_SAFE_INTEGER,
    runRetryDelay: 1000,
  });
  const names = (jobIds: readonly string[]) => jobIds.map((jobId) => runningName(queue, jobId));
  worker.on('locksRenewed', ({ jobIds }) => running.renewed(names(jobIds)));
  worker.on('lockRenewalFailed', (jobIds) => running.lost(names(jobIds)));
  worker.on('error', (error) => {
    if (!saysAway(error) && !isClosing()) onTrouble(error);
  });
  return worker;
}

/** Schedules each task again whenever a connection is made: a Redis that came back empty has forgotten it. */
function scheduleUpkeep({ client, prefix, onTrouble, isClosing }: Workplace, every: number): BullQueue<Envelope> {
  const queue = new BullQueue<Envelope>('upkeep', { connection: client, prefix, skipVersionCheck: true });
  queue.on('error', (error) => {
    if (!saysAway(error) && !isClosing()) onTrouble(error);
  });
  const schedule = async () => {
    for (const task of UpkeepJob.shape.task.options) {
      const data: Envelope = { key: task, ticket: '', payload: { task } satisfies UpkeepJob };
      await queue.upsertJobScheduler(task, { every }, { name: 'upkeep', data, opts: jobOptions.upkeep });
    }
  };
  const scheduleSafely = () => {
    void schedule().catch((error: unknown) => {
      if (error instanceof Error && !isClosing()) onTrouble(error);
    });
  };
  if (client.status === 'ready') scheduleSafely();
  client.on('ready', scheduleSafely);
  return queue;
}

async function isWithin(work: Promise<unknown>, milliseconds: number): Promise<boolean> {
  const late = new AbortController();
  try {
    return await Promise.race([work.then(() => true), pause(milliseconds, false, { signal: late.signal })]);
  } finally {
    late.abort();
  }
}
