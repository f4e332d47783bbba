import type { ObjectReference } from '../../../src/core/reference.ts';
import type { Event } from '../../kinds/events.ts';
import { lastSeen } from '../kubernetes/event-times.ts';
import { reasonOfFailure } from './log-lines.ts';
import type { PushHistory } from './push-history.ts';

/** One event in which the controller says what Kong did not take. */
export type Refusal = {
  readonly event: Event;
  readonly at: Date;
  /** Undefined where the event is about the controller's own pod, as since 2.10. */
  readonly about: ObjectReference | undefined;
  /** From 3.x on the rest is written without the refused object. */
  readonly isFallback: boolean;
};

/**
 * The refusals that still stand: recent, newer than the last write that went through, and none that only repeats
 * that the database is gone. One for each object. `KongConfigurationTranslationFailed` is left out on purpose: that is
 * an Ingress whose Service does not exist, and it holds nothing else up.
 */
export function refusalsOf(
  events: readonly Event[],
  history: PushHistory,
  now: Date,
  withinMilliseconds: number,
): Refusal[] {
  const found = events.flatMap((event): Refusal[] => {
    const at = lastSeen(event);
    if (at === undefined || now.getTime() - at.getTime() > withinMilliseconds) return [];
    const isFallback = event.reason.startsWith('Fallback');
    if (!isFallback && history.lastSuccess !== undefined && at <= history.lastSuccess) return [];
    const { apiVersion, kind, namespace, name } = event.involvedObject;
    const isPod = kind === 'Pod' || name === '';
    if (reasonOfFailure(event.message) === 'database' || (isPod && history.reason === 'database')) return [];
    const about = isPod ? undefined : { apiVersion, kind, ...(namespace === undefined ? {} : { namespace }), name };
    // A fallback's own event is about the pod: only what it left out, which has an event of its own, is a fault.
    return isFallback && isPod ? [] : [{ event, at, about, isFallback }];
  });
  const hasFallback = events.some(({ reason }) => reason.startsWith('Fallback'));
  const newest = found.toSorted((left, right) => right.at.getTime() - left.at.getTime());
  const once = new Map<string, Refusal>();
  for (const refusal of newest) {
    const { kind = '', namespace = '', name = '' } = refusal.about ?? {};
    const key = `${kind}/${namespace}/${name}`;
    if (!once.has(key)) once.set(key, { ...refusal, isFallback: hasFallback });
  }
  return [...once.values()];
}
