import type { Sight } from '../../../src/core/check.ts';
import { CannotRead } from '../../../src/core/errors.ts';
import { list, type Read } from '../../../src/core/read.ts';
import { backendsOf, type RoutedBackend, servesHost } from '../../facts/ingress/backends.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { Ingress } from '../../kinds/networking.ts';

export const routeReads: readonly Read[] = [list(Ingress)];

/** A path of an Ingress, with the Ingress. */
export type Route = { readonly ingress: Ingress; readonly backend: RoutedBackend };

/**
 * Every path of every Ingress, or those that the run is pointed at: by host, namespace or Service. A host that no
 * Ingress serves is a slip of the person who asked, and no "all is well". A cluster without an Ingress has no routes.
 */
export async function readRoutes({ cluster, target }: Pick<Sight, 'cluster' | 'target'>): Promise<Route[]> {
  const routes = (await cluster.list(Ingress))
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .flatMap((ingress) => backendsOf(ingress).map((backend) => ({ ingress, backend })));
  const { host, namespace, service } = target;
  const chosen = routes.filter(
    (route) =>
      (namespace === undefined || route.ingress.metadata.namespace === namespace) &&
      (service === undefined || route.backend.service === service) &&
      (host === undefined || servesHost(route.backend, host)),
  );
  if (chosen.length > 0 || (host === undefined && namespace === undefined && service === undefined)) return chosen;
  const hosts = [...new Set(routes.map(({ backend }) => backend.host))].sort();
  const wanted = [
    ...(host === undefined ? [] : [`host ${host}`]),
    ...(service === undefined ? [] : [`Service ${service}`]),
    ...(namespace === undefined ? [] : [`namespace ${namespace}`]),
  ].join(', ');
  throw new CannotRead(
    `look at the Ingresses for ${wanted}`,
    'missing',
    hosts.length === 0 ? 'this cluster has no Ingress' : `there is none; Ingresses serve these hosts: ${listed(hosts)}`,
  );
}

/** `cart.example.com, shop.example.com` of some routes: `every host` where a rule names none. */
export function hostsOf(routes: readonly Route[]): string {
  return listed([...new Set(routes.map(({ backend }) => (backend.host === '*' ? 'every host' : backend.host)))]);
}
