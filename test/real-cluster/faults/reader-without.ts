import type { AccessRule } from '../../../src/core/access.ts';
import { CannotRead } from '../../../src/core/errors.ts';
import { groupOf, type Kind } from '../../../src/core/kind.ts';
import { parseProxyPath } from '../../../src/core/read.ts';
import type { ClusterReader } from '../../../src/core/reader.ts';
import type { World } from '../../../src/core/world.ts';
import { isCustom } from '../world/definitions.ts';

type Asked = {
  readonly verb: 'get' | 'list';
  readonly resource: string;
  readonly groups: readonly string[];
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
};

/**
 * Refuses what one rule would have allowed, where and by the name that it would have, and nothing else. A kind that
 * nobody has installed is not refused: the adapter finds out by itself that it is not there.
 */
export function readerWithout(rule: AccessRule, reader: ClusterReader, { objects }: World): ClusterReader {
  const isMissing = ({ verb, resource, groups, namespace, name }: Asked): boolean =>
    rule.verbs.includes(verb) &&
    rule.resources.includes(resource) &&
    rule.apiGroups.some((group) => groups.includes(group)) &&
    (rule.namespace === undefined || rule.namespace === namespace) &&
    (rule.resourceNames === undefined || (name !== undefined && rule.resourceNames.includes(name)));
  const refuse = (what: string): never => {
    throw new CannotRead(what, 'denied', 'the rule was taken away');
  };
  const isServed = ({ name, apiVersions }: Kind): boolean =>
    apiVersions.some((version) => !isCustom(groupOf(version))) ||
    objects.some(({ apiVersion, kind }) => kind === name && apiVersions.includes(apiVersion));
  const allow = (verb: 'get' | 'list', kind: Kind, at: { namespace?: string | undefined; name?: string }): void => {
    const asked = { verb, resource: kind.plural, groups: kind.apiVersions.map(groupOf), ...at };
    if (isServed(kind) && isMissing(asked)) refuse(`${verb} ${kind.plural}`);
  };
  return {
    find: async (kind, name) => {
      allow('get', kind, name);
      return reader.find(kind, name);
    },
    need: async (kind, name) => {
      allow('get', kind, name);
      return reader.need(kind, name);
    },
    list: async (kind, options) => {
      allow('list', kind, { namespace: options?.namespace });
      return reader.list(kind, options);
    },
    logs: async (query) => {
      const { namespace, pod: name } = query;
      if (isMissing({ verb: 'get', resource: 'pods/log', groups: [''], namespace, name })) refuse('read a log');
      return reader.logs(query);
    },
    get: async (path) => {
      const proxied = parseProxyPath(path);
      const isAsked =
        proxied === undefined
          ? rule.nonResourceURLs?.includes(path) === true
          : isMissing({ ...proxied, verb: 'get', resource: `${proxied.to}/proxy`, groups: [''] });
      return isAsked ? refuse(`get ${path}`) : reader.get(path);
    },
  };
}
