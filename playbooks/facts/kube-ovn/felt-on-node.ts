import type { Pod } from '../../kinds/kubernetes.ts';
import { isReady } from '../kubernetes/pods.ts';

export type FeltOnNode = {
  readonly node: string;
  readonly notReady: readonly Pod[];
  readonly total: number;
  readonly elsewhere: { readonly notReady: number; readonly total: number };
};

const fewest = 3;
const most = 0.8;
const least = 0.2;

/**
 * Nodes on which nearly all running pods of the given ones are not ready while nearly all others are: the kubelet
 * there cannot probe them. Pods that do not run yet are left out, as they wait for something else.
 */
export function feltOnNodes(pods: readonly Pod[]): FeltOnNode[] {
  const running = pods.filter(
    ({ status, spec, metadata }) =>
      status.phase === 'Running' && spec.nodeName !== undefined && metadata.deletionTimestamp === undefined,
  );
  const bad = running.filter((pod) => !isReady(pod));
  return [...new Set(bad.map(({ spec }) => spec.nodeName ?? ''))].sort().flatMap((node) => {
    const own = running.filter(({ spec }) => spec.nodeName === node);
    const notReady = bad.filter(({ spec }) => spec.nodeName === node);
    const elsewhere = { notReady: bad.length - notReady.length, total: running.length - own.length };
    const isHere = notReady.length >= fewest && notReady.length >= own.length * most;
    const isOnlyHere = elsewhere.total >= fewest && elsewhere.notReady <= elsewhere.total * least;
    return isHere && isOnlyHere ? [{ node, notReady, total: own.length, elsewhere }] : [];
  });
}
