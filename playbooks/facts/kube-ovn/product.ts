import type { Platform, Product } from '../../../src/core/platform.ts';
import { parseVersion } from '../../../src/core/version.ts';

/** Names that the charts and the install script have used since v1.8; the namespace is not fixed. */
export const controller = {
  deployment: 'kube-ovn-controller',
  labels: 'app=kube-ovn-controller',
  container: 'kube-ovn-controller',
} as const;

export const daemon = { daemonSet: 'kube-ovn-cni', labels: 'app=kube-ovn-cni', container: 'cni-server' } as const;

/** The databases and ovn-northd: one Deployment, whose pods elect a leader of each. */
export const central = { deployment: 'ovn-central', labels: 'app=ovn-central', container: 'ovn-central' } as const;

/** Open vSwitch and ovn-controller on every node. */
export const openVSwitch = { labels: 'app=ovs', container: 'openvswitch' } as const;

export const pinger = { labels: 'app=kube-ovn-pinger', container: 'pinger' } as const;

/** Each of these Services must select exactly one pod: the leader of that database or of ovn-northd. */
export const databaseServices = ['ovn-nb', 'ovn-sb', 'ovn-northd'] as const;

export const annotations = {
  allocated: 'ovn.kubernetes.io/allocated',
  subnet: 'ovn.kubernetes.io/logical_switch',
  gateway: 'ovn.kubernetes.io/gateway',
  virtualMachine: 'ovn.kubernetes.io/virtualmachine',
} as const;

/** Why a check about kube-ovn does not apply, in the one wording that all of them use. */
export function whenInstalled(platform: Platform): true | string {
  return platform.kubeOvn !== undefined || 'kube-ovn is not installed on this cluster.';
}

/** The detected product. Only for use after `whenInstalled` has let a check look. */
export function installed(platform: Platform): Product {
  if (platform.kubeOvn === undefined)
    throw new TypeError('kube-ovn is not installed, so nothing can be asked about it');
  return platform.kubeOvn;
}

/** `kube-ovn v1.9.8`, or with the admission that nobody knows. */
export function sayVersion(version: string | undefined): string {
  return version === undefined ? 'this kube-ovn, whose version is not known,' : `kube-ovn ${version}`;
}

/** The tag of an image when it is a version: `v1.9.8` of `kubeovn/kube-ovn:v1.9.8@sha256:…`. */
export function versionOfImage(image: string): string | undefined {
  const withoutDigest = image.split('@')[0] ?? '';
  const tag = /:([^:/]+)$/.exec(withoutDigest)?.[1];
  return parseVersion(tag) === undefined ? undefined : tag;
}

/** The version in the banner that every kube-ovn program prints when it starts. */
export function versionOfBanner(lines: readonly string[]): string | undefined {
  for (const line of lines.toReversed()) {
    const written = /\bVersion:\s+(v?\d\S{0,60})/.exec(line)?.[1];
    if (parseVersion(written) !== undefined) return written;
  }
  return undefined;
}
