import { defineDetector } from '../../src/core/detector.ts';
import type { Metadata } from '../../src/core/kind.ts';
import { list } from '../../src/core/read.ts';
import type { ClusterReader } from '../../src/core/reader.ts';
import { flannelContainer } from '../facts/flannel/product.ts';
import { versionTagOf } from '../facts/kubernetes/images.ts';
import { Pod } from '../kinds/kubernetes.ts';
import { DaemonSet } from '../kinds/workloads.ts';

/** canal runs flanneld and Calico's agent in one pod; flannel alone, and K3s's own, are another product. */
export const canal = defineDetector({
  product: 'canal',
  reads: [list(DaemonSet), list(Pod)],
  async detect(cluster) {
    return (await flannelWorkloads(cluster)).find(({ isCanal }) => isCanal)?.product;
  },
});

type Found = { readonly isCanal: boolean; readonly product: { namespace: string; version?: string } };

/**
 * Everything that runs flanneld, with pods first: old manifests have a DaemonSet for each processor architecture, and
 * one that was deleted may have left its pods, which then still are the network. The version is the tag of flanneld's
 * own image, since canal's own number says nothing about it.
 */
export async function flannelWorkloads(cluster: ClusterReader): Promise<Found[]> {
  const running = ({ status }: DaemonSet) => Number(status.desiredNumberScheduled > 0);
  const daemonSets = (await cluster.list(DaemonSet))
    .toSorted((left, right) => running(right) - running(left))
    .flatMap(({ metadata, spec }) => foundIn(metadata, spec.template.spec));
  if (daemonSets.length > 0) return daemonSets;
  return (await cluster.list(Pod)).flatMap(({ metadata, spec }) => foundIn(metadata, spec));
}

type Containers = { readonly containers: readonly { readonly name: string; readonly image: string }[] };

function foundIn({ namespace = 'kube-system' }: Metadata, { containers }: Containers): Found[] {
  const flannel = containers.find(({ name }) => name === flannelContainer);
  if (flannel === undefined) return [];
  const version = versionTagOf(flannel.image);
  return [
    {
      isCanal: containers.some(({ name }) => name === 'calico-node'),
      product: version === undefined ? { namespace } : { namespace, version },
    },
  ];
}
