import { createHash } from 'node:crypto';
import { groupOf } from '../../core/kind.ts';
import type { World, WorldLog, WorldObject } from '../../core/world.ts';
import { asCoreEvent } from './events.ts';
import { isFields, textIn, valueAt } from './merge-patch.ts';

/** Names an object; without an `apiVersion`, in whichever version it is there. */
export type StoredName = {
  readonly apiVersion?: string | undefined;
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name: string;
};

/**
 * What the world holds at one moment, as etcd would. Objects are never changed in place, only replaced. Everything
 * that is made up here (uids, versions) follows from the order of the changes, so that every process that replays
 * the same journal comes to the same objects.
 */
export type Store = {
  readonly objects: Map<string, WorldObject>;
  readonly logs: Map<string, string[]>;
  revision: number;
};

export function keyOf({ apiVersion = '', kind, namespace = '', name }: StoredName): string {
  return JSON.stringify([apiVersion, kind, namespace, name]);
}

export function keyOfObject({ apiVersion, kind, metadata }: WorldObject): string {
  return keyOf({ apiVersion, kind, namespace: metadata.namespace, name: metadata.name });
}

export function logKey(pod: string, container: string, previous: boolean): string {
  return JSON.stringify([pod, container, previous]);
}

/** A field of an object's metadata, as text; undefined when it is absent or no text. */
export function metadataText(object: WorldObject, field: 'uid' | 'resourceVersion' | 'deletionTimestamp') {
  const value = object.metadata[field];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function uidOf(object: WorldObject): string {
  return metadataText(object, 'uid') ?? '';
}

export function isTerminating(object: WorldObject): boolean {
  return metadataText(object, 'deletionTimestamp') !== undefined;
}

export function finalizersOf(object: WorldObject): readonly unknown[] {
  const finalizers = object.metadata['finalizers'];
  return Array.isArray(finalizers) ? finalizers : [];
}

export function labelsOf(object: WorldObject): Record<string, string> {
  const labels = object.metadata['labels'];
  return isFields(labels)
    ? Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, textIn(value)]))
    : {};
}

/** A time as the API prints it: in whole seconds. */
export function apiTime(at: Date): string {
  return at.toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** A uid that is the same whenever the same object is made at the same point of the same history. */
function makeUid(key: string, revision: number): string {
  const hex = createHash('sha256').update(`${key} ${revision}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/**
 * The world as its file has it. Objects without a uid or a resourceVersion get one that depends on nothing but the
 * file; owner references without a uid get their owner's. Times that the file does not give stay absent.
 */
export function openStore(world: World): Store {
  const versions = world.objects.map((object) => Number(metadataText(object, 'resourceVersion') ?? 0));
  const store: Store = {
    objects: new Map(),
    logs: new Map(),
    revision: Math.max(1000, ...versions.filter(Number.isSafeInteger)),
  };
  for (const object of world.objects.map(asCoreEvent)) {
    const key = keyOfObject(object);
    const uid = metadataText(object, 'uid') ?? makeUid(key, 0);
    const resourceVersion = metadataText(object, 'resourceVersion') ?? String((store.revision += 1));
    store.objects.set(key, { ...object, metadata: { ...object.metadata, uid, resourceVersion } });
  }
  for (const object of store.objects.values()) {
    const owners = object.metadata['ownerReferences'];
    if (Array.isArray(owners)) setOwners(store, object, owners);
  }
  for (const log of world.logs) addLog(store, log);
  return store;
}

function setOwners(store: Store, object: WorldObject, owners: readonly unknown[]): void {
  const complete = owners.map((owner): unknown => {
    if (!isFields(owner) || owner['uid'] !== undefined) return owner;
    const { apiVersion, kind, name } = owner;
    const { namespace } = object.metadata;
    for (const place of [namespace, undefined]) {
      const found = store.objects.get(
        keyOf({ apiVersion: textIn(apiVersion), kind: textIn(kind), namespace: place, name: textIn(name) }),
      );
      if (found !== undefined) return { ...owner, uid: uidOf(found) };
    }
    return owner;
  });
  store.objects.set(keyOfObject(object), { ...object, metadata: { ...object.metadata, ownerReferences: complete } });
}

/**
 * Stores an object under its name, with the next resourceVersion. It stays the same object, with its uid and
 * creationTimestamp, unless it brings others, or takes the place of one that was being deleted or is gone.
 */
export function putObject(store: Store, written: WorldObject, at: Date): WorldObject {
  const object = asCoreEvent(written);
  const key = keyOfObject(object);
  const before = store.objects.get(key);
  const same = before !== undefined && (!isTerminating(before) || isTerminating(object)) ? before : undefined;
  store.revision += 1;
  const uid = metadataText(object, 'uid') ?? (same === undefined ? makeUid(key, store.revision) : uidOf(same));
  const creationTimestamp =
    object.metadata['creationTimestamp'] ?? (same === undefined ? apiTime(at) : same.metadata['creationTimestamp']);
  const metadata = {
    ...object.metadata,
    uid,
    resourceVersion: String(store.revision),
    ...(creationTimestamp === undefined ? {} : { creationTimestamp }),
  };
  if (before !== undefined && uidOf(before) !== uid) dropLogs(store, before);
  const stored: WorldObject = { ...object, metadata };
  store.objects.set(key, stored);
  return stored;
}

/** Takes an object out at once, and with a pod its logs. */
export function removeObject(store: Store, object: WorldObject): void {
  if (store.objects.delete(keyOfObject(object))) dropLogs(store, object);
}

function dropLogs(store: Store, object: WorldObject): void {
  if (object.kind !== 'Pod') return;
  const pod = `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
  for (const key of store.logs.keys()) {
    if ((JSON.parse(key) as unknown[])[0] === pod) store.logs.delete(key);
  }
}

/** New lines go to the end of a running container's log; the log of a previous instance is replaced as a whole. */
export function addLog(store: Store, { pod, container, previous, lines }: WorldLog): void {
  const key = logKey(pod, container, previous);
  store.logs.set(key, previous ? [...lines] : [...(store.logs.get(key) ?? []), ...lines]);
}

export function objectsNamed(store: Store, name: StoredName): WorldObject[] {
  if (name.apiVersion !== undefined) {
    const found = store.objects.get(keyOf(name));
    return found === undefined ? [] : [found];
  }
  return [...store.objects.values()].filter(
    ({ kind, metadata }) => kind === name.kind && metadata.name === name.name && metadata.namespace === name.namespace,
  );
}

export function objectsOf(store: Store, apiVersion: string, kind: string): WorldObject[] {
  return [...store.objects.values()].filter((object) => object.apiVersion === apiVersion && object.kind === kind);
}

/** What the world's CustomResourceDefinition says about one version of a kind, when the world holds it. */
export function definitionOf(store: Store, apiVersion: string, kind: string): unknown {
  const group = groupOf(apiVersion);
  const version = apiVersion.slice(group.length + 1);
  for (const definition of store.objects.values()) {
    if (definition.kind !== 'CustomResourceDefinition' || valueAt(definition, 'spec', 'group') !== group) continue;
    if (valueAt(definition, 'spec', 'names', 'kind') !== kind) continue;
    const versions = valueAt(definition, 'spec', 'versions');
    if (Array.isArray(versions)) return versions.find((candidate) => valueAt(candidate, 'name') === version);
  }
  return undefined;
}
