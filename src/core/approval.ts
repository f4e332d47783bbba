import { z } from 'zod';
import type { Step } from './remedy.ts';

/** One of the approvals that a proposal collects until there are enough; each is given to the same digest. */
export const GivenApproval = z.object({ by: z.string(), at: z.iso.datetime(), digest: z.string() });
export type GivenApproval = z.infer<typeof GivenApproval>;

/** A person's decision about a proposal, as it is recorded. Where several approve, the one that completes it. */
export const Decision = z.object({
  proposal: z.string(),
  digest: z.string(),
  is: z.enum(['approved', 'denied', 'expired']),
  by: z.string(),
  at: z.iso.datetime(),
  reason: z.string().optional(),
  /** The rules that the person overrode by breaking the glass; the reason is written then. */
  overrides: z.array(z.enum(['requester', 'window', 'approvals'])).optional(),
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
