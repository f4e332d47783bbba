import { defineDetector } from '../../src/core/detector.ts';
import { list } from '../../src/core/read.ts';
import { isKubeProxy, kubeProxyContainer, kubeProxyNamespace } from '../facts/kube-proxy/product.ts';
import { versionTagOf } from '../facts/kubernetes/images.ts';
import { Pod } from '../kinds/kubernetes.ts';
import { DaemonSet } from '../kinds/workloads.ts';

/**
 * kube-proxy where it runs in pods, or is meant to. K3s and RKE1 run it outside of pods, and some networks take its
 * place: there is nothing of it to be seen through the API server.
 */
export const kubeProxy = defineDetector({
  product: 'kubeProxy',
  reads: [list(Pod), list(DaemonSet)],
  async detect(cluster) {
    const pods = (await cluster.list(Pod)).filter(
      (pod) => pod.metadata.namespace === kubeProxyNamespace && isKubeProxy(pod),
    );
    const templates = (await cluster.list(DaemonSet))
      .filter(({ metadata }) => metadata.namespace === kubeProxyNamespace)
      .map(({ spec }) => spec.template);
    const container = [...pods, ...templates]
      .flatMap(({ spec }) => spec.containers)
      .find(({ name }) => name === kubeProxyContainer);
    if (container === undefined) return undefined;
    const version = versionTagOf(container.image);
    return version === undefined ? { namespace: kubeProxyNamespace } : { namespace: kubeProxyNamespace, version };
  },
});
