import { CannotRead } from '../../core/errors.ts';

const label = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** A DNS-1123 subdomain, or several joined by colons as the names of roles are. None can leave its place in a URL. */
export function isObjectName(name: string): boolean {
  return name.length <= 253 && name.split(':').every((part) => subdomain.test(part));
}

/** A DNS-1123 label: what a namespace or a container may be called. */
export function isLabel(name: string): boolean {
  return label.test(name);
}

/** Where an object, or the list it is in, is served. */
export type Place = {
  readonly apiVersion: string;
  readonly plural: string;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly subresource?: string | undefined;
};

/**
 * The path of a resource, every part of it checked, or in a clause what is wrong with a part.
 * Values that come from outside reach the API server's URLs here and nowhere else.
 */
export function resourcePath({ apiVersion, plural, namespace, name, subresource }: Place): Path {
  if (!/^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?v[0-9]+((alpha|beta)[0-9]+)?$/.test(apiVersion)) {
    return { wrong: `${JSON.stringify(apiVersion)} is no API version` };
  }
  if (!isLabel(plural)) return { wrong: `${JSON.stringify(plural)} is no resource` };
  if (namespace !== undefined && !isLabel(namespace)) return { wrong: `${JSON.stringify(namespace)} is no namespace` };
  if (name !== undefined && !isObjectName(name)) return { wrong: `${JSON.stringify(name)} is no name of an object` };
  const parts = [
    ...(apiVersion.includes('/') ? ['apis', ...apiVersion.split('/')] : ['api', apiVersion]),
    ...(namespace === undefined ? [] : ['namespaces', namespace]),
    plural,
    ...(name === undefined ? [] : [encodeURIComponent(name)]),
    ...(subresource === undefined ? [] : [subresource]),
  ];
  return { path: `/${parts.join('/')}` };
}

export type Path = { readonly path: string } | { readonly wrong: string };

/** The path, or the error of a read whose names the API would not take. */
export function pathForReading(what: string, place: Place): string {
  const found = resourcePath(place);
  if ('wrong' in found) throw new CannotRead(what, 'invalid', found.wrong);
  return found.path;
}

const proxied = /^\/api\/v1\/(namespaces\/[^/]+\/(services|pods)|nodes)\/[^/]+\/proxy(\/|$)/;
const discovery = /^\/(api(\/v1)?|apis(\/[^/]+(\/[^/]+)?)?)$/;

/**
 * Whether a path, with or without a query, may be asked for as it stands: one that serves no objects, since kinds are
 * for those, or a proxy path; and one that can be understood in one way only.
 */
export function isPath(path: string): boolean {
  const [bare = ''] = path.split('?');
  if (!/^\/[\x21-\x7e]*$/.test(path) || /[\\#]/.test(path)) return false;
  if (bare.includes('//') || bare.includes('%') || /(^|\/)\.{1,2}(\/|$)/.test(bare)) return false;
  return proxied.test(bare) || discovery.test(bare) || !/^\/apis?(\/|$)/.test(bare);
}
