import { chain, chainStart, type LedgerEntry, storedEvent } from '../../src/core/ledger-entry.ts';
import type { Ledger } from '../../src/ports/ledger.ts';

/** A ledger in memory, for unit tests. It sits the same exam as the real one. */
export function createMemoryLedger(): Ledger {
  const entries: LedgerEntry[] = [];
  return {
    async append(event) {
      const entry = chain(storedEvent(event), entries.length + 1, entries.at(-1)?.hash ?? chainStart);
      entries.push(entry);
      return structuredClone(entry);
    },
    async ofProposal(proposal) {
      return structuredClone(entries.filter((entry) => entry.proposal === proposal));
    },
    async *read(from = 1) {
      for (const entry of entries) if (entry.sequence >= from) yield structuredClone(entry);
    },
  };
}
