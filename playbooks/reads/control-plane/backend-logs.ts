import { logs, type Read } from '../../../src/core/read.ts';
import type { ClusterReader, LogLine } from '../../../src/core/reader.ts';
import { type BackendTrouble, backendTroubleIn } from '../../facts/control-plane/backend-lines.ts';
import { metricsNamespace } from '../../facts/control-plane/metrics-server.ts';
import type { Pod } from '../../kinds/kubernetes.ts';

export const backendLogReads: readonly Read[] = [logs({ namespace: metricsNamespace })];

const windowSeconds = 900;
const mostPods = 3;

export type BackendWords = {
  readonly pod: Pod;
  readonly from: string;
  readonly trouble: BackendTrouble;
  readonly lines: readonly LogLine[];
  readonly outOf: number;
};

/** What the pods of a backend in kube-system lately said about their trouble. Logs of other namespaces are not read. */
export async function readBackendWords(cluster: ClusterReader, pods: readonly Pod[]): Promise<BackendWords[]> {
  const own = pods.filter(({ metadata }) => metadata.namespace === metricsNamespace).slice(0, mostPods);
  const read = await Promise.all(
    own.map(async (pod) => {
      const container = pod.spec.containers[0]?.name ?? '';
      const log = await cluster.logs({
        namespace: metricsNamespace,
        pod: pod.metadata.name,
        container,
        sinceSeconds: windowSeconds,
      });
      const lines = (log?.lines ?? []).filter(({ text }) => backendTroubleIn(text) !== undefined);
      const trouble = backendTroubleIn(lines.at(-1)?.text ?? '');
      return log === undefined || trouble === undefined
        ? []
        : [{ pod, from: log.from, trouble, lines, outOf: log.lines.length }];
    }),
  );
  return read.flat();
}
