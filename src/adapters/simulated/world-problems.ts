import { Change } from '../../core/change.ts';
import type { World, WorldLog, WorldObject } from '../../core/world.ts';
import { isFields, valueAt } from './merge-patch.ts';
import { keyOfObject, logKey } from './store.ts';

/** Something wrong with a world file, and what to do about it, as whole sentences. */
export type Problem = { readonly path: readonly PropertyKey[]; readonly says: string };

const changes = new Map(Change.options.map(({ shape }) => [shape.change.value as string, Object.keys(shape)]));
const logLine = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)( |$)/;

function titleOf({ kind, metadata }: WorldObject): string {
  return metadata.namespace === undefined
    ? `${kind} ${metadata.name}`
    : `${kind} ${metadata.namespace}/${metadata.name}`;
}

function* objectProblems(objects: readonly WorldObject[], path: readonly PropertyKey[]): Generator<Problem> {
  const seen = new Map<string, number>();
  for (const [index, object] of objects.entries()) {
    const here = [...path, index];
    const key = keyOfObject(object);
    const first = seen.get(key);
    if (first !== undefined) {
      const says = `${titleOf(object)} is here twice; it is also number ${first + 1} of this list. Remove one of the two.`;
      yield { path: here, says };
    }
    seen.set(key, first ?? index);
    for (const field of ['labels', 'annotations']) {
      const values = object.metadata[field];
      for (const [name, value] of isFields(values) ? Object.entries(values) : []) {
        if (typeof value === 'string') continue;
        const says = `The ${field.slice(0, -1)} ${name} of ${titleOf(object)} is no text. Put its value in quotes.`;
        yield { path: [...here, 'metadata', field, name], says };
      }
    }
    for (const field of ['uid', 'resourceVersion']) {
      const value = object.metadata[field];
      if (value === undefined || typeof value === 'string') continue;
      const says = `metadata.${field} of ${titleOf(object)} is no text. Put it in quotes.`;
      yield { path: [...here, 'metadata', field], says };
    }
  }
}

function* logProblems(
  logs: readonly WorldLog[],
  pods: ReadonlySet<string>,
  path: readonly PropertyKey[],
): Generator<Problem> {
  const seen = new Set<string>();
  for (const [index, { pod, container, previous, lines }] of logs.entries()) {
    const here = [...path, index];
    if (!pods.has(pod)) {
      const says = `There is no Pod ${pod} in this world, so nobody can read its log. Add the Pod to objects, or correct the name.`;
      yield { path: [...here, 'pod'], says };
    }
    const key = logKey(pod, container, previous);
    if (seen.has(key)) {
      yield { path: here, says: `The log of ${pod}, container ${container}, is here twice. Join the two.` };
    }
    seen.add(key);
    for (const [number, line] of lines.entries()) {
      if (logLine.test(line) && !line.includes('\n')) continue;
      const says =
        'A log line is one line that starts with its time, like 2026-01-05T10:00:00.000Z. Add the time, or split it.';
      yield { path: [...here, 'lines', number], says };
    }
  }
}

function* whenProblems(when: Record<string, unknown>, path: readonly PropertyKey[]): Generator<Problem> {
  const fields = changes.get(String(when['change']));
  if (fields === undefined) {
    const says = `There is no change "${String(when['change'])}". Use one of ${[...changes.keys()].join(', ')}.`;
    yield { path: [...path, 'change'], says };
    return;
  }
  for (const field of Object.keys(when)) {
    if (fields.includes(field)) continue;
    const says = `A ${String(when['change'])} has no field "${field}". Match it by ${fields.slice(1).join(', ')}.`;
    yield { path: [...path, field], says };
  }
}

/** What the schema of a world cannot tell: names that must be unique or must exist, and times in text. */
export function problemsOf(world: World, written: unknown): Problem[] {
  const problems: Problem[] = [...objectProblems(world.objects, ['objects'])];
  // A missing or empty time is read as 1970 by the schema, which coerces.
  if (typeof valueAt(written, 'now') !== 'string') {
    problems.push({ path: ['now'], says: 'now is no time. Write it like 2026-01-05T10:00:00Z.' });
  }
  const every = [...world.objects, ...world.after.flatMap(({ objects }) => objects)];
  const pods = new Set(
    every.filter(({ kind }) => kind === 'Pod').map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`),
  );
  problems.push(...logProblems(world.logs, pods, ['logs']));
  const paths = new Set<string>();
  for (const [index, { path }] of world.get.entries()) {
    if (paths.has(path))
      problems.push({ path: ['get', index], says: `The path ${path} is here twice. Remove one of the two.` });
    paths.add(path);
  }
  for (const [index, { when, objects, logs }] of world.after.entries()) {
    if (when !== undefined) problems.push(...whenProblems(when, ['after', index, 'when']));
    problems.push(...objectProblems(objects, ['after', index, 'objects']));
    problems.push(...logProblems(logs, pods, ['after', index, 'logs']));
  }
  return problems;
}
