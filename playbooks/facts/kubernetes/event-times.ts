import type { Event } from '../../kinds/events.ts';

/** When an event was seen last, whichever of its writers' fields says so. */
export function lastSeen({ lastTimestamp, series, eventTime, firstTimestamp, metadata }: Event): Date | undefined {
  return (
    series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? firstTimestamp ?? metadata.creationTimestamp ?? undefined
  );
}
