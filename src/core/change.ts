import { z } from 'zod';

const uid = z.string().min(1);
const resourceVersion = z.string().min(1);

/**
 * One typed operation on the Kubernetes API: the closed list of all that the house can do to a cluster.
 * Every one names the uid, and where the operation reads state the resourceVersion, of what was seen;
 * the API server refuses it when the object is no longer that one.
 */
export const Change = z.discriminatedUnion('change', [
  z.object({
    change: z.literal('delete-pod'),
    namespace: z.string(),
    name: z.string(),
    uid,
    gracePeriodSeconds: z.number().int().min(1).optional(),
  }),
  /** Through the eviction API, so that a PodDisruptionBudget can say no. */
  z.object({ change: z.literal('evict-pod'), namespace: z.string(), name: z.string(), uid }),
  z.object({
    change: z.literal('delete-object'),
    apiVersion: z.string(),
    kind: z.string(),
    plural: z.string(),
    namespace: z.string().optional(),
    name: z.string(),
    uid,
    resourceVersion,
  }),
  /** A JSON merge patch (RFC 7386) of the object, or of one of its subresources. */
  z.object({
    change: z.literal('patch-object'),
    apiVersion: z.string(),
    kind: z.string(),
    plural: z.string(),
    namespace: z.string().optional(),
    name: z.string(),
    uid,
    resourceVersion,
    subresource: z.enum(['scale']).optional(),
    patch: z.record(z.string(), z.unknown()),
  }),
]);
export type Change = z.infer<typeof Change>;
export type ChangeName = Change['change'];

/** The object a change acts on, as the API names it. */
export function changedObject(change: Change): {
  apiVersion: string;
  kind: string;
  plural: string;
  namespace?: string | undefined;
  name: string;
  uid: string;
  resourceVersion?: string | undefined;
} {
  switch (change.change) {
    case 'delete-pod':
    case 'evict-pod':
      return {
        apiVersion: 'v1',
        kind: 'Pod',
        plural: 'pods',
        namespace: change.namespace,
        name: change.name,
        uid: change.uid,
      };
    case 'delete-object':
    case 'patch-object':
      return change;
  }
}

/** `delete Pod kube-system/web-0`, for a person. */
export function describeChange(change: Change): string {
  const object = changedObject(change);
  const name = object.namespace === undefined ? object.name : `${object.namespace}/${object.name}`;
  const verbs = {
    'delete-pod': 'delete',
    'evict-pod': 'evict',
    'delete-object': 'delete',
    'patch-object': 'patch',
  } as const;
  const part = change.change === 'patch-object' && change.subresource !== undefined ? ` (${change.subresource})` : '';
  return `${verbs[change.change]} ${object.kind} ${name}${part}`;
}
