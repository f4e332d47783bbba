import type { Pod } from '../../kinds/kubernetes.ts';

export type ApiServerStart = { readonly node: string; readonly at: Date };

/**
 * When each API server last started, newest first, as its static pod tells. Empty where the control plane is no pod
 * of the cluster: managed ones, RKE1, K3s.
 */
export function apiServerStarts(pods: readonly Pod[]): ApiServerStart[] {
  return pods
    .filter(({ metadata }) => metadata.namespace === 'kube-system' && metadata.labels['component'] === 'kube-apiserver')
    .flatMap(({ metadata, spec, status }) => {
      const own = status.containerStatuses.find(({ name }) => name === 'kube-apiserver');
      const at = own?.state.running?.startedAt;
      return at ? [{ node: spec.nodeName ?? metadata.name, at }] : [];
    })
    .sort((left, right) => right.at.getTime() - left.at.getTime());
}
