import { z } from 'zod';
import { CannotRead } from '../../core/errors.ts';

/** One page of a list. */
export type ListPage<Item> = {
  /** Where the next page begins; empty on the last one. */
  readonly token: string;
  readonly items: readonly Item[];
};

const List = z.object({
  metadata: z.object({ continue: z.string().optional() }).prefault({}),
  // Null where a Go server has an empty list that was never made.
  items: z.array(z.unknown()).nullish(),
});

/** What is done with the objects of a page. */
export type Reading<Item> = {
  /** Is given each object, in order. */
  readonly read: (written: unknown) => Item;
  /** Whether it looks at who wrote which field. When not, objects are given with or without their `managedFields`. */
  readonly managedFields: boolean;
  /** Is told where the next page begins as soon as that has come: before the objects, or not at all. */
  readonly onToken?: (token: string) => void;
};

/**
 * Reads the objects of a page while it comes.
 *
 * A page that is parsed at once is megabytes of text and of objects that outlive the young generation; to copy them
 * there, and to look for them later, took the collector as long as the parsing itself. So each object is parsed by
 * itself and read at once, and nothing is kept of its text. That needs a text as API servers write it; any other is
 * parsed as a whole, with the same result.
 * @param what the read, as a person would say it
 * @throws CannotRead with reason `unexpected-shape` when the body is no list; and what `read` throws
 */
export async function readPage<Item>(
  what: string,
  body: AsyncIterable<Buffer>,
  { read, managedFields, onToken }: Reading<Item>,
): Promise<ListPage<Item>> {
  const items: Item[] = [];
  const take = (written: unknown) => void items.push(read(written));
  const coming = takeApart({
    parse: managedFields ? parsedBetween : parsedWithoutManagedFields,
    take,
    onHead: (head) => {
      // A server that writes its custom resources has not written it yet.
      const { data } = List.safeParse(parsed(`${head}]}`));
      if (data?.metadata.continue !== undefined) onToken?.(data.metadata.continue);
    },
  });
  for await (const chunk of body) coming.add(chunk);
  const left = parsed(coming.left());
  if (left === undefined) throw new CannotRead(what, 'unexpected-shape', 'the answer is no JSON');
  const list = List.safeParse(left);
  if (!list.success) throw new CannotRead(what, 'unexpected-shape', 'the answer is no list');
  for (const item of list.data.items ?? []) take(item);
  return { token: list.data.metadata.continue ?? '', items };
}

/** How all lists begin that an API server writes; nothing of another depth can be in it. */
const beginning = /^\{(?:"(?:kind|apiVersion)":"[^"\\]*",|"metadata":\{[^{}]*\},)*"items":\[(?=\{)/;
/** The kind and the version of a custom resource come before its metadata, nothing in kinds of the server's own. */
const start = /^\{(?:"(?:kind|apiVersion)":"[^"\\]*",)*"metadata":\{/;
/** Bytes. */
const longestBeginning = 8192;
const mostTries = 4;

type Steps = {
  /** The object between two places; undefined for what is no JSON. */
  readonly parse: (bytes: Buffer, from: number, to: number) => unknown;
  readonly take: (written: unknown) => void;
  readonly onHead: (head: string) => void;
};

/**
 * Takes the objects out of a page as it comes.
 *
 * What is between two objects, a comma and how each of them begins, may be in a list inside of an object too, but never
 * in a text, where quotes are escaped. What has come before it is an object when it can be parsed: one that is cut
 * short cannot. Bytes are searched and not text, so that what nobody reads is never made into text.
 */
function takeApart({ parse, take, onHead }: Steps) {
  const held = heldBytes();
  /** All that comes before the first object, once that is known. */
  let head = '';
  let between: Buffer | undefined;
  let isWhole = false;
  /** Up to where the bytes that are held were searched, and how often in vain since the last object. */
  let searched = 0;
  let tries = 0;

  const begin = (): void => {
    const text = held.bytes().toString('latin1', 0, longestBeginning);
    const [found] = beginning.exec(text) ?? [];
    const [first] = start.exec(text.slice(found?.length)) ?? [];
    isWhole = found === undefined || first === undefined;
    if (found === undefined || first === undefined) return;
    head = found;
    between = Buffer.from(`},${first}`);
    held.drop(head.length);
    onHead(head);
  };

  const takeObjects = (separator: Buffer): void => {
    const bytes = held.bytes();
    let from = 0;
    for (let next = bytes.indexOf(separator, searched); next !== -1; next = bytes.indexOf(separator, searched)) {
      const object = parse(bytes, from, next + 1);
      searched = next + 2;
      if (object === undefined) {
        tries += 1;
        // What begins differently will not be found, however long it is looked for.
        isWhole = tries === mostTries;
        if (isWhole) break;
      } else {
        take(object);
        from = searched;
        tries = 0;
      }
    }
    searched = Math.max(searched, bytes.length - separator.length) - from;
    held.drop(from);
  };

  return {
    add: (chunk: Buffer): void => {
      held.add(chunk);
      if (between === undefined && !isWhole && held.bytes().length >= longestBeginning) begin();
      if (between !== undefined && !isWhole) takeObjects(between);
    },
    /** The page without the objects that were taken. */
    left: () => head + held.bytes().toString('utf8'),
  };
}

/** Bytes that come at one end and go at the other. */
function heldBytes() {
  let buffer = Buffer.allocUnsafeSlow(128 * 1024);
  let length = 0;
  return {
    add: (chunk: Buffer): void => {
      if (length + chunk.length > buffer.length) {
        const larger = Buffer.allocUnsafeSlow(2 * (length + chunk.length));
        buffer.copy(larger, 0, 0, length);
        buffer = larger;
      }
      chunk.copy(buffer, length);
      length += chunk.length;
    },
    /** Until the next change of them. */
    bytes: () => buffer.subarray(0, length),
    drop: (count: number): void => {
      buffer.copyWithin(0, count, length);
      length -= count;
    },
  };
}

/** Undefined for what is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parsedBetween(bytes: Buffer, from: number, to: number): unknown {
  return parsed(bytes.toString('utf8', from, to));
}

const managed = Buffer.from(',"managedFields":[');
const [opening, closing] = [0x5b, 0x5d];

/**
 * The object, without the long list of who wrote which of its fields where that is seen to end: it has no list inside,
 * so it ends with the first bracket. Were that bracket part of a text, then what is left would end inside of a text,
 * and could not be parsed.
 */
function parsedWithoutManagedFields(bytes: Buffer, from: number, to: number): unknown {
  const at = bytes.indexOf(managed, from);
  if (at === -1 || at >= to) return parsedBetween(bytes, from, to);
  const inside = at + managed.length;
  const end = bytes.indexOf(closing, inside);
  const list = bytes.indexOf(opening, inside);
  const isClear = end !== -1 && end < to && (list === -1 || list > end);
  const short = isClear ? bytes.toString('utf8', from, at) + bytes.toString('utf8', end + 1, to) : '';
  return parsed(short) ?? parsedBetween(bytes, from, to);
}
