/** A JSON object of which nothing is known yet: what arrives on the wire. */
export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as an object, or an empty one. */
export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

/** The value as a list, or an empty one. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The objects of a list; anything else in it is left out. */
export function objectsOf(value: unknown): readonly Fields[] {
  return listOf(value).filter(isFields);
}

/** A string as it is, a number in digits, otherwise undefined. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : undefined;
}

/** Form-encoded callers send "true" and "1" where JSON callers send true. */
export function flagOf(value: unknown): boolean {
  return value === true || value === 'true' || value === '1' || value === 1;
}

/** Parsed JSON, or undefined when the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The object without the keys whose value is undefined, which JSON would drop as well. */
export function withoutUndefined(value: Fields): Fields {
  return Object.fromEntries(Object.entries(value).filter(([, held]) => held !== undefined));
}

/** A property of the object itself, never one it inherits: names arrive from outside. */
export function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
