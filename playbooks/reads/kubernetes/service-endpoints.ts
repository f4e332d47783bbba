import { list, type Read } from '../../../src/core/read.ts';
import type { ClusterReader } from '../../../src/core/reader.ts';
import { EndpointSlice, Endpoints } from '../../kinds/kubernetes.ts';
import type { Service } from '../../kinds/networking.ts';

export const endpointReads: readonly Read[] = [list(EndpointSlice), list(Endpoints)];

const serviceLabel = 'kubernetes.io/service-name';

/** When the change happened that the endpoints were last written for; kept by the endpoint controllers. */
const changeAnnotation = 'endpoints.kubernetes.io/last-change-trigger-time';

export type ServiceEndpoints = {
  /** `EndpointSlices of shop/cart` or `Endpoints shop/cart`. */
  readonly from: string;
  /** The ready ones. `pod` is absent where an address belongs to none. */
  readonly ready: readonly { readonly address: string; readonly pod: string | undefined }[];
  readonly changedAt: Date | undefined;
  /** Where the pods listen, by the name of the Service's port. */
  readonly ports: ReadonlyMap<string, number>;
};

type Named = { readonly metadata: { readonly name: string; readonly namespace?: string | undefined } };

function keyOf(namespace: string | undefined, name: string): string {
  return `${namespace ?? ''}/${name}`;
}

/**
 * The ready addresses behind some Services. A Service without a single slice is looked up among the Endpoints, which
 * is where servers before 1.21 may keep them; others keep at least an empty slice.
 */
export async function readServiceEndpoints(
  cluster: ClusterReader,
  services: readonly Named[],
): Promise<(service: Named) => ServiceEndpoints> {
  if (services.length === 0) return ({ metadata }) => empty(metadata);
  const slices = Map.groupBy(await cluster.list(EndpointSlice), ({ metadata }) =>
    keyOf(metadata.namespace, metadata.labels[serviceLabel] ?? ''),
  );
  const isSliced = ({ metadata }: Named) => slices.has(keyOf(metadata.namespace, metadata.name));
  const old = new Map<string, Endpoints>();
  if (!services.every(isSliced)) {
    for (const endpoints of await cluster.list(Endpoints)) {
      old.set(keyOf(endpoints.metadata.namespace, endpoints.metadata.name), endpoints);
    }
  }
  return ({ metadata }) => {
    const key = keyOf(metadata.namespace, metadata.name);
    const own = slices.get(key);
    if (own !== undefined) return ofSlices(key, own);
    const endpoints = old.get(key);
    return endpoints === undefined ? empty(metadata) : ofEndpoints(key, endpoints);
  };
}

function empty({ namespace, name }: Named['metadata']): ServiceEndpoints {
  return { from: `EndpointSlices of ${keyOf(namespace, name)}`, ready: [], changedAt: undefined, ports: new Map() };
}

function ofSlices(key: string, slices: readonly EndpointSlice[]): ServiceEndpoints {
  const ready = slices
    .flatMap(({ endpoints }) => endpoints ?? [])
    .filter(({ conditions }) => conditions.ready !== false)
    .flatMap(({ addresses, targetRef }) => addresses.map((address) => ({ address, pod: targetRef?.name })));
  // An endpoint may stand in several slices while they are being sorted out.
  const once = new Map(ready.map((endpoint) => [endpoint.address, endpoint]));
  return {
    from: `EndpointSlices of ${key}`,
    ready: [...once.values()],
    changedAt: newestChange(slices),
    ports: portsByName(slices.flatMap(({ ports }) => ports ?? [])),
  };
}

function ofEndpoints(key: string, endpoints: Endpoints): ServiceEndpoints {
  const ready = (endpoints.subsets ?? [])
    .flatMap(({ addresses }) => addresses ?? [])
    .map(({ ip, targetRef }) => ({ address: ip, pod: targetRef?.name }));
  const once = new Map(ready.map((endpoint) => [endpoint.address, endpoint]));
  return {
    from: `Endpoints ${key}`,
    ready: [...once.values()],
    changedAt: newestChange([endpoints]),
    ports: portsByName((endpoints.subsets ?? []).flatMap(({ ports }) => ports ?? [])),
  };
}

type NamedPort = { readonly name?: string | null | undefined; readonly port?: number | null | undefined };

function portsByName(ports: readonly NamedPort[]): ReadonlyMap<string, number> {
  return new Map(
    ports.flatMap(({ name, port }) => (port === undefined || port === null ? [] : [[name ?? '', port] as const])),
  );
}

/**
 * Where the pods behind a port of a Service listen. A target port is often the name of a container's port, with which
 * no person can connect; the endpoints hold its number, where there is one.
 */
export function podPortOf(service: Service | undefined, port: number, { ports }: ServiceEndpoints): number | string {
  const own = service?.spec.ports?.find((one) => one.port === port);
  return (own === undefined ? undefined : ports.get(own.name)) ?? own?.targetPort ?? port;
}

function newestChange(objects: readonly (EndpointSlice | Endpoints)[]): Date | undefined {
  const times = objects
    .map(({ metadata }) => Date.parse(metadata.annotations[changeAnnotation] ?? ''))
    .filter((time) => !Number.isNaN(time));
  return times.length === 0 ? undefined : new Date(Math.max(...times));
}
