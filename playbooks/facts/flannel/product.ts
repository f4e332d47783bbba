import type { Platform } from '../../../src/core/platform.ts';

/** The container that runs flanneld, under canal as well as alone. */
export const flannelContainer = 'kube-flannel';

/**
 * Names of canal's manifest, of the RKE2 chart and of flannel's own manifest. flannel moved from kube-system to
 * kube-flannel with v0.19.0; which namespace it is in was detected.
 */
export const names = {
  canal: { labels: 'k8s-app=canal', configMaps: ['canal-config', 'rke2-canal-config'], title: 'canal' },
  flannel: { labels: 'app=flannel', configMaps: ['kube-flannel-cfg'], title: 'flannel' },
} as const;

export type FlannelProduct = keyof typeof names;

export type Installed = {
  readonly product: FlannelProduct;
  readonly title: string;
  readonly namespace: string;
  readonly version: string | undefined;
};

export function whenInstalled(platform: Platform): true | string {
  if (platform.canal !== undefined || platform.flannel !== undefined) return true;
  return 'Neither canal nor flannel is installed on this cluster.';
}

/** canal where there is one, since it brings its own flannel. Only for use after `whenInstalled` has let a check look. */
export function installed(platform: Platform): Installed {
  const product = platform.canal === undefined ? 'flannel' : 'canal';
  const found = platform[product];
  if (found === undefined) throw new TypeError('neither canal nor flannel is installed');
  return { product, title: names[product].title, namespace: found.namespace, version: found.version };
}

export function sayVersion(version: string | undefined): string {
  return version === undefined ? 'this flannel, whose version is not known,' : `flannel ${version}`;
}
