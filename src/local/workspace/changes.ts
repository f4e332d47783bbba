import type { Change } from './records.ts';

type Listener = (change: Change) => void;

/** Tells pages and waiting tests that something changed. Deliberately not a log: who is late asks for the state. */
export type Changes = { publish(change: Change): void; subscribe(listener: Listener): () => void };

export function createChanges(): Changes {
  const listeners = new Set<Listener>();
  return {
    publish(change) {
      for (const listener of listeners) listener(change);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
