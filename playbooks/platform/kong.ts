import { defineDetector } from '../../src/core/detector.ts';
import { list } from '../../src/core/read.ts';
import { versionOfImage } from '../facts/kong/product.ts';
import { Deployment, Pod } from '../kinds/kubernetes.ts';
import { DaemonSet } from '../kinds/workloads.ts';
import { findKongWorkloads, kongPodsAmong } from '../reads/kong/installation.ts';

/**
 * Kong is where a Deployment or DaemonSet runs it, from the chart, a manifest or a private registry, or else where pods
 * do. Of several, the one with an ingress controller counts. The version is the proxy's: the controller has its own.
 */
export const kong = defineDetector({
  product: 'kong',
  reads: [list(Deployment), list(DaemonSet), list(Pod)],
  async detect(cluster) {
    const made = await findKongWorkloads(cluster);
    const workloads = made.length > 0 ? made : kongPodsAmong(await cluster.list(Pod));
    const chosen = workloads.find(({ controller }) => controller !== undefined) ?? workloads[0];
    if (chosen === undefined) return undefined;
    const namespace = chosen.workload.metadata.namespace ?? 'kong';
    const proxy = workloads.find(
      (one) => one.proxy !== undefined && one.workload.metadata.namespace === namespace,
    )?.proxy;
    const version = versionOfImage(proxy?.image ?? '');
    return version === undefined ? { namespace } : { namespace, version };
  },
});
