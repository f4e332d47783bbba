import { CannotRead } from '../../core/errors.ts';
import { groupOf, type Kind, type KubernetesObject, readAs, resourceOf } from '../../core/kind.ts';
import type { ClusterReader, ListOptions, ObjectName, PathAnswer } from '../../core/reader.ts';
import { fieldSelector, labelSelector } from '../../core/selectors.ts';
import type { World, WorldObject } from '../../core/world.ts';
import { refusalOf, refusalOfPath } from './access.ts';
import { readLog } from './logs.ts';
import { textIn, valueAt } from './merge-patch.ts';
import { guardOf, isName } from './names.ts';
import type { Reading } from './reading.ts';
import { definitionOf, keyOf, labelsOf, objectsOf, type Store } from './store.ts';

function checkName(what: string, word: string, name: string | undefined): void {
  if (name !== undefined && !isName(name)) {
    throw new CannotRead(what, 'invalid', `${JSON.stringify(name)} is no ${word} that the API takes`);
  }
}

/** The first of a kind's versions that this world serves: one that has objects, or a definition that serves it. */
function servedVersion(
  reading: Reading,
  store: Store,
  kind: Kind,
  what: string,
  verb: 'get' | 'list',
  name: Partial<ObjectName>,
) {
  for (const apiVersion of kind.apiVersions) {
    const access = { verb, group: groupOf(apiVersion), resource: kind.plural, ...name };
    const refusal = refusalOf(reading.denied, access);
    if (refusal !== undefined) throw new CannotRead(what, 'denied', refusal);
    if (valueAt(definitionOf(store, apiVersion, kind.name), 'served') === true) return apiVersion;
    if (objectsOf(store, apiVersion, kind.name).length > 0) return apiVersion;
  }
  return undefined;
}

function shaped<Shape extends KubernetesObject>(kind: Kind<Shape>, object: WorldObject, what: string): Shape {
  const parsed = readAs(kind.schema, object);
  if (parsed.success) return parsed.data;
  const { namespace, name } = object.metadata;
  const title = `${kind.name} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
  const [issue] = parsed.error.issues;
  const field = issue === undefined || issue.path.length === 0 ? 'the object' : issue.path.join('.');
  throw new CannotRead(
    what,
    'unexpected-shape',
    `${title} has an unexpected ${field}: ${issue?.message ?? 'not readable'}`,
  );
}

function sizeOf(objects: readonly WorldObject[]): number {
  return objects.reduce((sum, object) => sum + Buffer.byteLength(JSON.stringify(object)), 0);
}

function sayGet(kind: Kind, { namespace, name }: ObjectName): string {
  return `get ${resourceOf(kind)} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}

async function find<Shape extends KubernetesObject>(
  reading: Reading,
  kind: Kind<Shape>,
  name: ObjectName,
): Promise<Shape | undefined> {
  const what = sayGet(kind, name);
  checkName(what, 'name', name.name);
  checkName(what, 'namespace', name.namespace);
  if (kind.namespaced !== (name.namespace !== undefined)) {
    const because = kind.namespaced
      ? 'it is namespaced, and no namespace was given'
      : 'it is in no namespace, and one was given';
    throw new CannotRead(what, 'invalid', because);
  }
  return reading.line.read(what, () => {
    const { store } = reading.look();
    const apiVersion = servedVersion(reading, store, kind, what, 'get', name);
    const object =
      apiVersion === undefined ? undefined : store.objects.get(keyOf({ apiVersion, kind: kind.name, ...name }));
    if (object === undefined) return undefined;
    reading.line.count(1, sizeOf([object]));
    return shaped(kind, object, what);
  });
}

type Selected = { readonly apiVersion: string | undefined; readonly objects: readonly WorldObject[] };

/** Everything a list gives, before it is cut into pages. */
function select(reading: Reading, kind: Kind, options: ListOptions, what: string): Selected {
  const { store } = reading.look();
  const { namespace } = options;
  const apiVersion = servedVersion(reading, store, kind, what, 'list', { namespace });
  const group = groupOf(kind.apiVersions[0]);
  const selectable =
    apiVersion === undefined ? undefined : valueAt(definitionOf(store, apiVersion, kind.name), 'selectableFields');
  const more = Array.isArray(selectable)
    ? selectable.map((field) => textIn(valueAt(field, 'jsonPath')).replace(/^\./, ''))
    : [];
  const labels = labelSelector(options.labels ?? '');
  const fields = fieldSelector(options.fields ?? '', group === '' ? kind.name : `${kind.name}.${group}`, more);
  if ('refused' in labels) throw new CannotRead(what, 'invalid', labels.refused);
  if ('refused' in fields) throw new CannotRead(what, 'invalid', fields.refused);
  if (apiVersion === undefined) return { apiVersion, objects: [] };
  const placeOf = ({ metadata }: WorldObject): string => `${metadata.namespace ?? ''}\0${metadata.name}`;
  const objects = objectsOf(store, apiVersion, kind.name)
    .filter((object) => namespace === undefined || object.metadata.namespace === namespace)
    .filter((object) => labels.matches(labelsOf(object)))
    .filter((object) => fields.matches((path) => valueAt(object, ...path.split('.'))))
    .sort((left, right) => (placeOf(left) < placeOf(right) ? -1 : 1));
  return { apiVersion, objects };
}

/** Every page of a list; starts again once when a page has expired, as the real adapter does. */
async function pages(
  reading: Reading,
  kind: Kind,
  options: ListOptions,
  what: string,
): Promise<readonly WorldObject[]> {
  for (let restarts = 0; ; restarts += 1) {
    try {
      const { objects } = await reading.line.read(what, () => select(reading, kind, options, what));
      for (let from = 0; from === 0 || from < objects.length; from += reading.pageSize) {
        const page = objects.slice(from, from + reading.pageSize);
        if (from > 0) await reading.line.read(what, () => page, true);
        reading.line.count(page.length, sizeOf(page));
      }
      return objects;
    } catch (error) {
      if (restarts > 0 || !(error instanceof CannotRead) || error.reason !== 'expired') throw error;
    }
  }
}

async function list<Shape extends KubernetesObject>(
  reading: Reading,
  kind: Kind<Shape>,
  options: ListOptions,
): Promise<readonly Shape[]> {
  const what = `list ${resourceOf(kind)}`;
  checkName(what, 'namespace', options.namespace);
  if (!kind.namespaced && options.namespace !== undefined) {
    throw new CannotRead(what, 'invalid', 'it is in no namespace, and one was given');
  }
  const objects = await pages(reading, kind, options, what);
  return objects.map((object) => shaped(kind, object, what));
}

const healthPaths = ['/readyz', '/livez', '/healthz'];

/** What a path answers when the world does not say so itself. */
function usualAnswer({ version }: World, path: string): PathAnswer | undefined {
  if (healthPaths.includes(path)) return { status: 200, body: 'ok' };
  if (path !== '/version') return undefined;
  const [, major = '', minor = ''] = /^v?(\d+)\.(\d+)/.exec(version) ?? [];
  return { status: 200, body: JSON.stringify({ major, minor, gitVersion: version, platform: 'linux/amd64' }) };
}

async function get(reading: Reading, path: string): Promise<PathAnswer> {
  const what = `get ${path}`;
  const guard = guardOf(path);
  if (guard === undefined) throw new CannotRead(what, 'invalid', 'it is no path without objects behind it');
  return reading.line.read(what, () => {
    reading.look();
    const { world, denied } = reading;
    const refusal =
      refusalOfPath(denied, path) ??
      (guard.startsWith('/')
        ? refusalOfPath(denied, guard)
        : refusalOf(denied, { verb: 'get', group: '', resource: guard }));
    const answer = world.get.find((given) => given.path === path) ?? usualAnswer(world, path);
    if (refusal !== undefined) throw new CannotRead(what, 'denied', refusal);
    if (answer === undefined) throw new CannotRead(what, 'missing', 'the server could not find the requested resource');
    if (answer.status === 404) throw new CannotRead(what, 'missing', answer.body || 'not found');
    if (answer.status === 401 || answer.status === 403)
      throw new CannotRead(what, 'denied', answer.body || 'forbidden');
    reading.line.count(0, Buffer.byteLength(answer.body));
    return { status: answer.status, body: answer.body };
  });
}

export function openReader(reading: Reading): ClusterReader {
  return {
    find: (kind, name) => find(reading, kind, name),
    async need(kind, name) {
      const found = await find(reading, kind, name);
      if (found !== undefined) return found;
      throw new CannotRead(sayGet(kind, name), 'missing', `${resourceOf(kind)} "${name.name}" not found`);
    },
    list: (kind, options = {}) => list(reading, kind, options),
    logs: (query) => readLog(reading, query),
    get: (path) => get(reading, path),
  };
}
