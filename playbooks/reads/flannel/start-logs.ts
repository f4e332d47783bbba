import type { Sight } from '../../../src/core/check.ts';
import type { Evidence } from '../../../src/core/finding.ts';
import { logs, type Read } from '../../../src/core/read.ts';
import type { Log, LogLine } from '../../../src/core/reader.ts';
import { flannelContainer } from '../../facts/flannel/product.ts';
import type { Pod } from '../../kinds/kubernetes.ts';
import { flannelStatus } from './network.ts';

export const startLogReads: readonly Read[] = [logs({ product: 'canal' }), logs({ product: 'flannel' })];

const mostPods = 10;
const newestLines = 200;

export type StartLog = { readonly pod: Pod; readonly log: Log };

/** What flanneld last said on nodes where it does not run; a container that restarts says it in its previous log. */
export async function readStartLogs({ cluster }: Pick<Sight, 'cluster'>, pods: readonly Pod[]): Promise<StartLog[]> {
  const read = await Promise.all(
    pods.slice(0, mostPods).flatMap((pod) => {
      const instances = (flannelStatus(pod)?.restartCount ?? 0) > 0 ? [true, false] : [false];
      return instances.map(async (previous) => {
        const { name, namespace = '' } = pod.metadata;
        const log = await cluster.logs({
          namespace,
          pod: name,
          container: flannelContainer,
          previous,
          tailLines: newestLines,
        });
        return log === undefined ? [] : [{ pod, log }];
      });
    }),
  );
  return read.flat();
}

/** Log lines as evidence, when there are any. */
export function startLogEvidence(
  found: StartLog,
  isIt: (text: string) => boolean,
  says: (line: LogLine) => string,
): Evidence[] {
  const lines = found.log.lines.filter(({ text }) => isIt(text));
  const last = lines.at(-1);
  if (last === undefined) return [];
  return [
    {
      from: found.log.from,
      says: says(last),
      lines: lines.slice(-4).map(({ at, text }) => (at === undefined ? text : `${at.toISOString()} ${text}`)),
      outOf: found.log.lines.length,
    },
  ];
}
