import type { Node } from '../../kinds/kubernetes.ts';

/** The last one is what RKE1 writes. */
const controlPlaneLabels = [
  'node-role.kubernetes.io/control-plane',
  'node-role.kubernetes.io/master',
  'node-role.kubernetes.io/controlplane',
];

/** Trouble of the network of these nodes is felt there alone, unless API servers run on them: they are everybody's. */
export function feltOnlyOn(names: readonly string[], nodes: readonly Node[]): { nodes?: string[] } {
  const own = nodes.filter(({ metadata }) => names.includes(metadata.name));
  return own.length < names.length || own.some(isControlPlane) ? {} : { nodes: [...names] };
}

export function isControlPlane(node: Node): boolean {
  return controlPlaneLabels.some((label) => label in node.metadata.labels);
}

/** One of each family on a dual stack node. */
export function internalAddresses(node: Node): string[] {
  return node.status.addresses.filter(({ type }) => type === 'InternalIP').map(({ address }) => address);
}

/** The condition by which a kubelet says that its node is not ready for want of a network, and of nothing else. */
export function networkComplaintOf(node: Node): Node['status']['conditions'][number] | undefined {
  const ready = node.status.conditions.find(({ type }) => type === 'Ready');
  if (ready === undefined || ready.status === 'True') return undefined;
  return /NetworkPluginNotReady|cni plugin not initialized|cni config uninitialized/.test(ready.message)
    ? ready
    : undefined;
}

export function isNodeReady(node: Node): boolean {
  return node.status.conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}

/** The kubelet has not been heard of for longer than the control plane waits, so nobody can be asked on that node. */
export function isNodeSilent(node: Node): boolean {
  return node.status.conditions.some(({ type, status }) => type === 'Ready' && status === 'Unknown');
}
