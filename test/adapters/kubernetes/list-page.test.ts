import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { z } from 'zod';
import { ConfigMap, Pod } from '../../../playbooks/kinds/kubernetes.ts';
import { readsManagedFields } from '../../../src/adapters/kubernetes/kinds.ts';
import { readPage } from '../../../src/adapters/kubernetes/list-page.ts';
import { defineKind, type KubernetesObject, Metadata } from '../../../src/core/kind.ts';

async function* chunksOf(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

const asIs = (written: unknown) => written;

async function read(text: string, chunk = 1000, managedFields = true) {
  return readPage('list pods', chunksOf(text, chunk), { read: asIs, managedFields });
}

/** What looks like the end of an object, of a list or of a text, and is none. */
const text = fc
  .array(
    fc.constantFrom(
      '},{"metadata":{',
      '},{"apiVersion":"v1","kind":"Pod","metadata":{',
      ',"managedFields":[',
      '[{',
      '}]',
      ']',
      '"',
      '\\',
      '"items":[{',
      'под🚀',
      'web',
    ),
    { maxLength: 4 },
  )
  .map((parts) => parts.join(''));
const trie = fc.dictionary(text, fc.dictionary(text, fc.constant({}), { maxKeys: 2 }), { maxKeys: 3 });
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    text,
    fc.constantFrom(null, true, 7, [], {}),
    fc.array(tie('tree'), { maxLength: 2 }),
    fc.dictionary(text, tie('tree'), { maxKeys: 2 }),
  ),
}));
/** A list inside of an object whose entries begin as the object itself does. */
const template = fc.record({ metadata: fc.record({ name: text }), managedFields: fc.array(tree, { maxLength: 2 }) });
const metadata = fc.record(
  {
    name: text,
    annotations: fc.dictionary(text, text, { maxKeys: 2 }),
    managedFields: fc.array(fc.oneof(fc.record({ manager: text, fieldsV1: trie }), tree), { maxLength: 2 }),
    uid: text,
  },
  { requiredKeys: ['name'] },
);
const pod = fc.record(
  { metadata, spec: fc.record({ templates: fc.array(template, { maxLength: 3 }), more: tree }) },
  { requiredKeys: ['metadata'] },
);
const written: Readonly<Record<string, (items: readonly object[]) => string>> = {
  'as the server writes its own kinds': (items) =>
    JSON.stringify({ kind: 'PodList', apiVersion: 'v1', metadata: { continue: 'a/b=' }, items }),
  'as the server writes custom resources': (items) =>
    JSON.stringify({
      apiVersion: 'v1',
      items: items.map((item) => ({ apiVersion: 'v1', kind: 'Pod', ...item })),
      kind: 'PodList',
      metadata: { continue: 'a/b=' },
    }),
  'with objects that begin differently': (items) =>
    JSON.stringify({
      items: items.map((item, index) => (index % 7 === 6 ? { kind: 'Pod', ...item } : item)),
      metadata: { continue: 'a/b=' },
    }),
  'for people to read': (items) => JSON.stringify({ items, metadata: { continue: 'a/b=' } }, undefined, 1),
  'inside of something else': (items) =>
    JSON.stringify({ more: { items }, items, metadata: { continue: 'a/b=', more: { items } } }),
};
const aPage = fc.record({
  items: fc.array(pod, { minLength: 1, maxLength: 12 }),
  /** So often in a row, since a page is taken apart only when it has some length. */
  times: fc.integer({ min: 1, max: 120 }),
  how: fc.constantFrom(...Object.keys(written)),
  chunk: fc.integer({ min: 300, max: 40_000 }),
});
const settings = { seed: 20_260_105, numRuns: 300 };

function textOf({ items, times, how }: { items: readonly object[]; times: number; how: string }): string {
  return written[how]?.(Array.from({ length: times }, () => items).flat()) ?? '';
}

const Written = z.object({ items: z.array(z.unknown()) });
const itemsIn = (page: string) => Written.parse(JSON.parse(page)).items;

function withoutManagedFields(value: unknown): string {
  return JSON.stringify(value, (name, part: unknown) => (name === 'managedFields' ? undefined : part));
}

describe('a page that is read while it comes', () => {
  test('has the objects that it has when it is parsed as a whole, whatever they hold and however they are written', async () => {
    await fc.assert(
      fc.asyncProperty(aPage, async (page) => {
        const whole = textOf(page);
        const { token, items } = await read(whole, page.chunk);
        expect(token).toBe('a/b=');
        expect(JSON.stringify(items)).toBe(JSON.stringify(itemsIn(whole)));
      }),
      settings,
    );
  });

  test('has the same objects when nobody asks who wrote which field, but for that', async () => {
    await fc.assert(
      fc.asyncProperty(aPage, async (page) => {
        const whole = textOf(page);
        const { items } = await read(whole, page.chunk, false);
        expect(withoutManagedFields(items)).toBe(withoutManagedFields(itemsIn(whole)));
      }),
      settings,
    );
  });

  test('is no list when it ends too early', async () => {
    await fc.assert(
      fc.asyncProperty(aPage, fc.nat(1_000_000), fc.boolean(), async (page, place, managedFields) => {
        const whole = textOf(page);
        const short = whole.slice(0, place % whole.length);
        await expect(read(short, page.chunk, managedFields)).rejects.toMatchObject({ reason: 'unexpected-shape' });
      }),
      settings,
    );
  });

  test('is given to its reader object by object while it comes, after the place where the next page begins', async () => {
    const page = textOf({
      items: [{ metadata: { name: 'web-0', managedFields: [{ manager: 'kubelet', fieldsV1: { 'f:spec': {} } }] } }],
      times: 1000,
      how: 'as the server writes its own kinds',
    });
    const seen: unknown[] = [];
    let seenBeforeTheEnd = 0;
    let seenBeforeTheToken: number | undefined;
    const onToken = () => {
      seenBeforeTheToken = seen.length;
    };
    async function* watched(): AsyncGenerator<Buffer> {
      yield* chunksOf(page.slice(0, -100), 1000);
      seenBeforeTheEnd = seen.length;
      yield Buffer.from(page.slice(-100));
    }
    await readPage('list pods', watched(), { read: (one) => seen.push(one), managedFields: false, onToken });
    expect(seenBeforeTheToken).toBe(0);
    expect(seenBeforeTheEnd).toBeGreaterThan(980);
    expect(seen).toHaveLength(1000);
    expect(seen[0]).toEqual({ metadata: { name: 'web-0' } });
  });
});

describe('who wrote which field', () => {
  test('is looked at for kinds that name it or that keep everything, and for no others', () => {
    const loose = defineKind<KubernetesObject>({
      ...Pod,
      schema: z.looseObject({ apiVersion: z.string(), kind: z.string(), metadata: Metadata }),
    });
    expect([ConfigMap, loose, Pod].map(readsManagedFields)).toEqual([true, true, false]);
  });
});
