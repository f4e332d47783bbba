import { CannotRead, DoesNotApply } from '../../../src/core/errors.ts';
import { list, logs, type Read } from '../../../src/core/read.ts';
import type { ClusterReader, Log, LogLine } from '../../../src/core/reader.ts';
import { type ProxyTrouble, troubleIn } from '../../facts/kube-proxy/log-lines.ts';
import { isKubeProxy, kubeProxyContainer, kubeProxyNamespace } from '../../facts/kube-proxy/product.ts';
import { isVirtual, isWindows } from '../../facts/kubernetes/distribution.ts';
import { isControlPlane, isNodeReady } from '../../facts/kubernetes/nodes.ts';
import { isReady } from '../../facts/kubernetes/pods.ts';
import { Node, Pod } from '../../kinds/kubernetes.ts';
import { DaemonSet } from '../../kinds/workloads.ts';

export const kubeProxyReads: readonly Read[] = [
  list(Node),
  list(Pod),
  list(DaemonSet),
  logs({ namespace: kubeProxyNamespace }),
];

/** Failures older than this say nothing of now. */
const windowSeconds = 600;

const runsElsewhere =
  'No pod runs kube-proxy, so the API shows nothing of it. On K3s it is a part of the service k3s and on RKE1 a container of the node, where its log tells; Cilium, OVN-Kubernetes and others take its place.';

export type ProxyOnNode = {
  readonly node: Node;
  /** Absent where a node has none, although others have. */
  readonly pod: Pod | undefined;
  /** Absent, and to be so: its DaemonSet wants none there, or its pod is being replaced. */
  readonly isLeftOut: boolean;
  /** Absent where the log was not read. */
  readonly log: Log | undefined;
  readonly lines: readonly (LogLine & { readonly trouble: ProxyTrouble })[];
};

export type KubeProxies = { readonly nodes: readonly ProxyOnNode[]; readonly logsRead: number };

/**
 * kube-proxy on every ready Linux node, and the last ten minutes of some logs: those of pods that are not ready, of the
 * node the run is pointed at and of the control plane first. Where it does not run in pods at all, as on K3s and RKE1, or
 * under a network that takes its place, nobody could make it visible: there the question does not apply.
 */
export async function readKubeProxies(
  cluster: ClusterReader,
  options: { readonly mostLogs: number; readonly first: string | undefined },
): Promise<KubeProxies> {
  const nodes = (await cluster.list(Node)).filter((node) => mayBeReady(node) && !isWindows(node) && !isVirtual(node));
  const all = (await cluster.list(Pod, { namespace: kubeProxyNamespace })).filter(isKubeProxy);
  const pods = all.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const goes = new Set(all.filter((pod) => !pods.includes(pod)).map(({ spec }) => spec.nodeName));
  const sets = (await cluster.list(DaemonSet, { namespace: kubeProxyNamespace })).filter(isOfKubeProxy);
  if (all.length === 0 && wantedBy(sets) === 0) throw new DoesNotApply(runsElsewhere);
  if (nodes.length === 0) {
    throw new CannotRead('look at kube-proxy', 'missing', 'no node is ready, so there is none to judge it on');
  }
  const isComplete = hasAllItWants(sets, pods);
  const rank = ({ node, pod }: { node: Node; pod: Pod | undefined }) => {
    if (pod !== undefined && !isReady(pod)) return 0;
    if (node.metadata.name === options.first) return 1;
    return isControlPlane(node) ? 2 : 3;
  };
  const byNode = new Map(pods.map((pod) => [pod.spec.nodeName ?? '', pod]));
  const placed = nodes
    .map((node) => {
      const pod = byNode.get(node.metadata.name);
      return { node, pod, isLeftOut: pod === undefined && (isComplete || goes.has(node.metadata.name)) };
    })
    .toSorted((left, right) => rank(left) - rank(right));
  const chosen = new Set(placed.filter(({ pod }) => pod !== undefined).slice(0, options.mostLogs));
  const read = await Promise.all(
    placed.map(async (one): Promise<ProxyOnNode> => {
      const log = chosen.has(one) && one.pod !== undefined ? await readLog(cluster, one.pod) : undefined;
      const lines = (log?.lines ?? []).flatMap((line) => {
        const trouble = troubleIn(line.text);
        return trouble === undefined ? [] : [{ ...line, trouble }];
      });
      return { ...one, log, lines };
    }),
  );
  return { nodes: read, logsRead: read.filter(({ log }) => log !== undefined).length };
}

function isOfKubeProxy({ spec }: DaemonSet): boolean {
  return spec.template.spec.containers.some(({ name }) => name === kubeProxyContainer);
}

/**
 * Whether the DaemonSets of kube-proxy have a pod wherever they want one. Some installations want none on the control
 * plane, and no DaemonSet wants one on a node without a machine; only its own count tells these from a missing pod.
 */
function hasAllItWants(sets: readonly DaemonSet[], pods: readonly Pod[]): boolean {
  const wanted = wantedBy(sets);
  const made = pods.filter(({ metadata }) => metadata.ownerReferences.some(({ kind }) => kind === 'DaemonSet'));
  return wanted > 0 && made.length >= wanted;
}

/** A node of which nobody wrote down whether it is ready counts as one. */
function mayBeReady(node: Node): boolean {
  return isNodeReady(node) || !node.status.conditions.some(({ type }) => type === 'Ready');
}

function wantedBy(sets: readonly DaemonSet[]): number {
  return sets.reduce((sum, { status }) => sum + status.desiredNumberScheduled, 0);
}

async function readLog(cluster: ClusterReader, { metadata }: Pod): Promise<Log | undefined> {
  return cluster.logs({
    namespace: metadata.namespace ?? kubeProxyNamespace,
    pod: metadata.name,
    container: kubeProxyContainer,
    sinceSeconds: windowSeconds,
  });
}
