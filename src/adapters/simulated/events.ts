import type { WorldObject } from '../../core/world.ts';
import { isFields, valueAt } from './merge-patch.ts';

/**
 * An Event as `v1` serves it. An API server keeps one store of Events and serves it in two shapes, so that what
 * somebody wrote down with `kubectl get events.events.k8s.io` is the same Event: `regarding` is `involvedObject`
 * there, `note` is `message`, and what `events.k8s.io` calls deprecated is what `v1` still counts with.
 */
export function asCoreEvent(object: WorldObject): WorldObject {
  const { apiVersion, kind, regarding, note, reportingController, ...rest } = object;
  if (kind !== 'Event' || !apiVersion.startsWith('events.k8s.io/')) return object;
  const { deprecatedSource, deprecatedCount, deprecatedFirstTimestamp, deprecatedLastTimestamp, ...same } = rest;
  const { series } = same;
  const core = {
    involvedObject: regarding,
    message: note,
    reportingComponent: reportingController,
    source: deprecatedSource ?? {},
    count: deprecatedCount ?? (isFields(series) ? valueAt(series, 'count') : undefined),
    firstTimestamp: deprecatedFirstTimestamp,
    lastTimestamp: deprecatedLastTimestamp,
  };
  const given = Object.entries(core).filter(([, value]) => value !== undefined);
  return { ...same, ...Object.fromEntries(given), apiVersion: 'v1', kind };
}
