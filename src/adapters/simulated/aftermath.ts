import { canonicalJson } from '../../core/canonical-json.ts';
import type { Change } from '../../core/change.ts';
import { parseDuration } from '../../core/duration.ts';
import type { Aftermath, World, WorldObject } from '../../core/world.ts';
import { isFields } from './merge-patch.ts';

/** Whether every field that `when` names has its value in the change; of an object field, a part is enough. */
function holds(wanted: unknown, actual: unknown): boolean {
  if (!isFields(wanted)) return canonicalJson(wanted) === canonicalJson(actual);
  if (!isFields(actual)) return false;
  return Object.entries(wanted).every(([name, value]) => Object.hasOwn(actual, name) && holds(value, actual[name]));
}

/** The entries of `after` that answer a change. */
export function answersTo(world: World, change: Change): Aftermath[] {
  return world.after.filter(({ when }) => when !== undefined && holds(when, change));
}

export function delayOf({ within }: Aftermath): number {
  return parseDuration(within) ?? 0;
}

/** Whether an entry says itself what becomes of an object. */
export function mentions({ objects, remove }: Aftermath, { kind, metadata }: WorldObject): boolean {
  return (
    remove.some((key) => key.kind === kind && key.name === metadata.name && key.namespace === metadata.namespace) ||
    objects.some(
      (one) =>
        one.kind === kind && one.metadata.name === metadata.name && one.metadata.namespace === metadata.namespace,
    )
  );
}

const written = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)/g;

function shifted(value: unknown, after: number, by: number): unknown {
  if (typeof value === 'string') {
    return value.replaceAll(written, (time) => {
      const at = Date.parse(time);
      if (Number.isNaN(at) || at <= after) return time;
      const moved = new Date(at + by).toISOString();
      return time.includes('.') ? moved : moved.replace(/\.\d{3}Z$/, 'Z');
    });
  }
  if (Array.isArray(value)) return value.map((part) => shifted(part, after, by));
  if (!isFields(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, shifted(part, after, by)]));
}

/**
 * An entry as it comes out when its change was made at another time than the world's `now`, which is the time it was
 * written for: every time in it that is later than `now`, in fields, in annotations and in log lines, moves along.
 */
export function madeAt(entry: Aftermath, world: World, at: Date): Pick<Aftermath, 'objects' | 'logs'> {
  const { objects, logs } = entry;
  const by = at.getTime() - world.now.getTime();
  if (by === 0) return { objects, logs };
  return shifted({ objects, logs }, world.now.getTime(), by) as Pick<Aftermath, 'objects' | 'logs'>;
}
