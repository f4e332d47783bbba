import { Review } from '../../core/review.ts';
import type { Records } from '../../ports/records.ts';
import { answerWithinMilliseconds, type RedisConnection } from './connect.ts';
import { parseJson, parseStored } from './fields.ts';
import type { Keys } from './keys.ts';
import { closeReview } from './record-scripts.ts';
import { runScript } from './script.ts';

/** Reviews, in one hash by proposal; they are opened by the script that decides and are never dropped. */
export function createReviews(
  connection: RedisConnection,
  keys: Keys,
): Pick<Records, 'review' | 'openReviews' | 'closeReview'> {
  const ask = async <Result>(work: () => Promise<Result>) => connection.within(answerWithinMilliseconds, work);
  const read = async (proposal: string): Promise<Review | undefined> => {
    const text = await ask(async () => connection.client.hget(keys.reviews, proposal));
    const what = `The review of the proposal ${proposal}`;
    return text === null ? undefined : parseStored(what, parseJson(what, text), Review);
  };
  return {
    review: read,

    async openReviews() {
      const ids = await ask(async () => connection.client.zrange(keys.openReviews, '0', '-1'));
      const reviews = await Promise.all(ids.map(read));
      return reviews.filter((review) => review !== undefined);
    },

    async closeReview(proposal, closed) {
      const open = await read(proposal);
      if (open === undefined) return false;
      const values = [proposal, JSON.stringify(Review.parse({ ...open, closed }))];
      return (await runScript(connection, closeReview, [keys.reviews, keys.openReviews], values)) === 1;
    },
  };
}
