import { CannotRead } from '../core/errors.ts';
import { safeText } from '../core/redact.ts';
import { isAllowed, type Plan, type RemedyOffer } from '../core/remedy.ts';
import type { ReportedRemedy } from '../core/run.ts';
import { refusalsOfUndeclared } from './declared-changes.ts';
import { declaredReader } from './declared-reader.ts';
import type { Looking } from './looking.ts';

/**
 * Works out each offered remedy. A guard that cannot be looked at refuses, and says so: the finding stands all
 * the same, because what was found does not depend on what may be done about it.
 */
export async function planRemedies(
  offers: readonly RemedyOffer[],
  looking: Pick<Looking, 'reader' | 'platform' | 'target' | 'now'>,
): Promise<ReportedRemedy[]> {
  const { reader, platform, target, now } = looking;
  return Promise.all(
    offers.map(async ({ remedy, input }) => {
      const sight = { target, platform, now, cluster: declaredReader(reader, remedy.reads, platform) };
      const plan = await remedy.plan(sight, input).catch((error: unknown): Plan => unreadable(error));
      const own = plan.preconditions;
      // A guard of the fix that refuses by itself has the better reason.
      const guards = isAllowed(own) ? [...own, ...refusalsOfUndeclared(plan, remedy.changes, platform)] : own;
      return {
        id: remedy.id,
        how: remedy.how,
        does: safeText(remedy.does),
        risk: remedy.risk,
        reversible: remedy.reversible,
        manual: remedy.how === 'manual',
        allowed: remedy.how !== 'change' || (isAllowed(guards) && plan.steps.length > 0),
        effect: safeText(plan.effect),
        whenNotToUse: [...remedy.whenNotToUse],
        preconditions: guards.map((guard) => ({ ...guard, because: safeText(guard.because) })),
        steps: plan.steps.map((step) => ({ ...step, does: safeText(step.does) })),
        touches: plan.touches,
      };
    }),
  );
}

function unreadable(error: unknown): Plan {
  const message = error instanceof Error ? error.message : String(error);
  const because = error instanceof CannotRead ? message : `Working it out broke, which is a defect: ${message}`;
  return {
    preconditions: [{ asks: 'Can everything be looked at that must hold before this fix?', holds: 'unknown', because }],
    steps: [],
    effect: 'Nothing can be said about its effect.',
    touches: { nodes: 0, pods: 0 },
  };
}
