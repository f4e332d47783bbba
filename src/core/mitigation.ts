import { z } from 'zod';
import { ChatPlace } from './job.ts';

/** A fix that helped and will not last by itself: somebody has to make it permanent, by a time. */
export const Mitigation = z.object({
  /** The id of the fix. */
  id: z.string(),
  run: z.string(),
  cluster: z.string(),
  /** What was done, as a whole sentence. */
  does: z.string(),
  /** What has to be made permanent, and where, as a whole sentence. */
  permanent: z.string(),
  /** Whoever approved the fix, until somebody takes it. */
  owner: z.string(),
  openedAt: z.iso.datetime(),
  dueAt: z.iso.datetime(),
  place: ChatPlace,
  remindedAt: z.iso.datetime().optional(),
  closed: z.object({ by: z.string(), at: z.iso.datetime(), reason: z.string() }).optional(),
});
export type Mitigation = z.infer<typeof Mitigation>;
