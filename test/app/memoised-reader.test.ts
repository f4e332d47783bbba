import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { memoisedReader } from '../../src/app/memoised-reader.ts';
import { CannotRead } from '../../src/core/errors.ts';
import { defineKind, type KubernetesObject, objectWith, resourceOf } from '../../src/core/kind.ts';
import type { ClusterReader } from '../../src/core/reader.ts';

const Cart = defineKind({
  name: 'Cart',
  plural: 'carts',
  apiVersions: ['shop/v1'],
  namespaced: true,
  schema: objectWith({ spec: z.object({}) }),
});

const carts = ['a', 'b', 'c'].map((name) => ({
  apiVersion: 'shop/v1',
  kind: 'Cart',
  metadata: { name, namespace: name === 'c' ? 'south' : 'north', labels: { of: name } },
  spec: {},
}));

/** A cluster that notes what it is asked; nothing is answered at once, as nothing is by an API server. */
function noting({ denied = [] as readonly string[], never = [] as readonly string[], wait = 60_000 } = {}) {
  const asked: string[] = [];
  const answer = async <Answer>(what: string, of: () => Answer): Promise<Answer> => {
    asked.push(what);
    if (never.includes(what)) await new Promise(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 1));
    if (denied.includes(what)) throw new CannotRead(what, 'denied', 'it is forbidden');
    return of();
  };
  const all = (kind: { plural: string }) => (kind.plural === 'carts' ? carts : []) as unknown as KubernetesObject[];
  const named = (kind: { plural: string }, name: { name: string }) =>
    all(kind).find(({ metadata }) => metadata.name === name.name);
  const reader = {
    need: async (kind, name) => answer(`get ${name.name}`, () => named(kind, name)),
    find: async (kind, name) => answer(`get ${name.name}`, () => named(kind, name)),
    list: async (kind, options = {}) => answer(`list ${resourceOf(kind)} ${JSON.stringify(options)}`, () => all(kind)),
    logs: async () => answer('log', () => undefined),
    get: async (path) => answer(path, () => ({ status: 200, body: 'ok' })),
  } as ClusterReader;
  return { asked, reader: memoisedReader(reader, wait) };
}

const everything = 'list carts.shop {}';

describe('one picture of a cluster', () => {
  test('takes a few objects from the list of all, though that is asked for long after them', async () => {
    const { asked, reader } = noting();
    const few = Promise.all([
      reader.need(Cart, { name: 'a', namespace: 'north' }),
      reader.find(Cart, { name: 'b', namespace: 'north' }),
      reader.list(Cart, { namespace: 'south' }),
      reader.list(Cart, { labels: 'of=b' }),
    ]);
    await reader.get('/version');
    await reader.get('/readyz');
    await reader.list(Cart);
    const [a, b, south, labelled] = await few;
    expect([a.metadata.name, b?.metadata.name]).toEqual(['a', 'b']);
    expect([south, labelled].map((some) => some.map(({ metadata }) => metadata.name))).toEqual([['c'], ['b']]);
    expect(asked).toEqual(['/version', '/readyz', everything]);
  });

  test('reads a few objects by themselves when nobody asks for all', async () => {
    const { asked, reader } = noting();
    const [a] = await Promise.all([reader.need(Cart, { name: 'a', namespace: 'north' }), reader.get('/version')]);
    expect(a.metadata.name).toBe('a');
    expect(asked).toEqual(['/version', 'get a']);
  });

  test('reads them by themselves when the list of all may not be read', async () => {
    const { asked, reader } = noting({ denied: [everything] });
    const [a, list] = await Promise.allSettled([
      reader.need(Cart, { name: 'a', namespace: 'north' }),
      reader.list(Cart),
    ]);
    expect([a.status, list.status]).toEqual(['fulfilled', 'rejected']);
    expect(asked).toEqual([everything, 'get a']);
  });

  test('asks for what is needed and not in the list, so that its absence is told as the server tells it', async () => {
    const { asked, reader } = noting({ denied: ['get x'] });
    const [needed] = await Promise.allSettled([
      reader.need(Cart, { name: 'x', namespace: 'north' }),
      reader.list(Cart),
    ]);
    expect(needed.status).toBe('rejected');
    expect(asked).toEqual([everything, 'get x']);
  });

  test('does not let a read that hangs hold up the others for longer than it may', async () => {
    const { asked, reader } = noting({ never: ['/hangs'], wait: 20 });
    reader.get('/hangs').catch(() => undefined);
    const a = await reader.need(Cart, { name: 'a', namespace: 'north' });
    expect(a.metadata.name).toBe('a');
    expect(asked).toEqual(['/hangs', 'get a']);
  });
});
