import { defineDetector } from '../../src/core/detector.ts';
import { CannotRead } from '../../src/core/errors.ts';
import { list, logs } from '../../src/core/read.ts';
import type { ClusterReader } from '../../src/core/reader.ts';
import { controller, daemon, versionOfBanner, versionOfImage } from '../facts/kube-ovn/product.ts';
import { Deployment, Pod } from '../kinds/kubernetes.ts';

/**
 * kube-ovn is where its controller's Deployment is, in whatever namespace, or, where that was deleted or is called
 * something else, where pods of the controller or of kube-ovn-cni are. The version is the tag of their image; where
 * that is a digest or a vendor's own numbering, it is what the controller printed when it started.
 */
export const kubeOvn = defineDetector({
  product: 'kubeOvn',
  reads: [list(Deployment), list(Pod), logs({ product: 'kubeOvn' })],
  async detect(cluster) {
    const [deployment] = await cluster.list(Deployment, { fields: `metadata.name=${controller.deployment}` });
    const found =
      deployment === undefined
        ? ((await podOf(cluster, controller)) ?? (await podOf(cluster, daemon)))
        : { metadata: deployment.metadata, containers: deployment.spec.template.spec.containers };
    if (found === undefined) return undefined;
    const namespace = found.metadata.namespace ?? 'kube-system';
    const { containers } = found;
    const named = containers.find(({ name }) => name === controller.container || name === daemon.container);
    const image = (named ?? containers[0])?.image ?? '';
    const version = versionOfImage(image) ?? (await versionInLog(cluster, namespace));
    return version === undefined ? { namespace } : { namespace, version };
  },
});

async function podOf(cluster: ClusterReader, { labels }: typeof controller | typeof daemon) {
  const [pod] = await cluster.list(Pod, { labels });
  return pod === undefined ? undefined : { metadata: pod.metadata, containers: pod.spec.containers };
}

/** A log that cannot be read leaves the version unknown, which checks then say; it is no reason not to see kube-ovn. */
async function versionInLog(cluster: ClusterReader, namespace: string): Promise<string | undefined> {
  try {
    for (const { metadata } of await cluster.list(Pod, { namespace, labels: controller.labels })) {
      const log = await cluster.logs({ namespace, pod: metadata.name, container: controller.container });
      const version = versionOfBanner((log?.lines ?? []).map(({ text }) => text));
      if (version !== undefined) return version;
    }
  } catch (error) {
    if (!(error instanceof CannotRead)) throw error;
  }
  return undefined;
}
