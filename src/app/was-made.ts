import { z } from 'zod';
import { type Change, changedObject } from '../core/change.ts';
import { defineKind, Metadata } from '../core/kind.ts';
import { carries } from '../core/prior.ts';
import type { ClusterReader } from '../core/reader.ts';

const AnyObject = z.looseObject({ apiVersion: z.string(), kind: z.string(), metadata: Metadata });
type AnyObject = z.infer<typeof AnyObject>;

/** The object that a change acts on, whole, as it is now; undefined when it is gone. */
export async function readChanged(change: Change, reader: ClusterReader): Promise<AnyObject | undefined> {
  const target = changedObject(change);
  const kind = defineKind({
    name: target.kind,
    plural: target.plural,
    apiVersions: [target.apiVersion],
    namespaced: target.namespace !== undefined,
    schema: AnyObject,
  });
  return reader.find(kind, { name: target.name, namespace: target.namespace });
}

/**
 * Tells from the cluster whether a change was made whose outcome nobody wrote down. `unclear` when the object was
 * changed since, in a way that could be this change or another one: that is left to a person.
 */
export async function wasMade(change: Change, reader: ClusterReader): Promise<'made' | 'not-made' | 'unclear'> {
  const object = await readChanged(change, reader);
  const same = object !== undefined && object.metadata.uid === change.uid;
  if (change.change !== 'patch-object') {
    return same && object.metadata.deletionTimestamp === undefined ? 'not-made' : 'made';
  }
  if (!same) return 'unclear';
  if (object.metadata.resourceVersion === change.resourceVersion) return 'not-made';
  return carries(change.patch, object) ? 'made' : 'unclear';
}
