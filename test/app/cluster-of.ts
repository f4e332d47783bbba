import type { KubernetesObject } from '../../src/core/kind.ts';
import { resourceOf } from '../../src/core/kind.ts';
import type { ClusterReader } from '../../src/core/reader.ts';

/** A reader of a few objects that counts its requests and can be told to fail; enough to test use-cases with. */
export function readerOf(
  objects: Readonly<Record<string, readonly unknown[]>>,
  fail: (what: string) => Error | undefined = () => undefined,
): ClusterReader & { readonly requests: string[] } {
  const requests: string[] = [];
  const answer = <Value>(what: string, value: Value): Value => {
    requests.push(what);
    const error = fail(what);
    if (error !== undefined) throw error;
    return value;
  };
  const all = <Shape extends KubernetesObject>(kind: Parameters<ClusterReader['list']>[0]) =>
    (objects[resourceOf(kind)] ?? []).map((object) => kind.schema.parse(object)) as unknown as Shape[];
  return {
    requests,
    list: async (kind) => answer(`list ${resourceOf(kind)}`, all(kind)),
    find: async (kind, { name }) =>
      answer(
        `get ${resourceOf(kind)} ${name}`,
        all<never>(kind).find(({ metadata }: KubernetesObject) => metadata.name === name),
      ),
    need: async (kind, { name }) => {
      const found = all<never>(kind).find(({ metadata }: KubernetesObject) => metadata.name === name);
      return answer(`get ${resourceOf(kind)} ${name}`, found as never);
    },
    logs: async ({ pod }) => answer(`log ${pod}`, undefined),
    get: async (path) => answer(`get ${path}`, { status: 200, body: '{"gitVersion":"v1.30.4"}' }),
  };
}
