import type { Outbox, Posted } from '../../../src/ports/outbox.ts';

type Entry = {
  owner?: string | undefined;
  since?: Date | undefined;
  unclear?: boolean;
  posted?: Posted;
  content?: string | undefined;
};

/** An outbox in memory; `expire` is what happens to a key whose process died in the middle. */
export function createMemoryOutbox(): Outbox & { expire(key: string): void } {
  const entries = new Map<string, Entry>();
  return {
    async begin(key, owner) {
      const entry = entries.get(key) ?? {};
      if (entry.owner !== undefined && entry.owner !== owner) return { is: 'busy' };
      const { since, posted, content } = entry;
      entries.set(key, {
        ...entry,
        owner,
        since: posted === undefined ? (since ?? new Date()) : undefined,
        unclear: since !== undefined,
      });
      if (posted !== undefined) return { is: 'posted', posted, content };
      return since === undefined ? { is: 'new' } : { is: 'unclear', since };
    },
    async finish(key, _owner, posted, content) {
      entries.set(key, { posted, content });
    },
    async abandon(key, owner) {
      const entry = entries.get(key);
      if (entry?.owner !== owner) return;
      if (entry.posted === undefined && entry.unclear !== true) entries.delete(key);
      else entries.set(key, { ...entry, owner: undefined });
    },
    async find(key) {
      return entries.get(key)?.posted;
    },
    expire(key) {
      const entry = entries.get(key);
      if (entry !== undefined) entries.set(key, { ...entry, owner: undefined, content: undefined });
    },
  };
}
