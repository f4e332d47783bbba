import type { LedgerEntry, LedgerEvent } from '../core/ledger-entry.ts';

/** Append-only record of what was asked, seen, decided and done; entries are chained by hash. */
export interface Ledger {
  /** Resolves when the entry is stored. */
  append(event: LedgerEvent): Promise<LedgerEntry>;
  /** The entries of one proposal, oldest first. */
  ofProposal(proposal: string): Promise<readonly LedgerEntry[]>;
  /** All entries, oldest first, a page at a time. */
  read(from?: number): AsyncIterable<LedgerEntry>;
}
