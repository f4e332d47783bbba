import type { Node } from '../../kinds/kubernetes.ts';

const controlPlaneLabels = ['node-role.kubernetes.io/control-plane', 'node-role.kubernetes.io/master'];

export function isControlPlane(node: Node): boolean {
  return controlPlaneLabels.some((label) => label in node.metadata.labels);
}

/** One of each family on a dual stack node. */
export function internalAddresses(node: Node): string[] {
  return node.status.addresses.filter(({ type }) => type === 'InternalIP').map(({ address }) => address);
}

export function isNodeReady(node: Node): boolean {
  return node.status.conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}

/** The kubelet has not been heard of for longer than the control plane waits, so nobody can be asked on that node. */
export function isNodeSilent(node: Node): boolean {
  return node.status.conditions.some(({ type, status }) => type === 'Ready' && status === 'Unknown');
}
