import type { Evidence } from '../../../src/core/finding.ts';
import { list, logs, type Read } from '../../../src/core/read.ts';
import type { ClusterReader, Log, LogLine } from '../../../src/core/reader.ts';
import { daemon } from '../../facts/kube-ovn/product.ts';
import { Pod } from '../../kinds/kubernetes.ts';
import { logEvidence } from './controller-logs.ts';

export const daemonLogReads: readonly Read[] = [list(Pod), logs({ product: 'kubeOvn' })];

/** What kube-ovn-cni on one node says, and what it said before its container last ended. */
export type DaemonLog = {
  readonly node: string;
  readonly pod: Pod;
  readonly current: Log;
  readonly previous: Log | undefined;
};

const maximumBytes = 1024 * 1024;

/** A day: a route stays away until something puts it back. One window for every check, so that no log is read twice. */
const sinceSeconds = 86_400;

/** The newest MiB of the last day, of the daemons on some nodes. A daemon that has no log yet is left out. */
export async function readDaemonHistory(
  cluster: ClusterReader,
  namespace: string,
  nodes: readonly string[],
): Promise<DaemonLog[]> {
  const daemons = await cluster.list(Pod, { namespace, labels: daemon.labels });
  const read = await Promise.all(
    daemons.map(async (pod) => {
      const node = pod.spec.nodeName ?? '';
      if (!nodes.includes(node)) return [];
      const query = { namespace, pod: pod.metadata.name, container: daemon.container, sinceSeconds, maximumBytes };
      const status = pod.status.containerStatuses.find(({ name }) => name === daemon.container);
      const [current, previous] = await Promise.all([
        cluster.logs({ ...query, previous: false }),
        (status?.restartCount ?? 0) > 0 ? cluster.logs({ ...query, previous: true }) : undefined,
      ]);
      return current === undefined ? [] : [{ node, pod, current, previous }];
    }),
  );
  return read.flat();
}

/** Everything the daemon said, oldest first, over the end of its container. */
export function allLines({ current, previous }: DaemonLog): LogLine[] {
  return [...(previous?.lines ?? []), ...current.lines];
}

/** Lines of a daemon as evidence, counted among all that it said, and named after the container that said them. */
export function daemonEvidence(log: DaemonLog, lines: readonly LogLine[], says: string): Evidence {
  const { current, previous } = log;
  if (previous === undefined || lines.every((line) => current.lines.includes(line))) {
    return logEvidence(current, lines, says);
  }
  const before = lines.every((line) => previous.lines.includes(line));
  return before ? logEvidence(previous, lines, says) : logEvidence({ ...current, lines: allLines(log) }, lines, says);
}
