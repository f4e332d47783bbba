import type { Cluster, Redis } from 'ioredis';
import { JobStopped } from '../../ports/queue.ts';

/** A job that a handler of this process is working at. */
export type Running = {
  readonly signal: AbortSignal;
  /** Why it was stopped, if it was. */
  readonly stopped: () => JobStopped['because'] | undefined;
  readonly stop: (because: JobStopped['because']) => void;
  readonly end: () => void;
};

type Watched = {
  readonly name: string;
  readonly cancelKey: string | undefined;
  readonly controller: AbortController;
  /** Until when the lock is certain to be ours, in milliseconds of `performance.now()`. */
  lockedUntil: number;
};

export type RunningJobs = ReturnType<typeof watchRunningJobs>;

// What the network and two clocks may be off between Redis renewing a lock and this process counting on it.
const marginMilliseconds = 1000;

/**
 * Keeps an eye on the jobs of this process: aborts one that somebody cancelled, and one whose lock may have run out,
 * be it that Redis is away or that this process was too busy to renew it. The second happens by this process's own
 * clock, before Redis gives the job to somebody else.
 */
export function watchRunningJobs(client: Redis | Cluster, lockMilliseconds: number, everyMilliseconds: number) {
  const jobs = new Set<Watched>();
  const whenIdle: (() => void)[] = [];
  let asking = false;

  const stop = (job: Watched, because: JobStopped['because']) => {
    if (!job.controller.signal.aborted) job.controller.abort(new JobStopped(because));
  };
  const trustedTime = () => lockMilliseconds - marginMilliseconds;

  const askWhoIsCancelled = async () => {
    const asked = [...jobs].filter(({ controller }) => !controller.signal.aborted);
    const keys = asked.flatMap(({ cancelKey }) => (cancelKey === undefined ? [] : [cancelKey]));
    if (keys.length === 0) return;
    const marks = await client.mget(...keys);
    const cancelled = new Set(keys.filter((_key, index) => marks[index] !== null));
    for (const job of asked) if (job.cancelKey !== undefined && cancelled.has(job.cancelKey)) stop(job, 'cancelled');
  };

  const timer = setInterval(() => {
    const now = performance.now();
    for (const job of jobs) if (now > job.lockedUntil) stop(job, 'lock-lost');
    if (asking) return;
    asking = true;
    void askWhoIsCancelled()
      // Redis is away: it is asked again at the next tick, and locks run out meanwhile.
      .catch(() => {})
      .finally(() => {
        asking = false;
      });
  }, everyMilliseconds);
  timer.unref();

  return {
    /**
     * @param lockedAt when the job was locked, in milliseconds since 1970
     * @param cancelKey where a request to stop it would be, undefined when nobody can ask for that
     */
    begin(name: string, lockedAt: number, cancelKey: string | undefined): Running {
      const age = Math.max(0, Date.now() - lockedAt);
      const job: Watched = {
        name,
        cancelKey,
        controller: new AbortController(),
        lockedUntil: performance.now() + trustedTime() - age,
      };
      jobs.add(job);
      return {
        signal: job.controller.signal,
        stopped: () => {
          const reason: unknown = job.controller.signal.reason;
          return reason instanceof JobStopped ? reason.because : undefined;
        },
        stop: (because) => stop(job, because),
        end: () => {
          jobs.delete(job);
          if (jobs.size === 0) for (const idle of whenIdle.splice(0)) idle();
        },
      };
    },
    renewed(names: readonly string[]): void {
      for (const job of jobs) if (names.includes(job.name)) job.lockedUntil = performance.now() + trustedTime();
    },
    lost(names: readonly string[]): void {
      for (const job of jobs) if (names.includes(job.name)) stop(job, 'lock-lost');
    },
    stopAll(because: JobStopped['because']): void {
      for (const job of jobs) stop(job, because);
    },
    async idle(): Promise<void> {
      if (jobs.size > 0) await new Promise<void>((resolve) => whenIdle.push(resolve));
    },
    close(): void {
      clearInterval(timer);
    },
  };
}
