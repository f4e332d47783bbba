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
  | { readonly read: 'path'; readonly path: string };

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
