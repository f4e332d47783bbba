import { get, list, type Read } from '../../../src/core/read.ts';
import type { ClusterReader } from '../../../src/core/reader.ts';
import { central, databaseServices } from '../../facts/kube-ovn/product.ts';
import { isReady } from '../../facts/kubernetes/pods.ts';
import { EndpointSlice, Endpoints, Pod } from '../../kinds/kubernetes.ts';

export const databaseReads: readonly Read[] = [
  list(EndpointSlice),
  get(Endpoints, { in: { product: 'kubeOvn' }, names: databaseServices }),
  list(Pod),
];

export type ReadyEndpoints = {
  readonly service: string;
  readonly ready: readonly string[];
  /** False when the cluster has no such Service at all: an existing one without a pod has an empty object. */
  readonly exists: boolean;
  /** By the labels of the pods where there is no Service: they are what it would select by. */
  readonly seenBy: 'endpoints' | 'labels';
  /** When a change of pods or Service last changed the endpoints; absent on servers that do not write it. */
  readonly changedAt: Date | undefined;
};

const serviceLabel = 'kubernetes.io/service-name';
const changeAnnotation = 'endpoints.kubernetes.io/last-change-trigger-time';

/**
 * Which pods stand behind each of OVN's leader Services. Endpoints are read only where a cluster keeps no slices
 * for any of them, and the labels of the pods where it has none of the Services. An endpoint in several slices counts
 * once.
 */
export async function readDatabaseEndpoints(cluster: ClusterReader, namespace: string): Promise<ReadyEndpoints[]> {
  const labels = `${serviceLabel} in (${databaseServices.join(',')})`;
  const slices = await cluster.list(EndpointSlice, { namespace, labels });
  if (slices.length === 0) {
    const endpoints = await readEndpoints(cluster, namespace);
    return endpoints.some(({ exists }) => exists) ? endpoints : readLeaderLabels(cluster, namespace);
  }
  return databaseServices.map((service) => {
    const own = slices.filter(({ metadata }) => metadata.labels[serviceLabel] === service);
    const ready = own
      .flatMap(({ endpoints }) => endpoints ?? [])
      .filter(({ conditions }) => conditions.ready !== false)
      .map(({ targetRef, addresses }) => targetRef?.name ?? addresses[0] ?? 'an endpoint without a name');
    return {
      service,
      ready: [...new Set(ready)],
      exists: own.length > 0,
      seenBy: 'endpoints',
      changedAt: newestChange(own),
    };
  });
}

function newestChange(objects: readonly (EndpointSlice | Endpoints)[]): Date | undefined {
  const times = objects
    .map(({ metadata }) => Date.parse(metadata.annotations[changeAnnotation] ?? ''))
    .filter((time) => !Number.isNaN(time));
  return times.length === 0 ? undefined : new Date(Math.max(...times));
}

async function readEndpoints(cluster: ClusterReader, namespace: string): Promise<ReadyEndpoints[]> {
  return Promise.all(
    databaseServices.map(async (service) => {
      const endpoints = await cluster.find(Endpoints, { namespace, name: service });
      const addresses = (endpoints?.subsets ?? []).flatMap((subset) => subset.addresses ?? []);
      return {
        service,
        ready: [...new Set(addresses.map(({ targetRef, ip }) => targetRef?.name ?? ip))],
        exists: endpoints !== undefined,
        seenBy: 'endpoints' as const,
        changedAt: newestChange(endpoints === undefined ? [] : [endpoints]),
      };
    }),
  );
}

/**
 * A leader carries its label as "true". Older versions take it away from the others, so that ready pods without any
 * label may be of a cluster where nobody has written them; where no pod is ready, none of them can lead.
 */
async function readLeaderLabels(cluster: ClusterReader, namespace: string): Promise<ReadyEndpoints[]> {
  const pods = await cluster.list(Pod, { namespace, labels: central.labels });
  const ready = pods.filter(isReady);
  const isLabelled = pods.some(({ metadata }) =>
    databaseServices.some((service) => `${service}-leader` in metadata.labels),
  );
  return databaseServices.map((service) => ({
    service,
    ready: ready
      .filter(({ metadata }) => metadata.labels[`${service}-leader`] === 'true')
      .map(({ metadata }) => metadata.name),
    exists: pods.length > 0 && (isLabelled || ready.length === 0),
    seenBy: 'labels',
    changedAt: undefined,
  }));
}
