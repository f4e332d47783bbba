import { z } from 'zod';
import { changedObject } from './change.ts';
import { sayDuration } from './duration.ts';
import type { Proposal } from './proposal.ts';
import { nameOf } from './reference.ts';

/** How much may be changed on one cluster in a time, whoever approved it. What is left out is not limited. */
export const Limits = z.strictObject({
  /** Changes on one cluster within an hour that slides along with the clock. */
  changesPerHour: z.number().int().min(1).max(1000).optional(),
  /** Only one fix at a time that takes a pod or a node away for a while. */
  oneDisruptionAtATime: z.boolean().default(false),
  /** How long an object is left alone after a fix changed it. */
  cooldown: z
    .string()
    .regex(/^\d+[smhd]$/, 'A duration is written like 30m or 2h.')
    .optional(),
});
export type Limits = z.infer<typeof Limits>;

/** Whether a fix takes something away from its users for a while. */
export function isDisruptive({ remedy }: Pick<Proposal, 'remedy'>): boolean {
  if (remedy.how !== 'change') return false;
  return remedy.touches.pods + remedy.touches.nodes > 0 || remedy.risk === 'medium' || remedy.risk === 'high';
}

/**
 * The objects that a cooldown is counted for: what the finding is about, because a pod that was replaced has another
 * name, and what is changed.
 */
export function objectsOf({ about, remedy }: Pick<Proposal, 'about' | 'remedy'>): string[] {
  const changed = remedy.steps.flatMap(({ change }) => (change === undefined ? [] : [changedObject(change)]));
  return [...new Set([about, ...changed].map(nameOf))];
}

/** Why a fix may not be made now. Only the first kind is over as soon as another fix is. */
export type LimitHit =
  | { readonly limit: 'one-disruption'; readonly by: string }
  | { readonly limit: 'changes-per-hour'; readonly made: number; readonly freeAt: Date | undefined }
  | { readonly limit: 'cooldown'; readonly object: string; readonly freeAt: Date };

/** Which limit stands in the way, with the numbers and the time at which it no longer does. */
export function sayLimit(hit: LimitHit, limits: Limits, about: { cluster: string; policy: string; now: Date }): string {
  const rule = `the policy "${about.policy}"`;
  const until = (time: Date) => `in ${sayDuration(time.getTime() - about.now.getTime())}`;
  switch (hit.limit) {
    case 'one-disruption':
      return `Another fix that disrupts is under way on ${about.cluster}, and ${rule} allows one at a time.`;
    case 'changes-per-hour': {
      const next = hit.freeAt === undefined ? 'It never fits into the limit.' : `There is room ${until(hit.freeAt)}.`;
      return `${hit.made === 1 ? '1 change was' : `${hit.made} changes were`} made on ${about.cluster} within the hour, and ${rule} allows ${limits.changesPerHour ?? 0}. ${next}`;
    }
    case 'cooldown':
      return `${hit.object} was changed less than ${limits.cooldown ?? ''} ago, and ${rule} leaves it alone for that long. It may be changed again ${until(hit.freeAt)}.`;
  }
}
