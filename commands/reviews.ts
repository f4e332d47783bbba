import type { House } from '../src/app/house.ts';
import { sayTime } from '../src/core/duration.ts';
import type { Review } from '../src/core/review.ts';
import type { Reply } from '../src/ports/chat.ts';
import type { Command } from './command.ts';

const mostShown = 10;

/** `/reviews`: where somebody broke the glass and nobody else has looked at it yet. */
export const reviews: Command = {
  name: 'reviews',
  summary: 'Lists the fixes for which somebody overrode the rules and that nobody has reviewed yet.',
  usageHint: '',
  examples: [''],
  run: async (_asked, house) => listOpen(house),
};

async function listOpen(house: House): Promise<Reply> {
  const open = await house.records.openReviews();
  if (open.length === 0)
    return {
      reply: 'whisper',
      text: 'No review is open: wherever somebody broke the glass, another person has looked at it.',
    };
  const now = house.clock.now();
  const count = open.length === 1 ? '1 review is open' : `${open.length} reviews are open`;
  const more = open.length > mostShown ? [`${open.length - mostShown} newer ones are not shown here.`] : [];
  const text = [
    `*${count}*; another person closes one with the button in its thread.`,
    ...open.slice(0, mostShown).map((review) => lineOf(review, now)),
    ...more,
  ].join('\n');
  return { reply: 'whisper', text };
}

function lineOf({ by, at, cluster, environment, does, reason }: Review, now: Date): string {
  const time = sayTime(new Date(at), now);
  return `• ${cluster} (${environment}), ${time}, <@${by}>: ${does} Because: ${short(reason)}`;
}

function short(reason: string): string {
  const line = reason.replaceAll(/\s+/g, ' ');
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}
