import type { KubernetesObject } from '../core/kind.ts';
import { resourceOf } from '../core/kind.ts';
import type { ClusterReader } from '../core/reader.ts';
import { withShortLines } from './short-lines.ts';

/**
 * One run, one picture: the same read is made once and its answer, or its failure, is given to every check
 * that asks. A single object is taken from a list of its kind when that was read already.
 */
export function memoisedReader(reader: ClusterReader): ClusterReader {
  const answers = new Map<string, Promise<unknown>>();
  function once<Answer>(key: readonly unknown[], read: () => Promise<Answer>): Promise<Answer> {
    const name = JSON.stringify(key);
    const known = answers.get(name);
    if (known !== undefined) return known as Promise<Answer>;
    const answer = read();
    answers.set(name, answer);
    return answer;
  }
  const listKey = (resource: string) => ['list', resource, null, null, null];
  return {
    need: (kind, name) =>
      once(['need', resourceOf(kind), name.namespace ?? null, name.name], () => reader.need(kind, name)),
    find: (kind, name) =>
      once(['find', resourceOf(kind), name.namespace ?? null, name.name], async () => {
        const listed = answers.get(JSON.stringify(listKey(resourceOf(kind))));
        if (listed === undefined) return reader.find(kind, name);
        // The key names the kind, so a list under it holds objects of this kind.
        const objects = (await listed) as Awaited<ReturnType<typeof reader.list<KubernetesObject>>>;
        const found = objects.find(
          ({ metadata }) => metadata.name === name.name && metadata.namespace === name.namespace,
        );
        return found as Awaited<ReturnType<typeof reader.find<never>>>;
      }),
    list: (kind, options = {}) =>
      once(['list', resourceOf(kind), options.namespace ?? null, options.labels ?? null, options.fields ?? null], () =>
        reader.list(kind, options),
      ),
    logs: (query) =>
      once(
        [
          'logs',
          query.namespace,
          query.pod,
          query.container,
          query.previous ?? false,
          query.sinceSeconds ?? null,
          query.tailLines ?? null,
          query.maximumBytes ?? null,
        ],
        async () => {
          const log = await reader.logs(query);
          return log === undefined ? undefined : withShortLines(log);
        },
      ),
    get: (path) => once(['get', path], () => reader.get(path)),
  };
}
