import { setTimeout as sleep } from 'node:timers/promises';
import { hasButton, wordsOf } from '../../test/real-cluster/bot.ts';
import type { HouseUnderFire } from './house.ts';
import type { Thread } from './thread.ts';

/** What can be seen from outside while a run or a fix goes on. */
export type View = {
  readonly house: HouseUnderFire;
  readonly thread: Thread;
  /** Changes that had been made before this round. */
  readonly changesBefore: number;
};

/** A moment at which the worker is killed. It begins to be awaited when somebody has asked, or has approved. */
export type Moment = { readonly name: string; arrives(view: View): Promise<unknown> };

const withinMs = 120_000;

function seen(name: string, isSeen: (view: View) => boolean): Moment {
  return { name, arrives: async (view) => view.house.workspace.waitFor(() => isSeen(view), { withinMs, what: name }) };
}

function offset(milliseconds: number): Moment {
  const name = `${(milliseconds / 1000).toFixed(2)} s after it began`;
  return { name, arrives: async () => sleep(milliseconds) };
}

/** Random moments, one in each of `count` equal parts of a duration, so that they are spread over all of it. */
function spread(count: number, duration: number, random: () => number): Moment[] {
  return Array.from({ length: count }, (_, part) => offset(Math.round(((part + random()) * duration) / count)));
}

/** Ten moments of a run; `duration` is how long one takes that nobody disturbs, in milliseconds. */
export function momentsOfRun(duration: number, random: () => number): Moment[] {
  return [
    { name: 'the command is acknowledged', arrives: async () => undefined },
    seen('the root message is posted', ({ thread }) => thread.roots().length > 0),
    seen('the first finding is posted', ({ thread }) => thread.withKey('/finding/0').length > 0),
    seen('the verdicts are posted', ({ thread }) => thread.withKey('/verdicts').length > 0),
    seen('the evidence file is there', ({ thread }) => thread.files().length > 0),
    seen('the card is posted', ({ thread }) => thread.openCard() !== undefined),
    ...spread(4, duration, random),
  ];
}

/** Ten moments of a fix, from the approval to its end. */
export function momentsOfFix(duration: number, random: () => number): Moment[] {
  return [
    { name: 'Approve is pressed', arrives: async () => undefined },
    whenBeingMade,
    whenChanged,
    whenHeld,
    seen('the card shows the outcome', ({ thread }) => cardSays(thread, /→/)),
    ...spread(5, duration, random),
  ];
}

const whenBeingMade = seen('the card says what is being done', ({ thread }) => {
  const [card] = thread.cards();
  return card !== undefined && !hasButton(card, 'approve');
});

/** The witness outside the house has seen the change. */
export const whenChanged = seen(
  'the witness has seen the change',
  ({ house, changesBefore }) => house.cluster.changes().length > changesBefore,
);

export const whenHeld = seen('the check came out clear and is held', ({ thread }) =>
  cardSays(thread, /It is held for/),
);

function cardSays(thread: Thread, words: RegExp): boolean {
  return thread.cards().some((card) => words.test(wordsOf(card)));
}

/** Numbers between 0 and 1 that are the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
