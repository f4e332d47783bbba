import type { Approved, Decision, GivenApproval } from '../core/approval.ts';
import { type Proposal, whatMoved } from '../core/proposal.ts';

export type Approval =
  | { readonly is: 'approved'; readonly approved: Approved }
  | { readonly is: 'void'; readonly because: readonly string[] };

/**
 * Turns a decision into permission to act, and is the only place that does. `fresh` is the same proposal worked
 * out again from the cluster as it is now: when its digest is not the one that was decided about, nothing may be
 * done, and what moved is said. Where several people approved, all of them did so for the same digest.
 */
export function approve(
  shown: Proposal,
  decision: Decision,
  fresh: Proposal,
  now: Date,
  given: readonly GivenApproval[] = [],
): Approval {
  if (decision.is !== 'approved') return { is: 'void', because: ['Nobody approved it.'] };
  const elsewhere = given.some(({ digest }) => digest !== shown.digest);
  if (decision.proposal !== shown.id || decision.digest !== shown.digest || elsewhere) {
    return { is: 'void', because: ['The approval was given to another version of this fix.'] };
  }
  if (!shown.remedy.allowed) return { is: 'void', because: ['A guard refuses this fix.'] };
  const decidedAt = new Date(decision.at);
  if (decidedAt.getTime() > new Date(shown.expiresAt).getTime() || decidedAt.getTime() > now.getTime() + 60_000) {
    return { is: 'void', because: ['The approval was not given in its time.'] };
  }
  const refusals = refusalsOf(fresh);
  if (refusals.length > 0) return { is: 'void', because: refusals };
  if (fresh.digest !== shown.digest) return { is: 'void', because: whatMoved(shown, fresh) };
  const steps = fresh.remedy.steps;
  return {
    is: 'approved',
    approved: { proposal: shown.id, digest: shown.digest, by: decision.by, steps } as unknown as Approved,
  };
}

/** What guards say by now that let the fix pass when it was offered: the dry run that differs is only its consequence. */
function refusalsOf({ remedy }: Proposal): string[] {
  return remedy.preconditions
    .filter(({ holds }) => holds === 'no' || holds === 'unknown')
    .map(({ asks, because }) => `A guard refuses it now. ${asks} ${because}`);
}
