import type { Pod } from '../../kinds/kubernetes.ts';
import { isFinished } from '../kubernetes/pods.ts';
import { annotations } from './product.ts';

/** Networks that another plugin serves: their pods never carry kube-ovn's annotation. */
const otherDefaultNetwork = 'v1.multus-cni.io/default-network';

/** Pods that are on a node for a while, and have no address from kube-ovn yet. */
export function podsWithoutAddress(pods: readonly Pod[], forMilliseconds: number, now: Date): Pod[] {
  return pods.filter((pod) => {
    const { nodeName, hostNetwork } = pod.spec;
    const { annotations: written, creationTimestamp, deletionTimestamp } = pod.metadata;
    if (nodeName === undefined || hostNetwork || isFinished(pod) || deletionTimestamp !== undefined) return false;
    if (pod.status.phase !== 'Pending' || otherDefaultNetwork in written) return false;
    if (written[annotations.allocated] === 'true') return false;
    return creationTimestamp !== undefined && now.getTime() - creationTimestamp.getTime() > forMilliseconds;
  });
}
