import type { World } from '../../src/core/world.ts';
import type { Seen } from './worlds.ts';

/** A field, by the names and indices that lead to it. */
export type Path = readonly (string | number)[];

export type Damage = {
  /** Which object of the world, and which of its fields; both are taken modulo how many there are. */
  readonly object: number;
  readonly place: number;
  readonly does: keyof typeof damages;
};

export type Damaged = {
  readonly world: World;
  readonly kind: string;
  readonly name: string;
  readonly path: Path;
  readonly was: unknown;
};

type Tree = Record<string | number, unknown>;

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null;

/** Names that every JavaScript object seems to have, and numbers, texts and keys that nobody expects. */
export const damages = {
  delete: undefined,
  null: () => null,
  'a number': () => 7,
  'a negative number': () => -1,
  'a huge number': () => 1e308,
  true: () => true,
  'an empty text': () => '',
  'an empty list': () => [],
  'an empty object': () => ({}),
  'a list of null': () => [null],
  'a list of lists': () => [[[]]],
  'an object of an object': () => ({ name: { name: {} } }),
  'a text': () => 'worker-1',
  'a long text': () => 'x/y.z-'.repeat(20_000),
  'many slashes': () => '/,:.'.repeat(500),
  __proto__: () => '__proto__',
  constructor: () => 'constructor',
  toString: () => 'toString',
  'an object with a prototype': () =>
    JSON.parse('{"__proto__":{"name":"x"},"constructor":1,"toString":null}') as unknown,
  unicode: () => '\u202Eпод\u0000\uD800🚀\u001B[31m',
  'a date before dates': () => '-271821-04-20T00:00:00Z',
  'a negative text': () => '-1',
  'an address': () => '::ffff:10.0.0.1%eth0/999',
} as const;

/** What was put in place of something of another type: no API server would take it. */
export function isOfAnotherType(was: unknown, does: Damage['does']): boolean {
  const made = damages[does];
  if (made === undefined || does === 'null' || was === null) return false;
  return typeOf(made()) !== typeOf(was);
}

function typeOf(value: unknown): string {
  return Array.isArray(value) ? 'list' : typeof value;
}

/** Every field below `from`, except those that say which object this is: the simulation itself keeps objects by them. */
export function placesOf(value: unknown, from: Path = []): Path[] {
  if (!isTree(value)) return [];
  return Object.keys(value).flatMap((key) => {
    const path = [...from, Array.isArray(value) ? Number(key) : key];
    const own = value[key];
    const identifies = ['apiVersion', 'kind', 'metadata', 'metadata/name', 'metadata/namespace'].includes(
      path.join('/'),
    );
    return [...(identifies ? [] : [path]), ...placesOf(own, path)];
  });
}

export function valueAtPath(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((current, key) => (isTree(current) ? current[key] : undefined), value);
}

/** A copy of the value with one field replaced or, without a maker, taken away. */
export function replaced(value: unknown, path: Path, make: (() => unknown) | undefined): unknown {
  const [key, ...rest] = path;
  if (key === undefined || !isTree(value)) return make?.();
  if (Array.isArray(value)) {
    const changed = value.map((item: unknown, index) => (index === key ? replaced(item, rest, make) : item));
    return rest.length === 0 && make === undefined ? changed.filter((_, index) => index !== key) : changed;
  }
  const changed = Object.fromEntries(Object.entries(value).filter(([name]) => name !== key || rest.length > 0 || make));
  if (key in changed)
    Object.defineProperty(changed, key, { value: replaced(changed[key], rest, make), enumerable: true });
  return changed;
}

/** The world with one field of one object damaged; undefined when it has no object with a field to damage. */
export function damagedWorld(world: World, { object, place, does }: Damage): Damaged | undefined {
  const chosen = world.objects[object % Math.max(1, world.objects.length)];
  const places = placesOf(chosen);
  const path = places[place % Math.max(1, places.length)];
  if (chosen === undefined || path === undefined) return undefined;
  const changed = replaced(chosen, path, damages[does]) as typeof chosen;
  return {
    world: { ...world, objects: world.objects.map((one) => (one === chosen ? changed : one)) },
    kind: chosen.kind,
    name: chosen.metadata.name,
    path,
    was: valueAtPath(chosen, path),
  };
}

/** Nothing but a defect of a check or of a remedy says this. */
export function defectsOf({ verdict, findings }: Seen): string[] {
  const plans = findings.flatMap(({ remedies }) => remedies.flatMap(({ preconditions }) => preconditions));
  return [verdict.because ?? '', ...plans.map(({ because }) => because)].filter((because) =>
    /which is a defect/.test(because),
  );
}
