import { type Distribution, distributionOf } from '../../facts/kubernetes/distribution.ts';
import type { Node } from '../../kinds/kubernetes.ts';

/** How a flag of the API server is set for good, and an environment variable likewise, by who installed it. */
const places: Readonly<Record<Distribution, (flag: string, value: string) => string[]>> = {
  kubeadm: (flag, value) => [
    `On each control-plane node, one after another: copy /etc/kubernetes/manifests/kube-apiserver.yaml to a place outside of that directory, since the kubelet runs every manifest in it; then add the item --${flag}=${value} below "command" of the container.`,
    'The kubelet starts it anew within 20 to 60 s, and the API of that node is away meanwhile. Go on with the next node when kubectl get --raw /readyz answers ok there, and the pod shows the new argument.',
    `Keep it: kubectl -n kube-system edit configmap kubeadm-config, and set ${flag} below ClusterConfiguration.apiServer.extraArgs, as a map up to v1beta3 and as a list of name and value in v1beta4. The next kubeadm upgrade drops it otherwise.`,
  ],
  RKE1: (flag, value) => [
    `In cluster.yml, set services.kube-api.extra_args: {${flag}: "${value}"}, and run rke up. It restarts the API servers one after another.`,
  ],
  RKE2: (flag, value) => [
    `In /etc/rancher/rke2/config.yaml of each server node, add kube-apiserver-arg: ["${flag}=${value}"], and restart them one after another: systemctl restart rke2-server`,
  ],
  K3s: (flag, value) => [
    `In /etc/rancher/k3s/config.yaml of each server node, add kube-apiserver-arg: ["${flag}=${value}"], and restart them one after another: systemctl restart k3s`,
  ],
};

/** Whole sentences that set a flag on every API server of this cluster. */
export function setFlag(nodes: readonly Node[], flag: string, value: string): string[] {
  const distribution = distributionOf(nodes);
  if (distribution !== undefined) return places[distribution](flag, value);
  return [
    `Set --${flag}=${value} where the provider of this control plane keeps the arguments of the API server; who installed it could not be told.`,
  ];
}

/** Where the environment of an API server is, as a whole sentence. */
export function environmentPlace(nodes: readonly Node[]): string {
  switch (distributionOf(nodes)) {
    case 'kubeadm':
      return 'It stands in /etc/kubernetes/manifests/kube-apiserver.yaml of each control-plane node, where kubeadm copied it from the shell that ran it.';
    case 'RKE2':
      return 'It stands in /etc/default/rke2-server of each server node, or /etc/sysconfig/rke2-server.';
    case 'K3s':
      return 'It stands in /etc/systemd/system/k3s.service.env of each server node.';
    case 'RKE1':
      return 'It stands in services.kube-api.extra_env of cluster.yml.';
    case undefined:
      return 'Where it stands depends on who installed the control plane, which could not be told.';
  }
}

/** Static pods: deleting the mirror object restarts nothing. */
export function restartStaticPod(component: string, node: string): string[] {
  return [
    `On node ${node}: mv /etc/kubernetes/manifests/${component}.yaml /var/tmp/ and wait until crictl ps shows it no longer, 20 s at least. Deleting the pod object restarts nothing, since it only mirrors the file.`,
    `Then move it back: mv /var/tmp/${component}.yaml /etc/kubernetes/manifests/`,
  ];
}
