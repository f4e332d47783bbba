import { z } from 'zod';
import { canonicalJson } from './canonical-json.ts';
import { redactValue } from './redact.ts';

/**
 * What one step overwrote: the fields its merge patch names as they were before, again as a merge patch, with null
 * where there was nothing. It is exact, because it may have to be put back: redact it wherever it is shown.
 */
export const Prior = z.object({ step: z.number().int(), fields: z.record(z.string(), z.unknown()) });
export type Prior = z.infer<typeof Prior>;

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/**
 * The merge patch (RFC 7386) that takes another one back on this object. It goes down to single fields, so that what
 * others write beside them meanwhile stays; an object that the patch made is therefore left behind empty.
 */
export function priorFields(patch: Fields, object: unknown): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(patch).map(([key, part]) => {
      const was = isFields(object) && Object.hasOwn(object, key) ? object[key] : undefined;
      const goesDeeper = isFields(part) && Object.keys(part).length > 0 && (was === undefined || isFields(was));
      return [key, goesDeeper ? priorFields(part, was) : (was ?? null)];
    }),
  );
}

/** Whether every field that a merge patch sets has its value in the object, and every field it removes is gone. */
export function carries(patch: unknown, value: unknown): boolean {
  if (patch === null) return value === undefined || value === null;
  if (!isFields(patch)) return canonicalJson(patch) === canonicalJson(value);
  if (!isFields(value)) return false;
  const fields = new Map(Object.entries(value));
  return Object.entries(patch).every(([key, part]) => carries(part, fields.get(key)));
}

/** One field that a merge patch names: what it sets, and what the object holds there. `undefined` is no field. */
export type NamedField = { readonly path: string; readonly set: unknown; readonly held: unknown };

export function namedFields(patch: Fields, object: unknown, above = ''): NamedField[] {
  return Object.entries(patch).flatMap(([key, part]) => {
    const path = above === '' ? key : `${above}.${key}`;
    const held = isFields(object) && Object.hasOwn(object, key) ? object[key] : undefined;
    if (isFields(part) && Object.keys(part).length > 0) return namedFields(part, held, path);
    return [{ path, set: part ?? undefined, held: held ?? undefined }];
  });
}

/** The value of a field for a sentence, redacted: `3`, `"a=b"`, `not set`. */
export function sayField(path: string, value: unknown): string {
  if (value === undefined) return 'not set';
  const name = path.slice(path.lastIndexOf('.') + 1);
  const [shown] = Object.values(redactValue({ [name]: value }) as Fields);
  return canonicalJson(shown);
}
