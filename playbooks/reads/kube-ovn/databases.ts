import { get, list, type Read } from '../../../src/core/read.ts';
import type { ClusterReader } from '../../../src/core/reader.ts';
import { databaseServices } from '../../facts/kube-ovn/product.ts';
import { EndpointSlice, Endpoints } from '../../kinds/kubernetes.ts';

export const databaseReads: readonly Read[] = [
  list(EndpointSlice),
  get(Endpoints, { in: { product: 'kubeOvn' }, names: databaseServices }),
];

export type ReadyEndpoints = { readonly service: string; readonly ready: readonly string[] };

const serviceLabel = 'kubernetes.io/service-name';

/**
 * Which pods stand behind each of OVN's leader Services. Endpoints are read only where a cluster keeps no slices
 * for any of them. An endpoint in several slices counts once.
 */
export async function readDatabaseEndpoints(cluster: ClusterReader, namespace: string): Promise<ReadyEndpoints[]> {
  const labels = `${serviceLabel} in (${databaseServices.join(',')})`;
  const slices = await cluster.list(EndpointSlice, { namespace, labels });
  if (slices.length === 0) return readEndpoints(cluster, namespace);
  return databaseServices.map((service) => {
    const ready = slices
      .filter(({ metadata }) => metadata.labels[serviceLabel] === service)
      .flatMap(({ endpoints }) => endpoints ?? [])
      .filter(({ conditions }) => conditions.ready !== false)
      .map(({ targetRef, addresses }) => targetRef?.name ?? addresses[0] ?? 'an endpoint without a name');
    return { service, ready: [...new Set(ready)] };
  });
}

async function readEndpoints(cluster: ClusterReader, namespace: string): Promise<ReadyEndpoints[]> {
  return Promise.all(
    databaseServices.map(async (service) => {
      const endpoints = await cluster.find(Endpoints, { namespace, name: service });
      const addresses = (endpoints?.subsets ?? []).flatMap((subset) => subset.addresses ?? []);
      return { service, ready: [...new Set(addresses.map(({ targetRef, ip }) => targetRef?.name ?? ip))] };
    }),
  );
}
