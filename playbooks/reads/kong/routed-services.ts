import type { Sight } from '../../../src/core/check.ts';
import { list, type Read } from '../../../src/core/read.ts';
import { classOf } from '../../facts/ingress/backends.ts';
import { upstreamName } from '../../facts/kong/admin-api.ts';
import { ingressClassController, ingressClassOf, serviceUpstreamAnnotation } from '../../facts/kong/product.ts';
import { type Ingress, IngressClass, Service } from '../../kinds/networking.ts';
import { type Route, readRoutes, routeReads } from '../ingress/routes.ts';
import { endpointReads, readServiceEndpoints, type ServiceEndpoints } from '../kubernetes/service-endpoints.ts';
import type { Installation } from './installation.ts';

export const routedServiceReads: readonly Read[] = [...routeReads, list(IngressClass), list(Service), ...endpointReads];

/** A Service that Kong balances requests over by itself, pod by pod. */
export type RoutedService = {
  readonly service: Service;
  readonly routes: readonly Route[];
  /** Kong's names for it, one for each port that an Ingress uses. */
  readonly upstreams: readonly string[];
  readonly endpoints: ServiceEndpoints;
};

const defaultClass = 'ingressclass.kubernetes.io/is-default-class';

/** Whether Kong's controller serves an Ingress: by name, by its IngressClass, or because its class is the default. */
function isKongs(ingress: Ingress, own: readonly string[], classes: readonly IngressClass[]): boolean {
  const wanted = classOf(ingress)?.name;
  if (wanted !== undefined && own.includes(wanted)) return true;
  return classes.some(
    ({ metadata, spec }) =>
      spec.controller === ingressClassController &&
      (wanted === undefined ? metadata.annotations[defaultClass] === 'true' : metadata.name === wanted) &&
      own.includes(metadata.name),
  );
}

/**
 * The Services behind Kong's Ingresses, as the run is pointed at them. Left out: Services that do not exist, those
 * outside the cluster, and those whose own address is Kong's target, for which pods may come and go.
 */
export async function readRoutedServices(
  sight: Pick<Sight, 'cluster' | 'target'>,
  { controllers }: Installation,
): Promise<RoutedService[]> {
  const { cluster } = sight;
  const own = controllers.length === 0 ? ['kong'] : controllers.map(({ container }) => ingressClassOf(container));
  const classes = await cluster.list(IngressClass);
  const routes = (await readRoutes(sight)).filter(({ ingress }) => isKongs(ingress, own, classes));
  const keyOf = (namespace: string | undefined, name: string) => `${namespace ?? ''}/${name}`;
  const byService = Map.groupBy(routes, ({ ingress, backend }) => keyOf(ingress.metadata.namespace, backend.service));
  const services = (await cluster.list(Service)).filter(
    ({ metadata, spec }) =>
      byService.has(keyOf(metadata.namespace, metadata.name)) &&
      spec.type !== 'ExternalName' &&
      metadata.annotations[serviceUpstreamAnnotation] !== 'true',
  );
  const endpointsOf = await readServiceEndpoints(cluster, services);
  return services.map((service) => {
    const { namespace = '', name } = service.metadata;
    const own = byService.get(keyOf(namespace, name)) ?? [];
    const upstreams = [...new Set(own.map(({ backend }) => upstreamName(namespace, backend)))];
    return { service, routes: own, upstreams, endpoints: endpointsOf(service) };
  });
}
