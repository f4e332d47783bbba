import { CannotRead } from '../core/errors.ts';
import { type Kind, resourceOf } from '../core/kind.ts';
import type { Platform } from '../core/platform.ts';
import { type Place, parseProxyPath, type Read } from '../core/read.ts';
import type { ClusterReader } from '../core/reader.ts';

/** Whether a namespace, or no namespace at all, is where something was declared for. */
export function isIn(place: Place, namespace: string | undefined, platform: Platform): boolean {
  if (place === 'everywhere') return true;
  if ('namespace' in place) return place.namespace === namespace;
  return platform[place.product]?.namespace === namespace;
}

function mayGetPath(read: Read, path: string, platform: Platform): boolean {
  if (read.read === 'path') return read.path === path;
  const asked = parseProxyPath(path);
  if (read.read !== 'proxy' || asked === undefined) return false;
  const below = read.path.endsWith('/') ? asked.path.startsWith(read.path) : asked.path === read.path;
  const named = read.names === undefined || read.names.includes(asked.name);
  return read.to === asked.to && named && below && isIn(read.in, asked.namespace, platform);
}

/**
 * Lets a check read what it declared and nothing else, so that the printed least-privilege rules are true.
 * An undeclared read is a defect of the check: it fails as `undeclared`, and the check's worlds show it.
 */
export function declaredReader(reader: ClusterReader, reads: readonly Read[], platform: Platform): ClusterReader {
  const refuse = (what: string): never => {
    throw new CannotRead(what, 'undeclared', 'the check does not declare this read');
  };
  const sameKind = (left: Kind, right: Pick<Kind, 'plural' | 'apiVersions'>) => resourceOf(left) === resourceOf(right);
  const mayList = (kind: Pick<Kind, 'plural' | 'apiVersions'>) =>
    reads.some((read) => read.read === 'list' && sameKind(read.kind, kind));
  const mayGet = (kind: Pick<Kind, 'plural' | 'apiVersions'>, name: string, namespace: string | undefined) =>
    mayList(kind) ||
    reads.some(
      (read) =>
        read.read === 'get' &&
        sameKind(read.kind, kind) &&
        read.names.includes(name) &&
        isIn(read.in, namespace, platform),
    );
  return {
    need: async (kind, name) =>
      mayGet(kind, name.name, name.namespace)
        ? reader.need(kind, name)
        : refuse(`get ${resourceOf(kind)} ${name.name}`),
    find: async (kind, name) =>
      mayGet(kind, name.name, name.namespace)
        ? reader.find(kind, name)
        : refuse(`get ${resourceOf(kind)} ${name.name}`),
    list: async (kind, options) => (mayList(kind) ? reader.list(kind, options) : refuse(`list ${resourceOf(kind)}`)),
    logs: async (query) =>
      reads.some((read) => read.read === 'log' && isIn(read.in, query.namespace, platform))
        ? reader.logs(query)
        : refuse(`read the log of ${query.namespace}/${query.pod}`),
    get: async (path) =>
      reads.some((read) => mayGetPath(read, path, platform)) ? reader.get(path) : refuse(`get ${path}`),
  };
}
