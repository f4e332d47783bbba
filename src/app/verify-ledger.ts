import { chainStart, type LedgerPlace, misfit } from '../core/ledger-entry.ts';
import type { StoredEntry, StoredLedger } from '../ports/ledger.ts';

/** `at` is the number of the first entry that does not fit; nothing after it was looked at. */
export type Verified =
  | { readonly is: 'whole'; readonly entries: number; readonly head: LedgerPlace; readonly notedAt?: number }
  | { readonly is: 'broken'; readonly at: number; readonly because: string };

/**
 * Walks the whole chain and compares its end with the stored head. What was appended meanwhile belongs to it: the head
 * is read before and after. Whoever can rewrite both entries and head is noticed only with `noted`, the hash of an
 * entry that somebody wrote down elsewhere.
 */
export async function verifyLedger(ledger: StoredLedger, noted?: string): Promise<Verified> {
  const before = await ledger.head();
  let last: LedgerPlace = { sequence: 0, hash: chainStart };
  let notedAt: number | undefined;
  for await (const stored of ledger.entries()) {
    const at = last.sequence + 1;
    const entry = follow(stored, last);
    if ('because' in entry) return { is: 'broken', at, because: entry.because };
    last = entry;
    if (before?.sequence === at && before.hash !== last.hash)
      return { is: 'broken', at, because: 'The stored head names another hash for it: everything was chained anew.' };
    if (last.hash === noted) notedAt = at;
  }
  const because = atTheEnd(last, before, await ledger.head());
  if (because !== undefined) return { is: 'broken', ...because };
  if (noted === undefined) return { is: 'whole', entries: last.sequence, head: last };
  if (notedAt === undefined) {
    const says = `No entry has the hash ${noted}: it was mistyped or belongs to another ledger, or the chain was written anew.`;
    return { is: 'broken', at: last.sequence, because: says };
  }
  return { is: 'whole', entries: last.sequence, head: last, notedAt };
}

function follow(stored: StoredEntry, last: LedgerPlace): LedgerPlace | { readonly because: string } {
  const wanted = last.sequence + 1;
  if (stored.number === undefined)
    return { because: `Something was squeezed in between it and entry ${last.sequence}.` };
  if (stored.number !== wanted) {
    return { because: `It is missing: entry ${stored.number} comes after entry ${last.sequence}.` };
  }
  const entry = parsed(stored.text);
  if (entry === undefined) return { because: 'It cannot be read: it is no JSON object.' };
  const because = misfit(entry, last);
  if (because !== undefined) return { because };
  if (stored.hash !== entry['hash']) return { because: 'The hash that is stored beside it is not its own.' };
  return { sequence: wanted, hash: String(entry['hash']) };
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined;
    return Object.fromEntries(Object.entries(value));
  } catch {
    return undefined;
  }
}

/** A head never goes back, so the end that was read must lie between the head before and the head after. */
function atTheEnd(
  last: LedgerPlace,
  before: LedgerPlace | undefined,
  after: LedgerPlace | undefined,
): { at: number; because: string } | undefined {
  if (after === undefined) {
    if (last.sequence === 0) return undefined;
    return { at: last.sequence, because: 'The stored head is gone, so entries may be missing behind it.' };
  }
  const missing = (before?.sequence ?? 0) - last.sequence;
  if (missing > 0) {
    const says = `The stored head is entry ${before?.sequence}: ${missing} ${missing === 1 ? 'entry is' : 'entries are'} missing from the end.`;
    return { at: last.sequence + 1, because: says };
  }
  if (after.sequence < last.sequence) {
    const says = `The stored head is entry ${after.sequence}, so it was not appended by cluster-triage.`;
    return { at: after.sequence + 1, because: says };
  }
  return undefined;
}
