import { z } from 'zod';
import type { QueueName } from '../../core/job.ts';

/** A job as it is stored. `ticket` tells whoever added it whether it was theirs that was stored. */
export const Envelope = z.object({ key: z.string(), ticket: z.string(), payload: z.unknown() });
export type Envelope = z.infer<typeof Envelope>;

/**
 * The id of the job with this key. BullMQ refuses ids with a colon and ids that are whole numbers; a key may be
 * anything. Two keys never share an id, half characters of a broken text included.
 */
export function jobIdOf(key: string): string {
  return `k.${encodeURIComponent(JSON.stringify(key).slice(1, -1))}`;
}

/**
 * Set when somebody wants the job of this id not to run any more. Workers read it before they begin and while they
 * work, so that a request to stop is not lost when it comes while nobody listens.
 */
export function cancelKeyOf(prefix: string, queue: QueueName, jobId: string): string {
  return `${prefix}:cancelled:${queue}:${jobId}`;
}
