import { randomUUID } from 'node:crypto';
import { Queue as BullQueue } from 'bullmq';
import { jobSchemas, type QueueName, queueNames } from '../../core/job.ts';
import { type Queue, QueueUnavailable } from '../../ports/queue.ts';
import { StoreUnavailable } from '../../ports/store.ts';
import { type QueueConnection, saysAway, usualPrefix } from './connection.ts';
import { cancelKeyOf, type Envelope, jobIdOf } from './envelope.ts';
import { cancelledForMilliseconds, jobOptions } from './options.ts';

export type QueueOptions = {
  readonly prefix?: string;
  /** Told of an error that no caller is there to get. */
  readonly onTrouble?: (error: Error) => void;
};

const answerWithinMilliseconds = 2000;

/**
 * The queues. Nothing waits for a Redis that is away: BullMQ alone would neither resolve nor reject then, so
 * every question goes through `within`. Closing it leaves the connection to whoever made it.
 */
export function createQueue(connection: QueueConnection, options: QueueOptions = {}): Queue {
  const { prefix = usualPrefix, onTrouble = () => {} } = options;
  const queues = Object.fromEntries(
    queueNames.map((name) => [name, openQueue(name, connection, prefix, onTrouble)]),
  ) as Record<QueueName, BullQueue<Envelope>>;

  const ask = async <Answer>(milliseconds: number, work: () => Promise<Answer>): Promise<Answer> => {
    try {
      return await connection.within(milliseconds, work);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      throw new QueueUnavailable(`The queue did not answer within ${milliseconds} ms.`, { cause: error });
    }
  };

  return {
    async add(name, key, payload, { withinMilliseconds = answerWithinMilliseconds, delayMilliseconds = 0 } = {}) {
      const jobId = jobIdOf(key);
      const envelope: Envelope = { key, ticket: randomUUID(), payload: jobSchemas[name].parse(payload) };
      return ask(withinMilliseconds, async () => {
        await queues[name].add(name, envelope, { ...jobOptions[name], jobId, delay: delayMilliseconds });
        // BullMQ answers the same for a job that was there before: whose ticket is stored tells.
        const stored = await queues[name].getJob(jobId);
        return stored === undefined || stored.data.ticket === envelope.ticket ? 'added' : 'already-there';
      });
    },

    async cancel(name, key) {
      const jobId = jobIdOf(key);
      return ask(answerWithinMilliseconds, async () => {
        if (isGone(await queues[name].getJobState(jobId))) return 'not-there';
        // First the mark, then the state: a job that still waits now will see the mark when it begins. It is left
        // where it is, so that its key is known and a redelivery does not bring it back.
        const mark = cancelKeyOf(prefix, name, jobId);
        await connection.client.set(mark, '1', 'PX', cancelledForMilliseconds);
        const state = await queues[name].getJobState(jobId);
        if (!isGone(state)) return state === 'active' ? 'asked-to-stop' : 'cancelled';
        await connection.client.del(mark);
        return 'not-there';
      });
    },

    async ping() {
      return ask(1000, async () => connection.client.ping()).then(
        () => true,
        () => false,
      );
    },

    async close() {
      await Promise.all(queueNames.map(async (name) => queues[name].close()));
    },
  };
}

function isGone(state: string): boolean {
  return state === 'completed' || state === 'failed' || state === 'unknown';
}

function openQueue(
  name: QueueName,
  { client }: QueueConnection,
  prefix: string,
  onTrouble: (error: Error) => void,
): BullQueue<Envelope> {
  const queue = new BullQueue<Envelope>(name, {
    connection: client,
    prefix,
    // It would ask for the version the moment the connection is up, and never recover from losing that answer.
    skipVersionCheck: true,
    streams: { events: { maxLen: 1000 } },
  });
  queue.on('error', (error) => {
    if (!saysAway(error)) onTrouble(error);
  });
  return queue;
}
