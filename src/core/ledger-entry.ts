import { z } from 'zod';
import { digestOf } from './canonical-json.ts';
import { redactValue } from './redact.ts';

/** What happened. `ended`: a run failed or was cancelled. `done-by-hand`: a person says they did a manual fix. `intended` is written before a change, `changed` or `not-changed` after it. */
export const LedgerEvent = z.object({
  at: z.iso.datetime(),
  event: z.enum([
    'requested',
    'reported',
    'ended',
    'proposed',
    'approved-in-part',
    'decided',
    'glass-broken',
    'reviewed',
    'refused',
    'done-by-hand',
    'mitigation-opened',
    'mitigation-taken',
    'mitigation-closed',
    'intended',
    'changed',
    'not-changed',
    'proved',
    'escalated',
    'frozen',
    'thawed',
  ]),
  actor: z.string(),
  cluster: z.string(),
  /** Empty for what belongs to no run, such as a freeze. */
  run: z.string(),
  proposal: z.string().optional(),
  detail: z.record(z.string(), z.unknown()).default({}),
});
export type LedgerEvent = z.infer<typeof LedgerEvent>;

/** An event in its place in the chain: `hash` covers the event, its number and the hash of the entry before it. */
export const LedgerEntry = LedgerEvent.extend({ sequence: z.number().int(), previous: z.string(), hash: z.string() });
export type LedgerEntry = z.infer<typeof LedgerEntry>;

/** The hash before the first entry. */
export const chainStart = '0'.repeat(64);

/** Where the chain stands: the number and the hash of an entry; 0 and `chainStart` before the first. */
export type LedgerPlace = { readonly sequence: number; readonly hash: string };

/** An event as it is hashed and stored: JSON, with nothing that the schema does not know, and without secrets. */
export function storedEvent(event: LedgerEvent): LedgerEvent {
  return LedgerEvent.parse(redactValue(JSON.parse(JSON.stringify(event))));
}

export function chain(event: LedgerEvent, sequence: number, previous: string): LedgerEntry {
  return { ...event, sequence, previous, hash: digestOf({ event, sequence, previous }) };
}

/**
 * What does not fit about an entry behind the one before it, as a sentence; undefined when all does. It takes an entry
 * as it was stored, with fields that the schema does not know: they count for the hash.
 */
export function misfit(entry: Readonly<Record<string, unknown>>, last: LedgerPlace): string | undefined {
  const { sequence, previous, hash, ...event } = entry;
  if (sequence !== last.sequence + 1) return `An entry with the number ${String(sequence)} stands in its place.`;
  if (hash !== digestOf({ event, sequence, previous }))
    return 'It was changed after it was written: its content does not give its hash.';
  if (previous !== last.hash)
    return 'It was chained to another entry than the one that stands before it: one of the two was exchanged.';
  return undefined;
}

/** The number of the first entry that does not fit the chain, or undefined when all do. */
export function firstBroken(entries: readonly LedgerEntry[], before: LedgerPlace): number | undefined {
  let last = before;
  for (const entry of entries) {
    if (misfit(entry, last) !== undefined) return last.sequence + 1;
    last = entry;
  }
  return undefined;
}
