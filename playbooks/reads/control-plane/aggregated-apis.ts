import { z } from 'zod';
import type { Sight } from '../../../src/core/check.ts';
import { CannotRead } from '../../../src/core/errors.ts';
import { list, type Read } from '../../../src/core/read.ts';
import type { ClusterReader } from '../../../src/core/reader.ts';
import { classOf, type DiscoveryFailure, hostIn } from '../../facts/control-plane/discovery-failures.ts';
import { ApiService } from '../../kinds/apiregistration.ts';
import { Pod } from '../../kinds/kubernetes.ts';
import { Service } from '../../kinds/networking.ts';
import { endpointReads, readServiceEndpoints, type ServiceEndpoints } from '../kubernetes/service-endpoints.ts';
import { apiServerPodReads, type Report, readApiServerPods, readReports } from './api-server-pods.ts';
import { type PathTest, pathTestReads, testPathTo } from './path-test.ts';

/** What tells that an API is not available, and what the API servers say of it. */
export const availabilityReads: readonly Read[] = [
  list(ApiService),
  list(Service),
  ...endpointReads,
  ...apiServerPodReads,
];

/** That, and the test which tells the ways to a backend apart. */
export const aggregatedReads: readonly Read[] = [...availabilityReads, ...pathTestReads];

export const AggregationSettings = z.strictObject({
  /** metrics-server needs up to a minute to start; a condition that is younger says nothing. */
  leastSeconds: z.number().int().min(0).default(120),
  /** A condition that turned so recently may do so all the time. */
  flappingSeconds: z.number().int().min(0).default(300),
});
export type AggregationSettings = z.infer<typeof AggregationSettings>;

export type Condition = ApiService['status']['conditions'][number];
export type Target = { readonly namespace: string; readonly name: string; readonly port: number };

/** An API whose backend cannot be reached, and what the API servers tell of it. */
export type Unreached = {
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
  /** Of each API server that runs as a pod. */
  readonly reports: readonly Report[];
};

/** All that tells why. */
export type Unavailable = Unreached & { readonly path: PathTest };

export type Availability<One = Unreached> = {
  readonly all: readonly ApiService[];
  readonly unavailable: readonly One[];
  readonly servers: readonly Pod[];
};

export type Aggregation = Availability<Unavailable>;

export function availabilityOf({ status }: ApiService): Condition | undefined {
  return status.conditions.find(({ type }) => type === 'Available');
}

/** Every APIService with a backend, and a close look at those that are, or keep becoming, unavailable. */
export async function readAvailability(
  { cluster, now }: Pick<Sight, 'cluster' | 'now'>,
  { leastSeconds, flappingSeconds }: AggregationSettings,
): Promise<Availability> {
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
  const unavailable = down.map(({ api, condition, target, reports }): Unreached => {
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
      reports,
    };
  });
  return { all, unavailable, servers };
}

/**
 * The same, and the way to each of these backends tested.
 * @param asks `path` for a check whose answer may hang on that test; `words` for one that the words of the failure
 * answer, to which the test only adds, so that a backend which cannot be tested leaves nothing open
 */
export async function readAggregation(
  sight: Pick<Sight, 'cluster' | 'now'>,
  settings: AggregationSettings,
  asks: 'path' | 'words' = 'path',
): Promise<Aggregation> {
  const { all, unavailable, servers } = await readAvailability(sight, settings);
  const tested = await Promise.all(
    unavailable.map(async (one) => ({ ...one, path: await testWayTo(sight.cluster, one, asks) })),
  );
  return { all, unavailable: tested, servers };
}

/** Where the API server says itself what is wrong, the test only adds to it, and nothing is lost without. */
async function testWayTo(cluster: ClusterReader, one: Unreached, asks: 'path' | 'words'): Promise<PathTest> {
  try {
    return await testPathTo(cluster, one.target);
  } catch (error) {
    if (!(error instanceof CannotRead)) throw error;
    if (isWayInDoubt(one) && (asks === 'path' || !isSilence(error))) throw error;
    return { came: 'not-tested', says: `The path could not be tested. ${error.message}` };
  }
}

/** It gave nothing, unlike a right that is missing or a cluster that does not answer at all. */
function isSilence({ reason }: CannotRead): boolean {
  return ['missing', 'server-error', 'unexpected-shape', 'timeout'].includes(reason);
}

/** Whether only the test of the path can tell what is wrong. */
export function isWayInDoubt({ condition, failure, reports }: Unreached): boolean {
  return (
    condition.reason === 'FailedDiscoveryCheck' &&
    !disagree(reports) &&
    ['lost', 'no-route', 'refused'].includes(failure)
  );
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
