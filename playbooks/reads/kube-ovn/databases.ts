import { get, list, type Read } from '../../../src/core/read.ts';
import type { ClusterReader } from '../../../src/core/reader.ts';
import { databaseServices } from '../../facts/kube-ovn/product.ts';
import { EndpointSlice, Endpoints } from '../../kinds/kubernetes.ts';

export const databaseReads: readonly Read[] = [
  list(EndpointSlice),
  get(Endpoints, { in: { product: 'kubeOvn' }, names: databaseServices }),
];

export type ReadyEndpoints = {
  readonly service: string;
  readonly ready: readonly string[];
  /** False when the cluster has no such Service at all: an existing one without a pod has an empty object. */
  readonly exists: boolean;
  /** When a change of pods or Service last changed the endpoints; absent on servers that do not write it. */
  readonly changedAt: Date | undefined;
};

const serviceLabel = 'kubernetes.io/service-name';
const changeAnnotation = 'endpoints.kubernetes.io/last-change-trigger-time';

/**
 * Which pods stand behind each of OVN's leader Services. Endpoints are read only where a cluster keeps no slices
 * for any of them. An endpoint in several slices counts once.
 */
export async function readDatabaseEndpoints(cluster: ClusterReader, namespace: string): Promise<ReadyEndpoints[]> {
  const labels = `${serviceLabel} in (${databaseServices.join(',')})`;
  const slices = await cluster.list(EndpointSlice, { namespace, labels });
  if (slices.length === 0) return readEndpoints(cluster, namespace);
  return databaseServices.map((service) => {
    const own = slices.filter(({ metadata }) => metadata.labels[serviceLabel] === service);
    const ready = own
      .flatMap(({ endpoints }) => endpoints ?? [])
      .filter(({ conditions }) => conditions.ready !== false)
      .map(({ targetRef, addresses }) => targetRef?.name ?? addresses[0] ?? 'an endpoint without a name');
    return { service, ready: [...new Set(ready)], exists: own.length > 0, changedAt: newestChange(own) };
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
        changedAt: newestChange(endpoints === undefined ? [] : [endpoints]),
      };
    }),
  );
}
