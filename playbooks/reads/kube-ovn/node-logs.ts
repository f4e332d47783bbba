import { list, logs, type Read } from '../../../src/core/read.ts';
import type { ClusterReader, Log } from '../../../src/core/reader.ts';
import { daemon, pinger } from '../../facts/kube-ovn/product.ts';
import { isControlPlane, isNodeSilent } from '../../facts/kubernetes/nodes.ts';
import { type Node, Pod } from '../../kinds/kubernetes.ts';

export const nodeLogReads: readonly Read[] = [list(Pod), logs({ product: 'kubeOvn' })];

export type NodeLog = { readonly node: string; readonly pod: string; readonly log: Log };

const windowSeconds = 3600;
const maximumBytes = 1024 * 1024;

/**
 * The nodes whose logs are worth reading: one of the control plane, whose missing routes every pod feels, and those
 * with the most affected pods. A cluster of a thousand nodes is not asked for a thousand logs. A node without a daemon
 * has none, and the kubelet of a node that went silent, on which every pod is affected, gives none. A daemon whose
 * node is not listed still has a log.
 */
export function nodesToSample(
  every: readonly Node[],
  daemons: readonly Pod[],
  affected: readonly Pod[],
  atMost = 5,
): string[] {
  const served = new Set(daemons.map(({ spec }) => spec.nodeName));
  const askable = every.filter((node) => served.has(node.metadata.name) && !isNodeSilent(node));
  const listed = new Set(every.map(({ metadata }) => metadata.name));
  const unlisted = [...served].flatMap((name) => (name === undefined || listed.has(name) ? [] : [name]));
  const nodes = askable.length === 0 && unlisted.length === 0 ? every : askable;
  const weight = new Map<string, number>();
  for (const { spec } of affected) {
    if (spec.nodeName !== undefined) weight.set(spec.nodeName, (weight.get(spec.nodeName) ?? 0) + 1);
  }
  const byWeight = [...nodes.map(({ metadata }) => metadata.name), ...unlisted].sort(
    (left, right) => (weight.get(right) ?? 0) - (weight.get(left) ?? 0) || left.localeCompare(right),
  );
  const first = nodes.find(isControlPlane)?.metadata.name;
  return [...new Set(first === undefined ? byWeight : [first, ...byWeight])].slice(0, atMost);
}

/** The last hour of a DaemonSet's pods on some nodes; a pod without a log is left out. */
async function readNodeLogs(
  cluster: ClusterReader,
  namespace: string,
  { labels, container }: typeof daemon | typeof pinger,
  nodes: readonly string[],
): Promise<NodeLog[]> {
  const pods = await cluster.list(Pod, { namespace, labels });
  const read = await Promise.all(
    pods.map(async (pod) => {
      const node = pod.spec.nodeName ?? '';
      if (!nodes.includes(node)) return [];
      const name = pod.metadata.name;
      const log = await cluster.logs({ namespace, pod: name, container, sinceSeconds: windowSeconds, maximumBytes });
      return log === undefined ? [] : [{ node, pod: name, log }];
    }),
  );
  return read.flat();
}

export async function readDaemonLogs(cluster: ClusterReader, namespace: string, nodes: readonly string[]) {
  return readNodeLogs(cluster, namespace, daemon, nodes);
}

export async function readPingerLogs(cluster: ClusterReader, namespace: string, nodes: readonly string[]) {
  return readNodeLogs(cluster, namespace, pinger, nodes);
}
