import { z } from 'zod';
import { digestOf } from './canonical-json.ts';

/** What happened. `intended` is written before a change, `changed` or `not-changed` after it. */
export const LedgerEvent = z.object({
  at: z.iso.datetime(),
  event: z.enum([
    'requested',
    'reported',
    'proposed',
    'approved-in-part',
    'decided',
    'glass-broken',
    'reviewed',
    'refused',
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

export function chain(event: LedgerEvent, sequence: number, previous: string): LedgerEntry {
  return { ...event, sequence, previous, hash: digestOf({ event, sequence, previous }) };
}

/** The number of the first entry that does not fit the chain, or undefined when all do. */
export function firstBroken(
  entries: readonly LedgerEntry[],
  before: { sequence: number; hash: string },
): number | undefined {
  let last = before;
  for (const entry of entries) {
    const { sequence, previous, hash, ...event } = entry;
    const fits =
      sequence === last.sequence + 1 && previous === last.hash && hash === digestOf({ event, sequence, previous });
    if (!fits) return last.sequence + 1;
    last = { sequence, hash };
  }
  return undefined;
}
