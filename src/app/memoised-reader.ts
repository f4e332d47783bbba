import { CannotRead } from '../core/errors.ts';
import type { Kind, KubernetesObject } from '../core/kind.ts';
import { resourceOf } from '../core/kind.ts';
import type { ClusterReader, ListOptions, ObjectName } from '../core/reader.ts';
import { fieldSelector, labelSelector } from '../core/selectors.ts';
import { withShortLines } from './short-lines.ts';
import { createTurns } from './turns.ts';

/**
 * One run, one picture: the same read is made once and its answer, or its failure, is given to every check that asks.
 * No object is read twice: a single object, or those of a namespace or with some labels, are taken from the list of
 * all objects of their kind when a check asks for that. Who asks for few therefore waits until nobody can ask for all
 * any more. When that list cannot be read, or does not hold the object, it is read by itself.
 * @param longestWaitMilliseconds a read that hangs does not hold up the others for longer
 */
export function memoisedReader(reader: ClusterReader, longestWaitMilliseconds = 20_000): ClusterReader {
  const answers = new Map<string, Promise<unknown>>();
  const whole = new Map<string, Promise<readonly KubernetesObject[]>>();
  const namespaces = new WeakMap<readonly KubernetesObject[], ReadonlyMap<string, readonly KubernetesObject[]>>();
  const turns = createTurns(longestWaitMilliseconds);

  function once<Answer>(key: readonly unknown[], read: () => Promise<Answer>): Promise<Answer> {
    const name = JSON.stringify(key);
    const known = answers.get(name);
    if (known !== undefined) return known as Promise<Answer>;
    const answer = read();
    answers.set(name, answer);
    return answer;
  }

  /** The list of all objects of a kind, when somebody asks for it and it can be read. */
  const wholeList = async <Shape extends KubernetesObject>(
    kind: Kind<Shape>,
  ): Promise<readonly Shape[] | undefined> => {
    const resource = resourceOf(kind);
    if (!whole.has(resource)) await turns.wait(resource);
    try {
      // The key names the kind, so a list under it holds objects of this kind.
      return (await whole.get(resource)) as readonly Shape[] | undefined;
    } catch (error) {
      if (error instanceof CannotRead) return undefined;
      throw error;
    }
  };

  const ofNamespace = <Shape extends KubernetesObject>(objects: readonly Shape[], namespace: string) => {
    const groups = namespaces.get(objects) ?? Map.groupBy(objects, ({ metadata }) => metadata.namespace ?? '');
    namespaces.set(objects, groups);
    // The key is the list that was grouped.
    return (groups.get(namespace) ?? []) as readonly Shape[];
  };

  const named = <Shape extends KubernetesObject>(
    objects: readonly Shape[] = [],
    { name, namespace = '' }: ObjectName,
  ) => ofNamespace(objects, namespace).find(({ metadata }) => metadata.name === name);

  return {
    need: (kind, name) =>
      once(['need', resourceOf(kind), name.namespace ?? null, name.name], async () => {
        const listed = named(await wholeList(kind), name);
        return listed ?? turns.during(() => reader.need(kind, name));
      }),
    find: (kind, name) =>
      once(['find', resourceOf(kind), name.namespace ?? null, name.name], async () => {
        const objects = await wholeList(kind);
        return objects === undefined ? turns.during(() => reader.find(kind, name)) : named(objects, name);
      }),
    list: (kind, options = {}) => {
      const resource = resourceOf(kind);
      const key = ['list', resource, options.namespace ?? null, options.labels ?? null, options.fields ?? null];
      const chooses = choiceOf(options);
      if (chooses === 'all') {
        const objects = once(key, () => turns.during(() => reader.list(kind)));
        whole.set(resource, objects);
        turns.announce(resource);
        return objects;
      }
      return once(key, async () => {
        const objects = chooses === undefined ? undefined : await wholeList(kind);
        return objects === undefined || chooses === undefined
          ? turns.during(() => reader.list(kind, options))
          : (options.namespace === undefined ? objects : ofNamespace(objects, options.namespace)).filter(chooses);
      });
    },
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
          const log = await turns.during(() => reader.logs(query));
          return log === undefined ? undefined : withShortLines(log);
        },
      ),
    get: (path) => once(['get', path], () => turns.during(() => reader.get(path))),
  };
}

/**
 * Whether an object of the right namespace is one of those that a list asks for; undefined where that takes a field
 * which the narrow object may not have, or a selector which only the API server can refuse.
 */
function choiceOf(options: ListOptions): 'all' | ((object: KubernetesObject) => boolean) | undefined {
  const { namespace, labels, fields } = options;
  if (namespace === undefined && labels === undefined && fields === undefined) return 'all';
  if (fields !== undefined && !/^metadata\.name=[^,\\]*$/.test(fields)) return undefined;
  const byLabels = labelSelector(labels ?? '');
  const byFields = fieldSelector(fields ?? '', '');
  if ('refused' in byLabels || 'refused' in byFields) return undefined;
  return ({ metadata }) => byLabels.matches(metadata.labels) && byFields.matches(() => metadata.name);
}
