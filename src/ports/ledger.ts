import type { LedgerEntry, LedgerEvent, LedgerPlace } from '../core/ledger-entry.ts';

/** Append-only record of what was asked, seen, decided and done; entries are chained by hash. */
export interface Ledger {
  /** Redacts the event, and resolves when the entry is stored. */
  append(event: LedgerEvent): Promise<LedgerEntry>;
  /** The entries of one proposal, oldest first. */
  ofProposal(proposal: string): Promise<readonly LedgerEntry[]>;
  /** All entries, oldest first, a page at a time. */
  read(from?: number): AsyncIterable<LedgerEntry>;
}

/** An entry as it lies in the store, not interpreted: whoever checks it trusts nothing about it. */
export type StoredEntry = {
  /** The place it is stored under: its number when nobody touched it, `undefined` where that is none. */
  readonly number: number | undefined;
  /** The hash that is stored beside it, to which the next entry is chained. */
  readonly hash: string | undefined;
  readonly text: string;
};

/** The ledger as it is stored, for whoever checks it. */
export interface StoredLedger {
  /** All entries, oldest first, a page at a time. */
  entries(from?: number): AsyncIterable<StoredEntry>;
  /** The last entry that was ever appended, which is kept apart from the entries; undefined when nothing was. */
  head(): Promise<LedgerPlace | undefined>;
}
