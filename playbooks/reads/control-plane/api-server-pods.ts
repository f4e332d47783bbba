import { list, logs, type Read } from '../../../src/core/read.ts';
import type { ClusterReader, Log, LogLine } from '../../../src/core/reader.ts';
import { isFailureOf } from '../../facts/control-plane/discovery-failures.ts';
import { Pod } from '../../kinds/kubernetes.ts';

const namespace = 'kube-system';

/** The controller asks again every 30 s at the latest, so this is ten times over. */
const windowSeconds = 300;
const ongoingMilliseconds = 120_000;

export const apiServerPodReads: readonly Read[] = [list(Pod), logs({ namespace })];

/** The API servers, where they run as pods: not on managed control planes, RKE1 and K3s. */
export async function readApiServerPods(cluster: ClusterReader): Promise<readonly Pod[]> {
  const pods = await cluster.list(Pod);
  return pods.filter(
    ({ metadata }) => metadata.namespace === namespace && metadata.labels['component'] === 'kube-apiserver',
  );
}

/** One API server, and what it said of one aggregated API. */
export type Report = {
  readonly pod: Pod;
  readonly log: Log | undefined;
  readonly lines: readonly LogLine[];
  /** Whether it still fails to reach the backend, by its own words. */
  readonly fails: boolean;
};

export async function readReports(
  cluster: ClusterReader,
  servers: readonly Pod[],
  api: string,
  now: Date,
): Promise<Report[]> {
  return Promise.all(
    servers.map(async (pod) => {
      const log = await cluster.logs({
        namespace,
        pod: pod.metadata.name,
        container: 'kube-apiserver',
        sinceSeconds: windowSeconds,
      });
      const lines = (log?.lines ?? []).filter(({ text }) => isFailureOf(api, text));
      const last = lines.at(-1)?.at;
      const fails = last !== undefined && now.getTime() - last.getTime() <= ongoingMilliseconds;
      return { pod, log, lines, fails };
    }),
  );
}

/** `master-2`, as a person knows it. */
export function nodeOfServer({ spec, metadata }: Pod): string {
  return spec.nodeName ?? metadata.name;
}
