import type { LedgerEntry } from '../core/ledger-entry.ts';
import type { Ledger } from '../ports/ledger.ts';

/** The same ledger, whose entries are also given to a mirror once they are stored. The mirror is never waited for. */
export function mirroredLedger(ledger: Ledger, mirror: (entry: LedgerEntry) => void): Ledger {
  return {
    ...ledger,
    append: async (event) => {
      const entry = await ledger.append(event);
      mirror(entry);
      return entry;
    },
  };
}
