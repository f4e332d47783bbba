import type { Kind } from './kind.ts';
import type { ProductName } from './platform.ts';

/** Where a read is allowed: in the namespace a product was found in, in a named one, or everywhere. */
export type Place = { readonly product: ProductName } | { readonly namespace: string } | 'everywhere';

/**
 * One read that a check declares. Declarations are enforced while the check looks, and the least-privilege
 * rules that `triage rbac` prints are computed from them.
 */
export type Read =
  | { readonly read: 'list'; readonly kind: Kind }
  | { readonly read: 'get'; readonly kind: Kind; readonly in: Place; readonly names: readonly string[] }
  | { readonly read: 'log'; readonly in: Place }
  | { readonly read: 'path'; readonly path: string }
  /** What the API server passes on to a service or a pod; `names` are the names in the path, all when absent. */
  | {
      readonly read: 'proxy';
      readonly to: 'services' | 'pods';
      readonly in: Place;
      readonly names?: readonly string[];
      /** The path behind `/proxy`, exactly, or everything below it when it ends in a slash. */
      readonly path: string;
    };

/** Every object of a kind, in all namespaces; reading a single one is included. */
export function list(kind: Kind): Read {
  return { read: 'list', kind };
}

/** Objects of a kind by their exact names, in one place. */
export function get(kind: Kind, where: { in: Place; names: readonly string[] }): Read {
  return { read: 'get', kind, in: where.in, names: where.names };
}

/** Container logs of the pods of one place. */
export function logs(place: Place): Read {
  return { read: 'log', in: place };
}

/** A path of the API server that is no resource, such as `/readyz`. */
export function path(exact: string): Read {
  return { read: 'path', path: exact };
}

/** GET through the API server to a service; a name is `https:metrics-server:443` or `kong-admin:8001`, all when absent. */
export function serviceProxy(to: { in: Place; names?: readonly string[]; path: string }): Read {
  return { read: 'proxy', to: 'services', ...to };
}

/** GET through the API server to a port of any pod of one place. Powerful even as a read: declare exact paths. */
export function podProxy(to: { in: Place; path: string }): Read {
  return { read: 'proxy', to: 'pods', ...to };
}

export type ProxyPath = {
  readonly to: 'services' | 'pods';
  readonly namespace: string;
  readonly name: string;
  readonly path: string;
};

/** The parts of a service or pod proxy path; undefined for any other path. */
export function parseProxyPath(path: string): ProxyPath | undefined {
  const match = /^\/api\/v1\/namespaces\/([^/]+)\/(services|pods)\/([^/]+)\/proxy(\/[^?]*)?(?:\?.*)?$/.exec(path);
  if (match === null) return undefined;
  const [, namespace = '', to, name = '', rest = '/'] = match;
  return { to: to === 'pods' ? 'pods' : 'services', namespace, name, path: rest };
}

/** The path of a GET that the API server passes on. */
export function proxyPath({ to, namespace, name, path }: ProxyPath): string {
  return `/api/v1/namespaces/${namespace}/${to}/${name}/proxy${path}`;
}
