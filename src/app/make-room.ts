import type { Decision } from '../core/approval.ts';
import { parseDuration } from '../core/duration.ts';
import { isDisruptive, objectsOf, sayLimit } from '../core/limits.ts';
import type { Proposal } from '../core/proposal.ts';
import { TryLater } from '../ports/queue.ts';
import { type House, policyOf, registrationOf } from './house.ts';

const askAgainMilliseconds = 15_000;

/**
 * Makes room for an approved fix under the limits of its cluster's policy, right before it is applied. True, or the
 * sentence that says which limit refuses. Where only another fix has to end first, it waits by coming back later, for
 * as long as the offer would have stood.
 */
export async function makeRoom(
  proposal: Proposal,
  decision: Decision,
  house: House,
  onStage: (says: string) => Promise<void>,
): Promise<true | string> {
  const { policy: name } = registrationOf(house, proposal.cluster);
  const { limits: all, expiresAfter } = policyOf(house, registrationOf(house, proposal.cluster));
  // What a fix did is taken back at once: the other limits are there to stop the next fix, not the way back.
  const limits = proposal.undoes === undefined ? all : { oneDisruptionAtATime: all.oneDisruptionAtATime };
  const now = house.clock.now();
  const ahead = {
    proposal: proposal.id,
    cluster: proposal.cluster,
    changes: proposal.remedy.steps.filter(({ change }) => change !== undefined).length,
    disrupts: isDisruptive(proposal),
    objects: objectsOf(proposal),
    at: now,
  };
  let claimed = await house.limits.claim(ahead, limits);
  if (claimed.is === 'hit' && claimed.limit === 'one-disruption' && (await isOver(claimed.by, house))) {
    // Its worker died after the end of that fix and before it said so here.
    await house.limits.release(proposal.cluster, claimed.by);
    claimed = await house.limits.claim(ahead, limits);
  }
  if (claimed.is === 'granted') return true;
  const says = sayLimit(claimed, limits, { cluster: proposal.cluster, policy: name, now });
  if (claimed.limit !== 'one-disruption') return says;
  const patience = new Date(decision.at).getTime() + (parseDuration(expiresAfter) ?? 0);
  if (now.getTime() >= patience) return `${says} It did not end within ${expiresAfter} of the approval.`;
  await onStage(`This fix waits. ${says} It is tried again every ${askAgainMilliseconds / 1000} seconds.`);
  throw new TryLater(says, askAgainMilliseconds);
}

/** A fix that is known to go on holds its room; one that nobody remembers does not. */
async function isOver(proposal: string, house: House): Promise<boolean> {
  const record = await house.records.proposal(proposal);
  return record === undefined || record.state.is === 'done' || record.state.is === 'void';
}
