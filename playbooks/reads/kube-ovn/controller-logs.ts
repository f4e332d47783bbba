import type { Evidence } from '../../../src/core/finding.ts';
import { logs, type Read } from '../../../src/core/read.ts';
import type { ClusterReader, Log, LogLine } from '../../../src/core/reader.ts';
import { controller } from '../../facts/kube-ovn/product.ts';
import type { Pod } from '../../kinds/kubernetes.ts';

export const controllerLogReads: readonly Read[] = [logs({ product: 'kubeOvn' })];

/** Nearly everything that is asked of logs happened within the last hour. */
const windowSeconds = 3600;

export type PodLog = { readonly pod: string; readonly previous: boolean; readonly log: Log };

/**
 * The last hour, unless more is asked for, of every controller replica. The last words of a leader that lost its lock
 * are in the log of the previous container. A replica that has not started yet has no log, and is left out.
 */
export async function readControllerLogs(
  cluster: ClusterReader,
  pods: readonly Pod[],
  sinceSeconds = windowSeconds,
): Promise<PodLog[]> {
  const queries = pods.flatMap((pod) => {
    const status = pod.status.containerStatuses.find(({ name }) => name === controller.container);
    return (status?.restartCount ?? 0) > 0
      ? [
          { pod, previous: true },
          { pod, previous: false },
        ]
      : [{ pod, previous: false }];
  });
  const read = await Promise.all(
    queries.map(async ({ pod, previous }) => {
      const log = await cluster.logs({
        namespace: pod.metadata.namespace ?? '',
        pod: pod.metadata.name,
        container: controller.container,
        previous,
        sinceSeconds,
      });
      return log === undefined ? [] : [{ pod: pod.metadata.name, previous, log }];
    }),
  );
  return read.flat();
}

const linesShown = 12;

/** Log lines as evidence: the newest few, with their times, and how many lines there were to choose from. */
export function logEvidence(log: Log, lines: readonly LogLine[], says: string): Evidence {
  return {
    from: log.from,
    says,
    lines: lines.slice(-linesShown).map(({ at, text }) => (at === undefined ? text : `${at.toISOString()} ${text}`)),
    outOf: log.lines.length,
  };
}

/** `3 lines of web-0, before its last restart, tell`: the beginning of what lines of a log say. */
export function tellLines(count: number, pod: string, previous = false): string {
  const whose = `${pod}${previous ? ', before its last restart,' : ''}`;
  return count === 1 ? `1 line of ${whose} tells` : `${count} lines of ${whose} tell`;
}

/** The evidence of every log that has such lines. */
export function evidenceFrom(
  logs: readonly PodLog[],
  linesOf: (log: Log) => readonly LogLine[],
  says: (count: number, log: PodLog) => string,
): Evidence[] {
  return logs.flatMap((podLog) => {
    const lines = linesOf(podLog.log);
    return lines.length === 0 ? [] : [logEvidence(podLog.log, lines, says(lines.length, podLog))];
  });
}
