import type { Pod } from '../../kinds/kubernetes.ts';
import { annotations } from './product.ts';

/**
 * Whether kube-ovn counts a pod as alive, which decides whether its address and its logical port stay. This is
 * the controller's own rule, with its oddity: the grace period is already in `deletionTimestamp`, and it adds it
 * once more.
 */
export function isAlive(pod: Pod, now: Date): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata;
  if (deletionTimestamp !== undefined && deletionGracePeriodSeconds !== undefined) {
    if (now.getTime() > deletionTimestamp.getTime() + deletionGracePeriodSeconds * 1000) return false;
  }
  const { phase, reason } = pod.status;
  if (phase === 'Succeeded' && pod.spec.restartPolicy !== 'Always') return false;
  if (phase === 'Failed') return pod.spec.restartPolicy !== 'Never' && reason !== 'Evicted';
  return true;
}

/** The name of the pod's logical switch port in its default network: a virtual machine's pods share the machine's. */
export function logicalPortOf(pod: Pod): string {
  const machine = pod.metadata.annotations[annotations.virtualMachine];
  return `${machine ?? pod.metadata.name}.${pod.metadata.namespace ?? ''}`;
}

/** The subnet whose address a pod has; undefined for a pod on the host's network, and before kube-ovn has seen it. */
export function subnetOf(pod: Pod): string | undefined {
  return pod.spec.hostNetwork ? undefined : pod.metadata.annotations[annotations.subnet];
}

export function isOnSubnet(pod: Pod, subnet: string): boolean {
  return subnetOf(pod) === subnet;
}
