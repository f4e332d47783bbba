import type { ObjectReference } from '../../../src/core/reference.ts';
import { referenceTo } from '../../../src/core/reference.ts';
import type { Pod } from '../../kinds/kubernetes.ts';

export function isReady(pod: Pod): boolean {
  return pod.status.conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}

/** Done for good: a Job's pod that ended, or an evicted one. */
export function isFinished(pod: Pod): boolean {
  return pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed';
}

/** When a container of the pod last ended, and how. */
export function lastTermination(pod: Pod): { container: string; exitCode: number; at: Date } | undefined {
  return pod.status.containerStatuses
    .flatMap(({ name, lastState }) => {
      const { exitCode, finishedAt } = lastState.terminated ?? {};
      return exitCode === undefined || !finishedAt ? [] : [{ container: name, exitCode, at: finishedAt }];
    })
    .sort((left, right) => right.at.getTime() - left.at.getTime())[0];
}

/**
 * The workload that recreates a pod, and so survives a fix. A Deployment is told from its ReplicaSet by the hash
 * that both names end in; the owner itself is not read. A bare pod is its own workload.
 */
export function workloadOf(pod: Pod): ObjectReference {
  const owner = pod.metadata.ownerReferences[0];
  if (owner === undefined) return referenceTo(pod);
  const within = pod.metadata.namespace === undefined ? {} : { namespace: pod.metadata.namespace };
  const hash = pod.metadata.labels['pod-template-hash'];
  if (owner.kind === 'ReplicaSet' && hash !== undefined && owner.name.endsWith(`-${hash}`)) {
    return { apiVersion: 'apps/v1', kind: 'Deployment', ...within, name: owner.name.slice(0, -hash.length - 1) };
  }
  return { apiVersion: owner.apiVersion, kind: owner.kind, ...within, name: owner.name };
}
