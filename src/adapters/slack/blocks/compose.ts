import { clampText, count, limits } from './limits.ts';
import { escape } from './mrkdwn.ts';
import { type Block, context } from './pieces.ts';

/**
 * How dear a part of a message is when not all of it fits. `needed` parts (headline, what to decide, buttons) are
 * small by construction and stay; `detail` goes before `useful`, the last before the first.
 */
export type Keep = 'needed' | 'useful' | 'detail';
/** `holds`: how many things are lost with it, 1 unless told. */
export type Part = { readonly keep: Keep; readonly blocks: readonly Block[]; readonly holds?: number };

/** A message as it is sent: `text` is what notifications and clients without blocks show. */
export type Rendering = { readonly blocks: readonly Block[]; readonly text: string };

export function needed(...blocks: readonly (Block | readonly Block[])[]): Part {
  return { keep: 'needed', blocks: blocks.flat() };
}
export function useful(...blocks: readonly (Block | readonly Block[])[]): Part {
  return { keep: 'useful', blocks: blocks.flat() };
}
export function detail(...blocks: readonly (Block | readonly Block[])[]): Part {
  return { keep: 'detail', blocks: blocks.flat() };
}

/** Room for the sentence that says how much was left out. */
const noteRoom = 300;

/**
 * Puts a message together within Slack's limits. What does not fit is left out, least dear and last first, and
 * a sentence before the first button says how many things are missing and where they are.
 */
export function compose(text: string, parts: readonly Part[], whereTheRestIs: string, thing = 'part'): Rendering {
  const kept = parts.filter(({ blocks }) => blocks.length > 0);
  let left = 0;
  while (!fits(kept)) {
    const index = leastDear(kept);
    if (index === -1) break;
    left += kept[index]?.holds ?? 1;
    kept.splice(index, 1);
  }
  const blocks = kept.flatMap((part) => part.blocks);
  if (left > 0) {
    const note = `${count(left, thing)} ${left === 1 ? 'is' : 'are'} left out because Slack would not take the whole message. ${whereTheRestIs}`;
    const firstButtons = blocks.findIndex(({ type }) => type === 'actions');
    blocks.splice(firstButtons === -1 ? blocks.length : firstButtons, 0, ...context({ plain: note }));
  }
  return { blocks, text: notification(text) };
}

/**
 * The same message at the first of several levels of detail at which all of it fits; at the last level, what still
 * does not fit is left out as `compose` does.
 */
export function composeAtBest<Level>(
  text: string,
  levels: readonly [Level, ...Level[]],
  partsAt: (level: Level) => readonly Part[],
  whereTheRestIs: string,
): Rendering {
  const last = levels.at(-1) ?? levels[0];
  const level = levels.find((candidate) => fits(partsAt(candidate))) ?? last;
  return compose(text, partsAt(level), whereTheRestIs);
}

function leastDear(parts: readonly Part[]): number {
  const details = parts.findLastIndex(({ keep }) => keep === 'detail');
  return details === -1 ? parts.findLastIndex(({ keep }) => keep === 'useful') : details;
}

/** The line of a notification, and all there is where blocks cannot be shown: safe to parse as mrkdwn. */
export function notification(text: string): string {
  return escape(clampText(text, limits.message.text / 5)) || 'There is news.';
}

function fits(parts: readonly Part[]): boolean {
  const blocks = parts.flatMap((part) => part.blocks);
  return blocks.length < limits.message.blocks && characters(blocks) <= limits.message.characters - noteRoom;
}

/** All characters of all texts in the blocks, addresses and button values too: never fewer than Slack counts. */
export function characters(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + characters(item), 0);
  if (value === null || typeof value !== 'object') return 0;
  return Object.entries(value).reduce((sum, [key, held]) => (key === 'type' ? sum : sum + characters(held)), 0);
}
