import type { Message } from '../../src/local/workspace/workspace.ts';
import { hasButton, wordsOf } from '../../test/real-cluster/bot.ts';
import { until } from '../kill/house.ts';
import { keyOf } from '../kill/thread.ts';
import type { ChaoticHouse } from './house.ts';

/** A person who was given no answer for so long asks again, as people do. */
const patienceMilliseconds = 8_000;
const endsWithinMilliseconds = 180_000;

/** What became of one run and its fix. `problems` are whole sentences; none is what should be. */
export type Played = {
  readonly cluster: string;
  readonly run: string;
  readonly proposal: string;
  /** Commands that were typed, and presses of Approve, beyond the first: the gateway was killed before it answered. */
  readonly askedAgain: number;
  readonly pressedAgain: number;
  readonly problems: readonly string[];
};

/** Ana asks for a run on a cluster, Bo approves its fix, and both wait for the end, whatever is killed meanwhile. */
export async function play(house: ChaoticHouse, channel: string, cluster: string): Promise<Played> {
  const before = house.workspace.messages(channel).length;
  const fresh = (): readonly Message[] => house.workspace.messages(channel).slice(before);
  const withKey = (key: RegExp): Message | undefined => fresh().find((message) => key.test(keyOf(message) ?? ''));
  const played = { cluster, run: '', proposal: '', askedAgain: -1, pressedAgain: -1, problems: [] as string[] };
  try {
    await insist(
      () => void (played.askedAgain += 1),
      async () => house.workspace.as('ana').command('/triage', `subnet ${cluster}`, { channel }),
      async () => withKey(/^run\/[^/]+$/) !== undefined,
    );
    played.run = (keyOf(withKey(/^run\/[^/]+$/) as Message) ?? '').replace('run/', '');
    const card = (): Message | undefined => withKey(/^proposal\/[^/]+$/);
    await until('the card is there', async () => card() !== undefined, endsWithinMilliseconds);
    played.proposal = (keyOf(card() as Message) ?? '').replace('proposal/', '');
    const state = async () => (await house.records.proposal(played.proposal))?.state;
    await until('Approve can be pressed', async () => hasButton(card() as Message, 'approve'), endsWithinMilliseconds);
    await insist(
      () => void (played.pressedAgain += 1),
      async () => {
        const { ts } = card() as Message;
        await house.workspace.as('bo').press({ messageTs: ts, channel, actionId: 'button:approve' });
      },
      async () => (await state())?.is !== 'offered',
    );
    const isOver = async () => ['done', 'void'].includes((await state())?.is ?? '');
    await until('the fix has its end', isOver, endsWithinMilliseconds);
    const shown = async () =>
      /Resolved on/.test(wordsOf(card() as Message)) && /Resolved/.test(wordsOf(withKey(/^run\/[^/]+$/) as Message));
    await until('the card and the root message show the outcome', shown, endsWithinMilliseconds);
  } catch (error) {
    played.problems.push(`${cluster}: ${error instanceof Error ? error.message : String(error)}`);
  }
  return played;
}

/** Does it, and does it again as long as nothing comes of it within a person's patience. */
async function insist(count: () => void, act: () => Promise<unknown>, came: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + endsWithinMilliseconds;
  for (;;) {
    count();
    // The workspace says so when nobody is connected, or when a button is gone; a person looks and tries again.
    await act().catch(() => undefined);
    const enough = performance.now() + patienceMilliseconds;
    try {
      await until('something came of it', came, Math.max(0, enough - performance.now()));
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
  }
}
