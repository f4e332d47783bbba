import { CannotRead } from '../core/errors.ts';
import type { Kind, KubernetesObject } from '../core/kind.ts';
import { resourceOf } from '../core/kind.ts';
import type { ClusterReader, ListOptions, ObjectName } from '../core/reader.ts';
import { fieldSelector, labelSelector } from '../core/selectors.ts';
import { withShortLines } from './short-lines.ts';

/**
 * One run, one picture: the same read is made once and its answer, or its failure, is given to every check
 * that asks. No object is read twice where that can be seen beforehand: a single object, or those of a namespace or
 * with some labels, are taken from the list of all objects of their kind, once some check asks for that. When that
 * list cannot be read, they are read by themselves.
 */
export function memoisedReader(reader: ClusterReader): ClusterReader {
  const answers = new Map<string, Promise<unknown>>();
  const whole = new Map<string, Promise<readonly KubernetesObject[]>>();

  function once<Answer>(key: readonly unknown[], read: () => Promise<Answer>): Promise<Answer> {
    const name = JSON.stringify(key);
    const known = answers.get(name);
    if (known !== undefined) return known as Promise<Answer>;
    const answer = read();
    answers.set(name, answer);
    return answer;
  }

  /** The list of all objects of a kind, when somebody has asked for it and it can be read. */
  const wholeList = async <Shape extends KubernetesObject>(
    kind: Kind<Shape>,
  ): Promise<readonly Shape[] | undefined> => {
    // Checks that begin at the same moment may ask for all of them in the same breath.
    await new Promise(setImmediate);
    try {
      // The key names the kind, so a list under it holds objects of this kind.
      return (await whole.get(resourceOf(kind))) as readonly Shape[] | undefined;
    } catch (error) {
      if (error instanceof CannotRead) return undefined;
      throw error;
    }
  };

  return {
    // What a check cannot do without it reads by itself, so that the right to do so is seen to be there or missing.
    need: (kind, name) =>
      once(['need', resourceOf(kind), name.namespace ?? null, name.name], () => reader.need(kind, name)),
    find: (kind, name) =>
      once(['find', resourceOf(kind), name.namespace ?? null, name.name], async () => {
        const objects = await wholeList(kind);
        return objects === undefined ? reader.find(kind, name) : named(objects, name);
      }),
    list: (kind, options = {}) => {
      const key = ['list', resourceOf(kind), options.namespace ?? null, options.labels ?? null, options.fields ?? null];
      const chooses = choiceOf(options);
      if (chooses === 'all') {
        const objects = once(key, () => reader.list(kind));
        whole.set(resourceOf(kind), objects);
        return objects;
      }
      return once(key, async () => {
        const objects = chooses === undefined ? undefined : await wholeList(kind);
        return objects === undefined || chooses === undefined ? reader.list(kind, options) : objects.filter(chooses);
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
          const log = await reader.logs(query);
          return log === undefined ? undefined : withShortLines(log);
        },
      ),
    get: (path) => once(['get', path], () => reader.get(path)),
  };
}

function named<Shape extends KubernetesObject>(objects: readonly Shape[], name: ObjectName): Shape | undefined {
  return objects.find(({ metadata }) => metadata.name === name.name && metadata.namespace === name.namespace);
}

/**
 * Whether an object is one of those that a list asks for; undefined where that takes a field which the narrow object
 * may not have, or a selector which only the API server can refuse.
 */
function choiceOf(options: ListOptions): 'all' | ((object: KubernetesObject) => boolean) | undefined {
  const { namespace, labels, fields } = options;
  if (namespace === undefined && labels === undefined && fields === undefined) return 'all';
  if (fields !== undefined && !/^metadata\.name=[^,\\]*$/.test(fields)) return undefined;
  const byLabels = labelSelector(labels ?? '');
  const byFields = fieldSelector(fields ?? '', '');
  if ('refused' in byLabels || 'refused' in byFields) return undefined;
  return ({ metadata }) =>
    (namespace === undefined || metadata.namespace === namespace) &&
    byLabels.matches(metadata.labels) &&
    byFields.matches(() => metadata.name);
}
