import { z } from 'zod';
import { canonicalJson } from '../core/canonical-json.ts';
import { type Change, changedObject } from '../core/change.ts';
import { defineKind, Metadata } from '../core/kind.ts';
import type { ClusterReader } from '../core/reader.ts';

const AnyObject = z.looseObject({ apiVersion: z.string(), kind: z.string(), metadata: Metadata });

/**
 * Tells from the cluster whether a change was made whose outcome nobody wrote down. `unclear` when the object was
 * changed since, in a way that could be this change or another one: that is left to a person.
 */
export async function wasMade(change: Change, reader: ClusterReader): Promise<'made' | 'not-made' | 'unclear'> {
  const target = changedObject(change);
  const kind = defineKind({
    name: target.kind,
    plural: target.plural,
    apiVersions: [target.apiVersion],
    namespaced: target.namespace !== undefined,
    schema: AnyObject,
  });
  const object = await reader.find(kind, { name: target.name, namespace: target.namespace });
  const same = object !== undefined && object.metadata.uid === target.uid;
  if (change.change !== 'patch-object') {
    return same && object.metadata.deletionTimestamp === undefined ? 'not-made' : 'made';
  }
  if (!same) return 'unclear';
  if (object.metadata.resourceVersion === change.resourceVersion) return 'not-made';
  return holds(change.patch, object) ? 'made' : 'unclear';
}

/** Whether every field that a merge patch sets has its value in the object, and every field it removes is gone. */
function holds(patch: unknown, value: unknown): boolean {
  if (patch === null) return value === undefined || value === null;
  if (typeof patch !== 'object' || Array.isArray(patch)) return canonicalJson(patch) === canonicalJson(value);
  if (value === null || typeof value !== 'object') return false;
  const fields = new Map(Object.entries(value));
  return Object.entries(patch).every(([key, part]) => holds(part, fields.get(key)));
}
