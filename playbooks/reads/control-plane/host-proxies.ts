import { list, logs, type Read } from '../../../src/core/read.ts';
import type { ClusterReader, LogLine } from '../../../src/core/reader.ts';
import { troubleIn } from '../../facts/kube-proxy/log-lines.ts';
import { isKubeProxy, kubeProxyContainer, kubeProxyNamespace } from '../../facts/kube-proxy/product.ts';
import { isControlPlane } from '../../facts/kubernetes/nodes.ts';
import { isReady } from '../../facts/kubernetes/pods.ts';
import { Node, Pod } from '../../kinds/kubernetes.ts';

export const hostProxyReads: readonly Read[] = [list(Node), list(Pod), logs({ namespace: kubeProxyNamespace })];

const windowSeconds = 600;

/** kube-proxy on a node of the control plane: what turns the address of a Service into that of a pod there. */
export type HostProxy = {
  readonly node: string;
  /** `absent` where other nodes have one, `not-visible` where none runs as a pod, as on K3s and RKE1. */
  readonly state: 'works' | 'absent' | 'not-visible' | 'not-ready' | 'fails';
  readonly pod: Pod | undefined;
  readonly from: string;
  readonly lines: readonly LogLine[];
  /** Of its log, how many lines were read. */
  readonly outOf: number;
};

export async function readHostProxies(cluster: ClusterReader): Promise<HostProxy[]> {
  const nodes = (await cluster.list(Node)).filter(isControlPlane);
  const pods = (await cluster.list(Pod)).filter(
    (pod) => pod.metadata.namespace === kubeProxyNamespace && isKubeProxy(pod),
  );
  return Promise.all(
    nodes.map(async ({ metadata: { name: node } }): Promise<HostProxy> => {
      const pod = pods.find(({ spec }) => spec.nodeName === node);
      if (pod === undefined) {
        const state = pods.length === 0 ? 'not-visible' : 'absent';
        return { node, state, pod, from: `Node ${node}`, lines: [], outOf: 0 };
      }
      const log = await cluster.logs({
        namespace: kubeProxyNamespace,
        pod: pod.metadata.name,
        container: kubeProxyContainer,
        sinceSeconds: windowSeconds,
      });
      const lines = (log?.lines ?? []).filter(({ text }) => troubleIn(text) !== undefined);
      const state = lines.length > 0 ? 'fails' : isReady(pod) ? 'works' : 'not-ready';
      return {
        node,
        state,
        pod,
        from: log?.from ?? `Pod ${kubeProxyNamespace}/${pod.metadata.name}`,
        lines,
        outOf: log?.lines.length ?? 0,
      };
    }),
  );
}
