import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { ChatHandlers } from '../../ports/chat.ts';
import type { JobHandlers } from '../../ports/queue.ts';

export type Metrics = {
  /** The same handlers, counted and timed. */
  countJobs(handlers: JobHandlers): JobHandlers;
  countChat(handlers: ChatHandlers): ChatHandlers;
  countTrouble(where: string): void;
  /** A configuration file that changed was taken, or was refused as a whole. */
  countConfig(outcome: 'taken' | 'refused'): void;
  setConnected(connected: boolean): void;
  /** The Prometheus text format. */
  text(): Promise<string>;
  readonly contentType: string;
};

/** Counts what a process does, for `/metrics`. Labels are few and known; nothing of a cluster stands in them. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const jobs = new Counter({
    name: 'cluster_triage_jobs_total',
    help: 'Jobs by queue and outcome.',
    labelNames: ['queue', 'outcome'],
    registers,
  });
  const seconds = new Histogram({
    name: 'cluster_triage_job_seconds',
    help: 'How long a job took, by queue.',
    labelNames: ['queue'],
    buckets: [0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600],
    registers,
  });
  const asked = new Counter({
    name: 'cluster_triage_chat_requests_total',
    help: 'What people did in the chat, by kind and outcome.',
    labelNames: ['kind', 'outcome'],
    registers,
  });
  const trouble = new Counter({
    name: 'cluster_triage_trouble_total',
    help: 'Errors that no person was told of, by place.',
    labelNames: ['where'],
    registers,
  });
  const config = new Counter({
    name: 'cluster_triage_config_reads_total',
    help: 'Changed configuration files that were taken or refused.',
    labelNames: ['outcome'],
    registers,
  });
  const configInForce = new Gauge({
    name: 'cluster_triage_config_in_force',
    help: '0 while the configuration file has problems and an older one is in force.',
    registers,
  });
  configInForce.set(1);
  const connected = new Gauge({
    name: 'cluster_triage_chat_connected',
    help: '1 while the chat can reach this process.',
    registers,
  });

  const timed =
    <Arguments extends unknown[]>(queue: string, work: (...all: Arguments) => Promise<void>) =>
    async (...all: Arguments): Promise<void> => {
      const stop = seconds.startTimer({ queue });
      try {
        await work(...all);
        jobs.inc({ queue, outcome: 'done' });
      } catch (error) {
        jobs.inc({ queue, outcome: error instanceof Error ? error.name : 'error' });
        throw error;
      } finally {
        stop();
      }
    };
  const counted =
    <Asked, Answer>(kind: string, handle: (one: Asked) => Promise<Answer>) =>
    async (one: Asked): Promise<Answer> => {
      try {
        const answer = await handle(one);
        asked.inc({ kind, outcome: 'answered' });
        return answer;
      } catch (error) {
        asked.inc({ kind, outcome: 'error' });
        throw error;
      }
    };
  return {
    // BullMQ passes the context only to a function that declares it, so the parameters are named.
    countJobs: (handlers) => ({
      triage: async (job, context) => timed('triage', handlers.triage)(job, context),
      remediate: async (job, context) => timed('remediate', handlers.remediate)(job, context),
      notify: async (job, context) => timed('notify', handlers.notify)(job, context),
      upkeep: async (job, context) => timed('upkeep', handlers.upkeep)(job, context),
      survey: async (job, context) => timed('survey', handlers.survey)(job, context),
    }),
    countChat: (handlers) => ({
      command: counted('command', async (one) => handlers.command(one)),
      mention: counted('mention', async (one) => handlers.mention(one)),
      press: counted('press', async (one) => handlers.press(one)),
      submit: counted('submit', async (one) => handlers.submit(one)),
      home: counted('home', async (one) => handlers.home(one)),
    }),
    countTrouble: (where) => trouble.inc({ where }),
    countConfig: (outcome) => {
      config.inc({ outcome });
      configInForce.set(outcome === 'taken' ? 1 : 0);
    },
    setConnected: (is) => connected.set(is ? 1 : 0),
    text: async () => registry.metrics(),
    contentType: registry.contentType,
  };
}
