import { z } from 'zod';
import { Person } from './person.ts';
import type { Registration } from './registration.ts';

/** What a freeze holds still: one cluster, or every cluster of an environment, those registered later included. */
export const FreezeScope = z.object({ kind: z.enum(['cluster', 'environment']), name: z.string() });
export type FreezeScope = z.infer<typeof FreezeScope>;

/** For a time nothing is changed there: no fix is approved, and none that was approved goes on. */
export const Freeze = z.object({
  id: z.string(),
  scope: FreezeScope,
  /** In the words of the person who set it. */
  reason: z.string(),
  by: Person,
  from: z.iso.datetime(),
  until: z.iso.datetime(),
});
export type Freeze = z.infer<typeof Freeze>;

/** `by` is the person who lifted it, or the house itself when its time was over. */
export const FreezeEnd = z.object({ by: z.string(), at: z.iso.datetime() });
export type FreezeEnd = z.infer<typeof FreezeEnd>;

/** A freeze as the house remembers it. `told`: its beginning and its end are in the ledger, and the cards were queued. */
export const FreezeRecord = z.object({
  freeze: Freeze,
  end: FreezeEnd.optional(),
  told: z.object({ set: z.boolean(), end: z.boolean() }),
});
export type FreezeRecord = z.infer<typeof FreezeRecord>;

type Placed = Pick<Registration, 'name' | 'environment'>;

export function covers({ kind, name }: FreezeScope, cluster: Placed): boolean {
  return kind === 'cluster' ? cluster.name === name : cluster.environment === name;
}

/** By the clock, so that a freeze ends on time however late the house notices. */
export function isInForce({ freeze, end }: FreezeRecord, now: Date): boolean {
  return end === undefined && now < new Date(freeze.until);
}

/** `the cluster prod-sh`, `the environment production`. */
export function sayScope({ kind, name }: FreezeScope): string {
  return `the ${kind} ${name}`;
}
