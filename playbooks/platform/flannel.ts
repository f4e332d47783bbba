import { defineDetector } from '../../src/core/detector.ts';
import { list } from '../../src/core/read.ts';
import { distributionOf } from '../facts/kubernetes/distribution.ts';
import { Node, Pod } from '../kinds/kubernetes.ts';
import { DaemonSet } from '../kinds/workloads.ts';
import { flannelWorkloads } from './canal.ts';

const annotation = 'flannel.alpha.coreos.com/kube-subnet-manager';

/**
 * flannel without Calico. K3s runs it in its own process, so there only the annotations that it leaves on the nodes
 * tell of it, and no version does.
 */
export const flannel = defineDetector({
  product: 'flannel',
  reads: [list(DaemonSet), list(Pod), list(Node)],
  async detect(cluster) {
    const found = await flannelWorkloads(cluster);
    if (found.length > 0) return found.find(({ isCanal }) => !isCanal)?.product;
    const nodes = await cluster.list(Node);
    const isBuiltIn =
      distributionOf(nodes) === 'K3s' && nodes.some(({ metadata }) => annotation in metadata.annotations);
    return isBuiltIn ? { namespace: 'kube-system' } : undefined;
  },
});
