import type { Step } from '../../../src/core/remedy.ts';
import { isControlPlane } from '../../facts/kubernetes/nodes.ts';
import { isReady } from '../../facts/kubernetes/pods.ts';
import type { Node, Pod } from '../../kinds/kubernetes.ts';

/** The image is on the node already; flanneld needs seconds, calico-node beside it up to a minute. */
const readyWithinSeconds = 120;

/** The label that flannel's and canal's manifests select their pods by. */
function selectorOf(pod: Pod): string {
  for (const key of ['k8s-app', 'app']) {
    const value = pod.metadata.labels[key];
    if (value !== undefined) return `${key}=${value}`;
  }
  return '';
}

/** Workers first, so that a surprise stops the fix before it reaches the control plane. */
export function inOrder(pods: readonly Pod[], nodes: readonly Node[]): Pod[] {
  const control = new Set(nodes.filter(isControlPlane).map(({ metadata }) => metadata.name));
  const rank = ({ spec }: Pod) => Number(control.has(spec.nodeName ?? ''));
  return pods.toSorted((left, right) => rank(left) - rank(right));
}

/**
 * Deletes these pods one after another. Each must be Ready again before the next one goes; pods that are down already
 * and come later are not waited for.
 */
export function rollSteps(pods: readonly Pod[], every: readonly Pod[]): Step[] {
  const staying = every.filter((pod) => !pods.includes(pod) && isReady(pod)).length;
  return pods.map((pod, index) => {
    const { name, namespace = '', uid } = pod.metadata;
    const later = pods.slice(index + 1).filter(isReady).length;
    return {
      does: `Delete pod ${namespace}/${name} on node ${pod.spec.nodeName ?? 'unknown'}, and wait until the next one is ready there.`,
      change: { change: 'delete-pod', namespace, name, uid },
      settled: {
        until: 'pods-ready',
        namespace,
        labels: selectorOf(pod),
        atLeast: staying + index + 1 + later,
        withinSeconds: readyWithinSeconds,
      },
    };
  });
}
