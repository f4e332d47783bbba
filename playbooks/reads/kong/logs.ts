import { CannotRead } from '../../../src/core/errors.ts';
import type { Evidence } from '../../../src/core/finding.ts';
import { logs, type Read } from '../../../src/core/read.ts';
import type { ClusterReader, LogLine } from '../../../src/core/reader.ts';
import { recent } from '../../facts/kong/log-lines.ts';
import { logEvidence, type PodLog, tellLines } from '../kube-ovn/controller-logs.ts';
import type { Installation, KongPart } from './installation.ts';

export const logReads: readonly Read[] = [logs({ product: 'kong' })];

/** Reaches back to the last success of a fault that nobody noticed for a night; a line every 3 s fits the reader's limit. */
export const controllerWindowSeconds = 21_600;
/** A proxy prints a line for every request. */
const proxyWindowSeconds = 600;

async function read(cluster: ClusterReader, parts: readonly KongPart[], sinceSeconds: number): Promise<PodLog[]> {
  const queries = parts.flatMap(({ container, pods }) => pods.map((pod) => ({ container: container.name, pod })));
  const found = await Promise.all(
    queries.map(async ({ container, pod }) => {
      const { name, namespace = '' } = pod.metadata;
      const log = await cluster.logs({ namespace, pod: name, container, sinceSeconds });
      return log === undefined ? [] : [{ pod: name, previous: false, log }];
    }),
  );
  return found.flat();
}

/** The logs of every replica of the controller. A replica that has not started has none, and is left out. */
export async function readControllerLogs(cluster: ClusterReader, kong: Installation): Promise<PodLog[]> {
  const found = await read(cluster, kong.controllers, controllerWindowSeconds);
  if (found.length === 0 && kong.controllers.some(({ pods }) => pods.length > 0)) {
    throw new CannotRead(`read the logs of Kong's controller in ${kong.namespace}`, 'missing', 'no replica has a log');
  }
  return found;
}

/** The same for those that can do without: no logs then, and why. */
export async function tryControllerLogs(
  cluster: ClusterReader,
  kong: Installation,
): Promise<{ readonly logs: readonly PodLog[]; readonly failure: CannotRead | undefined }> {
  try {
    return { logs: await readControllerLogs(cluster, kong), failure: undefined };
  } catch (error) {
    if (error instanceof CannotRead) return { logs: [], failure: error };
    throw error;
  }
}

/** The last minutes of every proxy's log. */
export async function readProxyLogs(cluster: ClusterReader, kong: Installation): Promise<PodLog[]> {
  return read(cluster, kong.proxies, proxyWindowSeconds);
}

export function linesOf(podLogs: readonly PodLog[]): LogLine[] {
  return podLogs.flatMap(({ log }) => log.lines);
}

/** Recent lines of any of the logs that fit, as evidence. */
export function evidenceOf(
  podLogs: readonly PodLog[],
  fits: (line: LogLine) => boolean,
  says: string,
  within?: { readonly now: Date; readonly milliseconds: number },
): Evidence[] {
  return podLogs.flatMap(({ pod, log }) => {
    const candidates = within === undefined ? log.lines : recent(log.lines, within.now, within.milliseconds);
    const lines = candidates.filter(fits);
    return lines.length === 0 ? [] : [logEvidence(log, lines, `${tellLines(lines.length, pod)} ${says}`)];
  });
}

export type { PodLog };
