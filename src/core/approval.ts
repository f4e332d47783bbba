import { z } from 'zod';
import type { Step } from './remedy.ts';

/** A person's decision about a proposal, as it is recorded. */
export const Decision = z.object({
  proposal: z.string(),
  digest: z.string(),
  is: z.enum(['approved', 'denied', 'expired']),
  by: z.string(),
  at: z.iso.datetime(),
  reason: z.string().optional(),
});
export type Decision = z.infer<typeof Decision>;

declare const approvedByAPerson: unique symbol;

/**
 * Steps that a person approved, and that were worked out again afterwards with the same digest.
 * `ClusterWriter.apply` takes nothing else, and only `app/approve.ts` makes one.
 */
export type Approved = {
  readonly proposal: string;
  readonly digest: string;
  readonly by: string;
  readonly steps: readonly Step[];
  readonly [approvedByAPerson]: true;
};
