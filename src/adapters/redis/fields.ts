import type { z } from 'zod';

/** The fields of a Redis hash, each a JSON text: fields are replaced one by one without reading the others. */
export function fieldsOf(value: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(value).flatMap(([name, field]) => (field === undefined ? [] : [name, JSON.stringify(field)]));
}

/** Reads back what `fieldsOf` wrote: undefined when there is nothing, an error that says what when it does not fit. */
export function parseFields<Value>(what: string, reply: unknown, schema: z.ZodType<Value>): Value | undefined {
  if (!Array.isArray(reply)) throw new TypeError(`${what} is not stored as fields.`);
  if (reply.length === 0) return undefined;
  const entries: [string, unknown][] = [];
  for (let index = 0; index + 1 < reply.length; index += 2) {
    entries.push([String(reply[index]), parseJson(what, String(reply[index + 1]))]);
  }
  return parseStored(what, Object.fromEntries(entries), schema);
}

/** What another process, or an older version of this one, stored is checked like any other input. */
export function parseStored<Value>(what: string, stored: unknown, schema: z.ZodType<Value>): Value {
  const parsed = schema.safeParse(stored);
  if (parsed.success) return parsed.data;
  throw new TypeError(`${what} is stored in a shape that is not understood.`, { cause: parsed.error });
}

export function parseJson(what: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new TypeError(`${what} is stored as something that is not JSON.`, { cause: error });
  }
}
