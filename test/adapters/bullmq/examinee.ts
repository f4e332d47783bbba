import type { QueueConnection } from '../../../src/adapters/bullmq/connection.ts';
import { createQueue } from '../../../src/adapters/bullmq/queue.ts';
import { startWorkers, type WorkersOptions } from '../../../src/adapters/bullmq/workers.ts';
import type { JobHandlers } from '../../../src/ports/queue.ts';
import type { QueueExaminee } from '../../contracts/queue.ts';

/** Handlers for all queues: nothing is done for a queue that a test does not speak of. */
export function handlersOf(given: Partial<JobHandlers>): JobHandlers {
  const nothing = async () => {};
  return { triage: nothing, remediate: nothing, notify: nothing, upkeep: nothing, survey: nothing, ...given };
}

/** The real queue over one connection a process. Errors that belong to no job are collected, to be expected or not. */
export function queueOn(connect: () => QueueConnection, prefix: string, options: Partial<WorkersOptions> = {}) {
  const troubles: Error[] = [];
  const onTrouble = (error: Error) => void troubles.push(error);
  const examinee: QueueExaminee = {
    queue: createQueue(connect(), { prefix, onTrouble }),
    other: createQueue(connect(), { prefix, onTrouble }),
    work: (handlers, onFailed = () => {}) =>
      startWorkers(handlersOf(handlers), {
        connection: connect(),
        prefix,
        onTrouble,
        onFailed: async ({ key }) => onFailed(key),
        ...options,
      }),
  };
  return { ...examinee, troubles };
}
