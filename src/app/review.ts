import { sayTime } from '../core/duration.ts';
import type { Person } from '../core/person.ts';
import type { Review } from '../core/review.ts';
import type { House } from './house.ts';
import { refusalToReview } from './permission.ts';
import { threadOf } from './show.ts';

/** Shows the review of a proposal in its thread: loudly while it is open, and who closed it afterwards. */
export async function showReview(proposal: string, house: House): Promise<void> {
  const review = await house.records.review(proposal);
  const run = review === undefined ? undefined : await house.records.run(review.run);
  if (review === undefined || run === undefined) return;
  await house.chat.show({
    key: `proposal/${proposal}/review`,
    channel: run.request.place.channel,
    under: threadOf(run),
    screen: { screen: 'review', review },
  });
}

/** Closes a review with what the reviewer found, once; anybody who may not, or comes second, is told why. */
export async function closeReview(
  closing: { readonly proposal: string; readonly by: Person; readonly says: string },
  house: House,
): Promise<string> {
  const { proposal, by, says } = closing;
  const review = await house.records.review(proposal);
  if (review === undefined) {
    const detail = { person: by.id, value: JSON.stringify(proposal.slice(0, 80)) };
    house.onNotice?.('Somebody closed a review that is not known here; nothing was done.', detail);
    return 'This review is not known here.';
  }
  if (review.closed !== undefined) return closedAlready(review, house);
  const refusal = await refusalToReview(review, by.id, house);
  if (refusal !== undefined) return refusal.says;
  const at = house.clock.now().toISOString();
  if (!(await house.records.closeReview(proposal, { by: by.id, at, says }))) {
    return closedAlready((await house.records.review(proposal)) ?? review, house);
  }
  const { cluster, run } = review;
  await house.ledger.append({ at, event: 'reviewed', actor: by.id, cluster, run, proposal, detail: { says } });
  await house.queue.add('notify', `review/${proposal}/closed`, { show: 'review', proposal, revision: 'closed' });
  return 'You closed this review. The thread and the ledger say what you found.';
}

function closedAlready({ closed }: Review, house: House): string {
  if (closed === undefined) return 'This review is still open.';
  return `<@${closed.by}> closed this review at ${sayTime(new Date(closed.at), house.clock.now())}.`;
}
