import { defineDetector } from '../../src/core/detector.ts';
import { list } from '../../src/core/read.ts';
import type { ClusterReader } from '../../src/core/reader.ts';
import { flannelContainer } from '../facts/flannel/product.ts';
import { versionTagOf } from '../facts/kubernetes/images.ts';
import { DaemonSet } from '../kinds/workloads.ts';

/** canal runs flanneld and Calico's agent in one pod; flannel alone, and K3s's own, are another product. */
export const canal = defineDetector({
  product: 'canal',
  reads: [list(DaemonSet)],
  async detect(cluster) {
    return (await flannelDaemonSets(cluster)).find(({ isCanal }) => isCanal)?.product;
  },
});

type Found = { readonly isCanal: boolean; readonly product: { namespace: string; version?: string } };

/**
 * Every DaemonSet that runs flanneld, those with pods first: old manifests have one for each processor architecture.
 * The version is the tag of flanneld's own image, since canal's own number says nothing about it.
 */
export async function flannelDaemonSets(cluster: ClusterReader): Promise<Found[]> {
  const every = await cluster.list(DaemonSet);
  const running = ({ status }: DaemonSet) => Number(status.desiredNumberScheduled > 0);
  return every
    .toSorted((left, right) => running(right) - running(left))
    .flatMap(({ metadata, spec }) => {
      const { containers } = spec.template.spec;
      const flannel = containers.find(({ name }) => name === flannelContainer);
      if (flannel === undefined) return [];
      const version = versionTagOf(flannel.image);
      const namespace = metadata.namespace ?? 'kube-system';
      return [
        {
          isCanal: containers.some(({ name }) => name === 'calico-node'),
          product: version === undefined ? { namespace } : { namespace, version },
        },
      ];
    });
}
