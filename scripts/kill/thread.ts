import type { Message, Workspace } from '../../src/local/workspace/workspace.ts';
import { hasButton } from '../../test/real-cluster/bot.ts';

export const channel = 'oncall';

/** What the bot has posted in the channel since a round began, as everybody there sees it. */
export type Thread = {
  messages(): readonly Message[];
  /** Roots of threads: there should be one. */
  roots(): readonly Message[];
  /** The messages with a key, by its end: `/verdicts`. */
  withKey(end: string | RegExp): readonly Message[];
  cards(): readonly Message[];
  /** The card while it has its button. */
  openCard(): Message | undefined;
  files(): readonly string[];
};

export function followThread(workspace: Workspace): Thread {
  const before = new Set(workspace.messages(channel).map(({ ts }) => ts));
  const messages = (): readonly Message[] =>
    workspace.messages(channel).filter(({ ts, fromBot }) => fromBot && !before.has(ts));
  const cards = (): readonly Message[] => messages().filter((message) => keyOf(message)?.startsWith('proposal/'));
  return {
    messages,
    cards,
    roots: () => messages().filter(({ threadTs }) => threadTs === undefined),
    withKey: (end) =>
      messages().filter((message) => {
        const key = keyOf(message) ?? '';
        return typeof end === 'string' ? key.endsWith(end) : end.test(key);
      }),
    openCard: () => cards().find((card) => hasButton(card, 'approve')),
    files: () => {
      const shared = new Set(messages().flatMap(({ files }) => files));
      return workspace
        .files()
        .filter(({ id }) => shared.has(id))
        .map(({ name }) => name);
    },
  };
}

/** The key under which a message is posted once, from its metadata. */
export function keyOf({ metadata }: Message): string | undefined {
  const payload = metadata?.['event_payload'] as Readonly<Record<string, unknown>> | undefined;
  const key = payload?.['key'];
  return typeof key === 'string' ? key : undefined;
}
