import type { Changes } from './changes.ts';
import type { Fields } from './json.ts';
import { limits } from './limits.ts';
import type { Ephemeral, Message, Reaction } from './records.ts';
import { Refusal } from './refusal.ts';

export type Draft = Pick<Message, 'channel' | 'user' | 'fromBot' | 'text'> &
  Partial<Pick<Message, 'blocks' | 'attachments' | 'metadata' | 'threadTs' | 'alsoInChannel' | 'files'>>;

export type Edit = Partial<Pick<Message, 'text' | 'blocks' | 'attachments' | 'metadata' | 'files'>>;
export type EphemeralDraft = Omit<Ephemeral, 'ts' | 'blocks'> & { readonly blocks?: readonly Fields[] };

/** Every message of the workspace, in order, and the ephemeral ones of each person. */
export type Messages = {
  post(draft: Draft): Message;
  edit(channel: string, ts: string, edit: Edit): Message;
  remove(channel: string, ts: string): void;
  react(channel: string, ts: string, reactions: readonly Reaction[]): void;
  find(channel: string, ts: string): Message | undefined;
  /** Oldest first: everything, replies included. */
  all(channel: string): readonly Message[];
  /** The parent and its replies, oldest first; empty when there is no such thread. */
  thread(channel: string, ts: string): readonly Message[];
  whisper(draft: EphemeralDraft): Ephemeral;
  editWhisper(recipient: string, ts: string, edit: { text: string; blocks: readonly Fields[] }): Ephemeral | undefined;
  removeWhisper(recipient: string, ts: string): void;
  whispers(recipient: string): readonly Ephemeral[];
};

export function createMessages(nextTimestamp: () => string, changes: Changes): Messages {
  const byChannel = new Map<string, Message[]>();
  const byRecipient = new Map<string, Ephemeral[]>();

  const messagesOf = (channel: string): Message[] => {
    const held = byChannel.get(channel) ?? [];
    byChannel.set(channel, held);
    return held;
  };
  const whispersOf = (recipient: string): Ephemeral[] => {
    const held = byRecipient.get(recipient) ?? [];
    byRecipient.set(recipient, held);
    return held;
  };
  const find = (channel: string, ts: string): Message | undefined =>
    byChannel.get(channel)?.find((message) => message.ts === ts);
  const repliesTo = (channel: string, ts: string): Message[] =>
    messagesOf(channel).filter((message) => message.threadTs === ts);

  const replace = (message: Message): Message => {
    const held = messagesOf(message.channel);
    held[held.findIndex((candidate) => candidate.ts === message.ts)] = message;
    changes.publish({ kind: 'message', message });
    return message;
  };
  const need = (channel: string, ts: string): Message => {
    const message = find(channel, ts);
    if (message === undefined) throw new Refusal('message_not_found');
    return message;
  };

  return {
    post(draft) {
      const blank = { blocks: [], attachments: [], files: [], reactions: [] };
      const message: Message = {
        ...blank,
        ...draft,
        text: draft.text.slice(0, limits.message.text),
        ts: nextTimestamp(),
      };
      messagesOf(draft.channel).push(message);
      changes.publish({ kind: 'message', message });
      const parent = draft.threadTs === undefined ? undefined : find(draft.channel, draft.threadTs);
      // The parent shows the number of replies and the latest of them, so it changes as well.
      if (parent !== undefined) changes.publish({ kind: 'message', message: parent });
      return message;
    },
    edit(channel, ts, edit) {
      const message = need(channel, ts);
      const text = (edit.text ?? message.text).slice(0, limits.message.text);
      return replace({ ...message, ...edit, text, editedTs: nextTimestamp() });
    },
    remove(channel, ts) {
      const message = need(channel, ts);
      if (repliesTo(channel, ts).length > 0) {
        const { metadata: _gone, ...rest } = message;
        replace({
          ...rest,
          text: 'This message was deleted.',
          blocks: [],
          attachments: [],
          files: [],
          tombstone: true,
        });
        return;
      }
      byChannel.set(
        channel,
        messagesOf(channel).filter((candidate) => candidate !== message),
      );
      changes.publish({ kind: 'deleted', channel, ts });
      const parent = message.threadTs === undefined ? undefined : find(channel, message.threadTs);
      if (parent !== undefined) changes.publish({ kind: 'message', message: parent });
    },
    react(channel, ts, reactions) {
      replace({ ...need(channel, ts), reactions });
    },
    find,
    all: (channel) => [...messagesOf(channel)],
    thread(channel, ts) {
      const parent = find(channel, ts);
      return parent === undefined ? [] : [parent, ...repliesTo(channel, ts)];
    },
    whisper(draft) {
      const ephemeral: Ephemeral = { blocks: [], ...draft, ts: nextTimestamp() };
      whispersOf(draft.recipient).push(ephemeral);
      changes.publish({ kind: 'ephemeral', ephemeral });
      return ephemeral;
    },
    editWhisper(recipient, ts, edit) {
      const held = whispersOf(recipient);
      const index = held.findIndex((candidate) => candidate.ts === ts);
      const before = held[index];
      if (before === undefined) return undefined;
      const ephemeral = { ...before, ...edit };
      held[index] = ephemeral;
      changes.publish({ kind: 'ephemeral', ephemeral });
      return ephemeral;
    },
    removeWhisper(recipient, ts) {
      byRecipient.set(
        recipient,
        whispersOf(recipient).filter((candidate) => candidate.ts !== ts),
      );
      changes.publish({ kind: 'ephemeral-gone', recipient, ts });
    },
    whispers: (recipient) => [...whispersOf(recipient)],
  };
}
