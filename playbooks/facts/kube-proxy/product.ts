import type { Pod } from '../../kinds/kubernetes.ts';

export const kubeProxyNamespace = 'kube-system';

export const kubeProxyContainer = 'kube-proxy';

/** kubeadm runs it as a DaemonSet, RKE2 as a static pod on each node; K3s and RKE1 run it outside of pods. */
export const kubeProxyLabels = 'k8s-app=kube-proxy';

export function isKubeProxy({ spec }: Pod): boolean {
  return spec.containers.some(({ name }) => name === kubeProxyContainer);
}

export function isStatic({ metadata }: Pod): boolean {
  return (
    metadata.ownerReferences.some(({ kind }) => kind === 'Node') ||
    'kubernetes.io/config.mirror' in metadata.annotations
  );
}
