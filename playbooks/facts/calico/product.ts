import type { Platform, Product } from '../../../src/core/platform.ts';
import { versionTagOf } from '../kubernetes/images.ts';

/**
 * The agent on every node: Felix, BIRD with confd, and a few small helpers in one container. The DaemonSet is
 * `calico-node` in kube-system (manifest) or calico-system (operator), and `canal` or `rke2-canal` with canal.
 */
export const nodeAgent = { container: 'calico-node', apps: ['calico-node', 'canal'] } as const;

/** Whether these containers, of a pod or of its template, have the agent among them. */
export function runsNodeAgent({ containers }: { readonly containers: readonly { readonly name: string }[] }): boolean {
  return containers.some(({ name }) => name === nodeAgent.container);
}

export const typha = { container: 'calico-typha', app: 'calico-typha', labels: 'k8s-app=calico-typha' } as const;

/** The label that every manifest of Calico puts on its pods. */
export const appLabel = 'k8s-app';

export const annotations = {
  /** The address, with its prefix length, that BIRD on a node speaks from: `192.168.10.12/24`. */
  bgpAddress4: 'projectcalico.org/IPv4Address',
  bgpAddress6: 'projectcalico.org/IPv6Address',
} as const;

/** Why a check about Calico does not apply, in the one wording that all of them use. */
export function whenInstalled(platform: Platform): true | string {
  return platform.calico !== undefined || 'Calico is not installed on this cluster.';
}

/** The same for what Calico does only where it is the whole network: with canal, flannel routes and host-local gives addresses. */
export function whenWholeNetwork(platform: Platform): true | string {
  if (platform.calico === undefined) return 'Calico is not installed on this cluster.';
  return (
    platform.canal === undefined ||
    'With canal, Calico only enforces policies: addresses come from the pod range of each node, and there is no BGP.'
  );
}

/** The detected product. Only for use after `whenInstalled` has let a check look. */
export function installed(platform: Platform): Product {
  if (platform.calico === undefined) throw new TypeError('Calico is not installed, so nothing can be asked about it');
  return platform.calico;
}

/** `Calico v3.22.0`, or with the admission that nobody knows. */
export function sayVersion(version: string | undefined): string {
  return version === undefined ? 'this Calico, whose version is not known,' : `Calico ${version}`;
}

/** The version of Calico in an image of its node agent. Calico Enterprise counts differently, and says nothing here. */
export function versionOfAgentImage(image: string): string | undefined {
  return /tigera|cnx-node/.test(image) ? undefined : versionTagOf(image);
}
