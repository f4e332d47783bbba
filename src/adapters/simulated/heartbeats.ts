import type { WorldObject } from '../../core/world.ts';
import { isFields, textIn, valueAt } from './merge-patch.ts';
import { keyOfObject, objectsNamed, type Store, uidOf } from './store.ts';

const lockAnnotation = 'control-plane.alpha.kubernetes.io/leader';

/** A lock of leader election, or a node's lease, whose holder was alive when it was written. */
type Beat = { readonly ageMilliseconds: number; readonly holderUid: string | undefined };

/**
 * Locks that are renewed as time goes by. A world is written down for one moment, yet its holders live on: without
 * this every leader of a running world would look dead after one lease. A lock that was stale when it was written
 * stays stale, and one whose holder is a pod of the world goes stale when that pod is gone.
 */
export type Heartbeats = Map<string, Beat>;

type Lock = { readonly holder: string; readonly seconds: number; readonly renewed: number };

function lockIn(record: unknown): Lock | undefined {
  const holder = valueAt(record, 'holderIdentity');
  const seconds = valueAt(record, 'leaseDurationSeconds');
  const renewed = Date.parse(textIn(valueAt(record, 'renewTime')));
  if (typeof holder !== 'string' || holder === '' || typeof seconds !== 'number' || Number.isNaN(renewed))
    return undefined;
  return { holder, seconds, renewed };
}

function annotationOf(object: WorldObject): Record<string, unknown> | undefined {
  const written = valueAt(object, 'metadata', 'annotations', lockAnnotation);
  if (typeof written !== 'string') return undefined;
  try {
    const record: unknown = JSON.parse(written);
    return isFields(record) ? record : undefined;
  } catch {
    return undefined; // a check may meet such an annotation too, and says what it makes of it
  }
}

function lockOf(object: WorldObject): Lock | undefined {
  return object.kind === 'Lease' ? lockIn(object['spec']) : lockIn(annotationOf(object));
}

function renewed(object: WorldObject, at: Date): WorldObject {
  if (object.kind === 'Lease' && isFields(object['spec'])) {
    return { ...object, spec: { ...object['spec'], renewTime: at.toISOString().replace('Z', '000Z') } };
  }
  const record = { ...annotationOf(object), renewTime: at.toISOString().replace(/\.\d{3}Z$/, 'Z') };
  const annotations = { ...(object.metadata['annotations'] as object), [lockAnnotation]: JSON.stringify(record) };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

/** Learns which of these objects, as they were just written, are locks that somebody renews. */
export function listen(beats: Heartbeats, store: Store, objects: Iterable<WorldObject>, at: Date): void {
  for (const object of objects) {
    const key = keyOfObject(object);
    beats.delete(key);
    const lock = lockOf(object);
    if (lock === undefined) continue;
    const ageMilliseconds = Math.max(0, at.getTime() - lock.renewed);
    if (ageMilliseconds >= lock.seconds * 1000) continue;
    // Some components append a uuid to the name of their host or pod: `master-1_8a3c...`.
    const [name = lock.holder] = lock.holder.split('_');
    const { namespace } = object.metadata;
    const [pod] = objectsNamed(store, { apiVersion: 'v1', kind: 'Pod', namespace, name });
    beats.set(key, { ageMilliseconds, holderUid: pod === undefined ? undefined : uidOf(pod) });
  }
}

/**
 * Renews every lock whose holder is there, so that each looks as fresh as it was when it was written. The
 * resourceVersion stays: a renewal is nothing that a plan could be overtaken by.
 */
export function beat(beats: Heartbeats, store: Store, at: Date): void {
  if (beats.size === 0) return;
  const present = new Set([...store.objects.values()].filter(({ kind }) => kind === 'Pod').map(uidOf));
  for (const [key, { ageMilliseconds, holderUid }] of beats) {
    const object = store.objects.get(key);
    if (object === undefined || (holderUid !== undefined && !present.has(holderUid))) beats.delete(key);
    else store.objects.set(key, renewed(object, new Date(at.getTime() - ageMilliseconds)));
  }
}
