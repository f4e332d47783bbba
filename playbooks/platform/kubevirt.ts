import { defineDetector } from '../../src/core/detector.ts';
import { list } from '../../src/core/read.ts';
import { KubeVirt } from '../kinds/kubevirt.ts';

/** KubeVirt is where its installation object is. A cluster that does not serve the kind has none. */
export const kubeVirt = defineDetector({
  product: 'kubeVirt',
  reads: [list(KubeVirt)],
  async detect(cluster) {
    const [installation] = await cluster.list(KubeVirt);
    if (installation === undefined) return undefined;
    const namespace = installation.metadata.namespace ?? 'kubevirt';
    const version = installation.status.observedKubeVirtVersion;
    return version === undefined ? { namespace } : { namespace, version };
  },
});
