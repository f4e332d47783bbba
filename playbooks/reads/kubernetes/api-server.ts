import { CannotRead } from '../../../src/core/errors.ts';
import { get, list, type Read } from '../../../src/core/read.ts';
import type { ClusterReader } from '../../../src/core/reader.ts';
import type { Answering } from '../../facts/kubernetes/apiserver-lines.ts';
import { internalAddresses } from '../../facts/kubernetes/nodes.ts';
import { familyOf } from '../../facts/network/cidr.ts';
import { EndpointSlice, Endpoints, type Node } from '../../kinds/kubernetes.ts';
import { Service } from '../../kinds/networking.ts';

const name = 'kubernetes';
const namespace = 'default';
const place = { in: { namespace }, names: [name] };

export const apiServerReads: readonly Read[] = [get(Service, place), list(EndpointSlice), get(Endpoints, place)];

const serviceLabel = 'kubernetes.io/service-name';

/** The API server has no object of its own; this Service is how everything in the cluster reaches it. */
export const apiServerObject = { apiVersion: 'v1', kind: 'Service', namespace, name } as const;

export type ApiServer = {
  /** What pods are told to talk to. */
  readonly clusterAddresses: readonly string[];
  /** Where it really listens: addresses of control-plane nodes, or of a load balancer when it is managed elsewhere. */
  readonly hostAddresses: readonly string[];
  /** All of them, with the ports on which it is the API server that answers there. */
  readonly answering: readonly Answering[];
};

/** Where its endpoints do not tell. */
const usualPorts = [443, 6443];

/**
 * The Service `kubernetes` and its endpoints. API servers call their slice by the same name; where something else writes
 * the endpoints, as for a control plane that is hosted elsewhere, only the label tells. Servers before 1.17 have only the
 * Endpoints object.
 */
export async function readApiServer(cluster: ClusterReader): Promise<ApiServer> {
  const service = await cluster.need(Service, { namespace, name });
  const slices = (await cluster.list(EndpointSlice, { namespace })).filter(
    ({ metadata }) => metadata.name === name || metadata.labels[serviceLabel] === name,
  );
  const old = slices.length === 0 ? await cluster.find(Endpoints, { namespace, name }) : undefined;
  if (slices.length === 0 && old === undefined) {
    throw new CannotRead(
      `get endpoints of ${namespace}/${name}`,
      'missing',
      'the API server publishes no address of itself',
    );
  }
  const { clusterIP, clusterIPs } = service.spec;
  const isAddress = (written: string) => familyOf(written) !== undefined;
  const clusterAddresses = (clusterIPs.length > 0 ? clusterIPs : [clusterIP]).filter(isAddress);
  const hostAddresses = [
    ...slices.flatMap(({ endpoints }) => endpoints ?? []).flatMap(({ addresses }) => addresses),
    ...(old?.subsets ?? []).flatMap(({ addresses }) => (addresses ?? []).map(({ ip }) => ip)),
  ].filter(isAddress);
  const named = [
    ...slices.flatMap(({ ports: own }) => own ?? []),
    ...(old?.subsets ?? []).flatMap(({ ports }) => ports ?? []),
  ];
  const ports = named.flatMap(({ port }) => port ?? []);
  return apiServerAt(clusterAddresses, hostAddresses, ports);
}

/**
 * An API server that is known by its addresses alone.
 * @param ports on which it answers at its host addresses; the usual ones where nothing tells
 */
export function apiServerAt(
  clusterAddresses: readonly string[],
  hostAddresses: readonly string[],
  ports: readonly number[] = [],
): ApiServer {
  return {
    clusterAddresses,
    hostAddresses,
    answering: [
      ...clusterAddresses.map((address) => ({ address })),
      ...hostAddresses.map((address) => ({ address, ports: ports.length > 0 ? ports : usualPorts })),
    ],
  };
}

/** The same; undefined where that Service is not there, as in a dump of a few objects. */
export async function findApiServer(cluster: ClusterReader): Promise<ApiServer | undefined> {
  return (await cluster.find(Service, { namespace, name })) === undefined ? undefined : readApiServer(cluster);
}

/** Nodes on which an API server listens; none where the control plane is managed elsewhere. */
export function apiServerNodes({ hostAddresses }: ApiServer, nodes: readonly Node[]): Set<string> {
  const own = nodes.filter((node) => internalAddresses(node).some((address) => hostAddresses.includes(address)));
  return new Set(own.map(({ metadata }) => metadata.name));
}
