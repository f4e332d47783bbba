import type { AccessRule } from '../core/access.ts';
import type { ClusterReport } from '../core/cluster-report.ts';
import { CannotRead, WrongUsage } from '../core/errors.ts';
import type { Registration } from '../core/registration.ts';
import type { Clock } from '../ports/clock.ts';
import type { Clusters } from '../ports/cluster.ts';
import { askAccess } from './access-report.ts';
import type { Catalogue } from './catalogue.ts';
import { detect } from './detect.ts';
import { memoisedReader } from './memoised-reader.ts';
import { sideBySide } from './side-by-side.ts';

export type InspectWith = {
  readonly catalogue: Catalogue;
  readonly clusters: Pick<Clusters, 'open'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly signal?: AbortSignal | undefined;
  /** How long one cluster may take; 30 s unless told. What is not answered by then is unknown. */
  readonly withinMilliseconds?: number | undefined;
};

const clustersAtOnce = 6;

/** Looks at each of some registered clusters; one that does not answer does not hold up the others. Changes nothing. */
export async function inspectClusters(
  registrations: readonly Registration[],
  rest: InspectWith,
): Promise<ClusterReport[]> {
  return sideBySide(registrations, clustersAtOnce, async (registration) => inspectCluster(registration, rest));
}

async function inspectCluster(registration: Registration, rest: InspectWith): Promise<ClusterReport> {
  const { name, environment, labels, mode, policy, owners, channel } = registration;
  const about = { name, environment, labels, mode, policy, owners, ...(channel === undefined ? {} : { channel }) };
  const { withinMilliseconds = 30_000 } = rest;
  const deadline = AbortSignal.timeout(withinMilliseconds);
  const signal = rest.signal === undefined ? deadline : AbortSignal.any([rest.signal, deadline]);
  const explain = ({ reason, because }: CannotRead): string =>
    deadline.aborted && reason === 'timeout' ? `it did not answer within ${withinMilliseconds / 1000} s` : because;
  try {
    const cluster = await rest.clusters.open(name, { signal });
    const reader = memoisedReader(cluster.reader);
    const asked = rest.clock.now().getTime();
    await reader.get('/version').catch((error: unknown) => {
      // A server that says no has answered.
      if (!(error instanceof CannotRead && error.reason === 'denied')) throw error;
    });
    const milliseconds = rest.clock.now().getTime() - asked;
    const platform = await detect(reader, rest.catalogue.detectors);
    const playbooks = await askAccess(cluster, platform, mode, rest.catalogue, explain);
    return { ...about, reached: { is: 'yes', milliseconds }, platform, playbooks, missing: eachOnce(playbooks) };
  } catch (error) {
    rest.signal?.throwIfAborted();
    if (!(error instanceof CannotRead || error instanceof WrongUsage)) throw error;
    const because = error instanceof WrongUsage ? `${error.message} ${error.next}` : explain(error);
    return { ...about, reached: { is: 'unknown', because }, playbooks: [], missing: [] };
  }
}

function eachOnce(playbooks: ClusterReport['playbooks']): AccessRule[] {
  const rules = new Map(playbooks.flatMap(({ missing }) => missing).map((rule) => [JSON.stringify(rule), rule]));
  return [...rules.values()];
}
