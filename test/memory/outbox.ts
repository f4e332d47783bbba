import type { Outbox, Posted } from '../../src/ports/outbox.ts';

type Message = {
  lease?: { owner: string; until: number } | undefined;
  since?: Date | undefined;
  isUnclear?: boolean | undefined;
  posted?: Posted | undefined;
  content?: string | undefined;
};

/** An outbox in memory, for unit tests. It sits the same exam as the real one. */
export function createMemoryOutbox(leaseMilliseconds = 30_000): Outbox {
  const messages = new Map<string, Message>();
  return {
    async begin(key, owner) {
      const message = messages.get(key) ?? {};
      const { lease, since, posted } = message;
      if (lease !== undefined && lease.owner !== owner && lease.until > Date.now()) return { is: 'busy' };
      if (lease !== undefined) message.content = undefined;
      message.lease = { owner, until: Date.now() + leaseMilliseconds };
      messages.set(key, message);
      if (posted !== undefined) return { is: 'posted', posted, content: message.content };
      if (since === undefined) {
        message.since = new Date();
        return { is: 'new' };
      }
      message.isUnclear = true;
      return { is: 'unclear', since };
    },
    async finish(key, owner, posted, content) {
      const message = messages.get(key);
      const isMine = message?.lease?.owner === owner;
      if (!isMine && (message?.lease !== undefined || message?.posted !== undefined)) return;
      messages.set(key, { posted, content });
    },
    async abandon(key, owner) {
      const message = messages.get(key);
      if (message?.lease?.owner !== owner) return;
      message.lease = undefined;
      if (message.posted === undefined && message.isUnclear !== true) messages.delete(key);
    },
    async find(key) {
      return messages.get(key)?.posted;
    },
  };
}
