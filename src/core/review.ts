import { z } from 'zod';

/**
 * A rule was overridden in an emergency, and another person has yet to look at it. It is opened together with the
 * decision, and listed until somebody else closes it.
 */
export const Review = z.object({
  proposal: z.string(),
  run: z.string(),
  cluster: z.string(),
  environment: z.string(),
  /** What was done, from the remedy. */
  does: z.string(),
  /** Who overrode, when, and the reason they wrote. */
  by: z.string(),
  at: z.iso.datetime(),
  reason: z.string(),
  /** The rules that were overridden, a whole sentence each. */
  overridden: z.array(z.string()),
  closed: z.object({ by: z.string(), at: z.iso.datetime(), says: z.string() }).optional(),
});
export type Review = z.infer<typeof Review>;
