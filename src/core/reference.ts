import { z } from 'zod';
import type { KubernetesObject } from './kind.ts';

/** Names one object. What a finding is about survives the fix: the workload, not the pod. */
export const ObjectReference = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  namespace: z.string().optional(),
  name: z.string(),
});
export type ObjectReference = z.infer<typeof ObjectReference>;

export function referenceTo(object: KubernetesObject): ObjectReference {
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    ...(object.metadata.namespace === undefined ? {} : { namespace: object.metadata.namespace }),
    name: object.metadata.name,
  };
}

/** `Subnet ovn-default` or `Pod kube-system/coredns-0`. */
export function nameOf(reference: Pick<ObjectReference, 'kind' | 'namespace' | 'name'>): string {
  return reference.namespace === undefined
    ? `${reference.kind} ${reference.name}`
    : `${reference.kind} ${reference.namespace}/${reference.name}`;
}

export function sameObject(left: ObjectReference, right: ObjectReference): boolean {
  return (
    left.kind === right.kind &&
    left.name === right.name &&
    left.namespace === right.namespace &&
    left.apiVersion === right.apiVersion
  );
}
