import { z } from 'zod';
import type { Node } from '../../kinds/kubernetes.ts';

/** Who installed the control plane: it decides where its settings are, and how they are changed for good. */
export type Distribution = 'kubeadm' | 'RKE1' | 'RKE2' | 'K3s';

/** Told from what each leaves on its nodes. Undefined for any other, and for a cluster without nodes. */
export function distributionOf(nodes: readonly Node[]): Distribution | undefined {
  const kubelets = nodes.map(({ status }) => status.nodeInfo.kubeletVersion);
  const isAnnotated = (prefix: string) =>
    nodes.some(({ metadata }) => Object.keys(metadata.annotations).some((key) => key.startsWith(prefix)));
  if (kubelets.some((version) => version.includes('+rke2')) || isAnnotated('rke2.io/')) return 'RKE2';
  if (kubelets.some((version) => version.includes('+k3s')) || isAnnotated('k3s.io/')) return 'K3s';
  if (isAnnotated('rke.cattle.io/')) return 'RKE1';
  return isAnnotated('kubeadm.alpha.kubernetes.io/') ? 'kubeadm' : undefined;
}

const NodeArguments = z.array(z.string());

/** The arguments, configuration file included, that a K3s or RKE2 server was started with; undefined on other nodes. */
export function serverArguments({ metadata }: Node): string[] | undefined {
  const written = metadata.annotations['k3s.io/node-args'] ?? metadata.annotations['rke2.io/node-args'];
  if (written === undefined) return undefined;
  try {
    const parsed = NodeArguments.safeParse(JSON.parse(written));
    return parsed.success && parsed.data[0] === 'server' ? parsed.data : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export function isWindows({ metadata, status }: Node): boolean {
  return status.nodeInfo.operatingSystem === 'windows' || metadata.labels['kubernetes.io/os'] === 'windows';
}

/** A node without a machine: no CNI runs there. */
export function isVirtual({ metadata }: Node): boolean {
  return metadata.labels['type'] === 'virtual-kubelet';
}

/** One block of each family on a dual stack node; none until the controller-manager has given it one. */
export function podCidrsOf({ spec }: Node): string[] {
  if (spec.podCIDRs.length > 0) return spec.podCIDRs;
  return spec.podCIDR === '' ? [] : [spec.podCIDR];
}
