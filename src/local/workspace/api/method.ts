import { type Fields, parseJson, textOf } from '../json.ts';
import { Refusal } from '../refusal.ts';
import type { World } from '../world.ts';

/** One Web API method. `given` are the arguments, form-encoded or JSON; a refusal is thrown. */
export type Method = {
  /** What the bot token needs; undefined when Slack asks for nothing. */
  readonly scope?: string;
  /** The method takes the app-level token instead of the bot's. */
  readonly appToken?: boolean;
  run(given: Fields, world: World): Fields | Promise<Fields>;
};

export type Methods = Readonly<Record<string, Method>>;

/** A structured argument, which form-encoded callers send as JSON in a string. */
export function structured(given: Fields, name: string, code = 'invalid_arguments'): unknown {
  const value = given[name];
  if (typeof value !== 'string') return value;
  if (value === '') return undefined;
  const parsed = parseJson(value);
  if (parsed === undefined) throw new Refusal(code);
  return parsed;
}

/** A required argument. `code` is what Slack answers when it is missing. */
export function required(given: Fields, name: string, code = 'invalid_arguments'): string {
  const value = textOf(given[name]);
  if (value === undefined || value === '') {
    throw new Refusal(code, { response_metadata: { messages: [`[ERROR] missing required field: ${name}`] } });
  }
  return value;
}

/** A number in the given range, or the default; Slack refuses the rest with `invalid_limit`. */
export function pageSize(given: Fields, standard: number, most: number): number {
  const value = given['limit'];
  if (value === undefined || value === '' || value === '0' || value === 0) return standard;
  const size = Number(value);
  if (!Number.isInteger(size) || size < 0 || size > most) throw new Refusal('invalid_limit');
  return size;
}

export type Page<T> = { readonly items: readonly T[]; readonly nextCursor: string };

/** One page of a list. A cursor holds the number of items already seen, opaque to the caller. */
export function pageOf<T>(all: readonly T[], given: Fields, size: number): Page<T> {
  const cursor = textOf(given['cursor']);
  let start = 0;
  if (cursor !== undefined && cursor !== '') {
    const held = /^next:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString());
    if (held === null) throw new Refusal('invalid_cursor');
    start = Number(held[1]);
  }
  const end = start + size;
  const nextCursor = end < all.length ? Buffer.from(`next:${end}`).toString('base64') : '';
  return { items: all.slice(start, end), nextCursor };
}
