import { z } from 'zod';
import type { Sight } from '../../../src/core/check.ts';
import { list, type Read } from '../../../src/core/read.ts';
import { classOf, type DiscoveryFailure, hostIn } from '../../facts/control-plane/discovery-failures.ts';
import { ApiService } from '../../kinds/apiregistration.ts';
import { Pod } from '../../kinds/kubernetes.ts';
import { Service } from '../../kinds/networking.ts';
import { endpointReads, readServiceEndpoints, type ServiceEndpoints } from '../kubernetes/service-endpoints.ts';
import { apiServerPodReads, type Report, readApiServerPods, readReports } from './api-server-pods.ts';
import { type PathTest, pathTestReads, testPathTo } from './path-test.ts';

export const aggregatedReads: readonly Read[] = [
  list(ApiService),
  list(Service),
  ...endpointReads,
  ...apiServerPodReads,
  ...pathTestReads,
];

export const AggregationSettings = z.strictObject({
  /** metrics-server needs up to a minute to start; a condition that is younger says nothing. */
  leastSeconds: z.number().int().min(0).default(120),
  /** A condition that turned so recently may do so all the time. */
  flappingSeconds: z.number().int().min(0).default(300),
});
export type AggregationSettings = z.infer<typeof AggregationSettings>;

export type Condition = ApiService['status']['conditions'][number];
export type Target = { readonly namespace: string; readonly name: string; readonly port: number };

/** An API whose backend cannot be reached, and all that tells why. */
export type Unavailable = {
  readonly api: ApiService;
  readonly target: Target;
  /** As it stands now. While API servers disagree it may be True. */
  readonly condition: Condition;
  readonly since: Date | undefined;
  /** What the newest failure says: the condition's message, or a log line where the condition is True just now. */
  readonly message: string;
  readonly failure: DiscoveryFailure;
  /** The address that was asked. */
  readonly host: string | undefined;
  readonly service: Service | undefined;
  readonly endpoints: ServiceEndpoints;
  /** Pods that the Service selects, ready or not. */
  readonly backends: readonly Pod[];
  readonly path: PathTest;
  /** Of each API server that runs as a pod. */
  readonly reports: readonly Report[];
};

export type Aggregation = {
  readonly all: readonly ApiService[];
  readonly unavailable: readonly Unavailable[];
  readonly servers: readonly Pod[];
};

export function availabilityOf({ status }: ApiService): Condition | undefined {
  return status.conditions.find(({ type }) => type === 'Available');
}

/** Every APIService with a backend, and a close look at those that are, or keep becoming, unavailable. */
export async function readAggregation(
  { cluster, now }: Pick<Sight, 'cluster' | 'now'>,
  { leastSeconds, flappingSeconds }: AggregationSettings,
): Promise<Aggregation> {
  const all = (await cluster.list(ApiService)).filter(({ spec }) => spec.service);
  const age = (condition: Condition) => (now.getTime() - (condition.lastTransitionTime?.getTime() ?? 0)) / 1000;
  const suspects = all.flatMap((api) => {
    const condition = availabilityOf(api);
    if (condition === undefined || !api.spec.service) return [];
    const isDown = condition.status !== 'True' && age(condition) >= leastSeconds;
    const mayFlap = age(condition) < flappingSeconds;
    return isDown || mayFlap ? [{ api, condition, isDown, target: api.spec.service }] : [];
  });
  if (suspects.length === 0) return { all, unavailable: [], servers: [] };
  const servers = await readApiServerPods(cluster);
  const told = await Promise.all(
    suspects.map(async (suspect) => ({
      ...suspect,
      reports: await readReports(cluster, servers, suspect.api.metadata.name, now),
    })),
  );
  const down = told.filter(({ isDown, reports }) => isDown || disagree(reports, leastSeconds));
  if (down.length === 0) return { all, unavailable: [], servers };
  const services = await cluster.list(Service);
  const pods = await cluster.list(Pod);
  const endpointsOf = await readServiceEndpoints(
    cluster,
    down.map(({ target }) => ({ metadata: target })),
  );
  const unavailable = await Promise.all(
    down.map(async ({ api, condition, target, reports }): Promise<Unavailable> => {
      const service = services.find(
        ({ metadata }) => metadata.namespace === target.namespace && metadata.name === target.name,
      );
      const line = reports.findLast(({ fails }) => fails)?.lines.at(-1)?.text;
      const message = condition.status === 'True' ? (line ?? condition.message) : condition.message;
      return {
        api,
        target,
        condition,
        since: condition.lastTransitionTime ?? undefined,
        message,
        failure: classOf(message),
        host: hostIn(message),
        service,
        endpoints: endpointsOf({ metadata: target }),
        backends: pods.filter((pod) => isSelected(pod, service)),
        path: await testPathTo(cluster, target),
        reports,
      };
    }),
  );
  return { all, unavailable, servers };
}

/** Some API servers fail and others do not, and that has been so for a while. */
export function disagree(reports: readonly Report[], leastSeconds = 0): boolean {
  const failing = reports.filter(({ fails }) => fails);
  if (failing.length === 0 || failing.length === reports.length) return false;
  return failing.some(({ lines }) => {
    const [first, last] = [lines[0]?.at, lines.at(-1)?.at];
    return first !== undefined && last !== undefined && last.getTime() - first.getTime() >= leastSeconds * 1000;
  });
}

function isSelected({ metadata }: Pod, service: Service | undefined): boolean {
  const selector = Object.entries(service?.spec.selector ?? {});
  return (
    service !== undefined &&
    selector.length > 0 &&
    metadata.namespace === service.metadata.namespace &&
    metadata.deletionTimestamp === undefined &&
    selector.every(([key, value]) => metadata.labels[key] === value)
  );
}
