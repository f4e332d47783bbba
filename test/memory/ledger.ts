import { chain, chainStart, type LedgerEntry, LedgerEvent } from '../../src/core/ledger-entry.ts';
import type { Ledger } from '../../src/ports/ledger.ts';

/** A ledger in memory, for unit tests. It sits the same exam as the real one. */
export function createMemoryLedger(): Ledger {
  const entries: LedgerEntry[] = [];
  return {
    async append(event) {
      const stored = LedgerEvent.parse(JSON.parse(JSON.stringify(event)));
      const entry = chain(stored, entries.length + 1, entries.at(-1)?.hash ?? chainStart);
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
