import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { mergePatch } from '../../src/adapters/simulated/merge-patch.ts';
import { carries, namedFields, priorFields, sayField } from '../../src/core/prior.ts';

describe('what a patch overwrites', () => {
  test.each([
    [{ spec: { replicas: 3 } }, { spec: { replicas: 0, paused: true } }, { spec: { replicas: 0 } }],
    [{ metadata: { labels: { a: '1' } } }, { metadata: {} }, { metadata: { labels: { a: null } } }],
    [{ spec: { unschedulable: true } }, { spec: {} }, { spec: { unschedulable: null } }],
    [{ spec: { nodes: ['a', 'b'] } }, { spec: { nodes: ['a'] } }, { spec: { nodes: ['a'] } }],
    [{ data: { key: null } }, { data: { key: { deep: 1 } } }, { data: { key: { deep: 1 } } }],
    [{ spec: { a: { b: 1 } } }, { spec: { a: 'text' } }, { spec: { a: 'text' } }],
  ])('of %j on %j is %j', (patch, object, prior) => {
    expect(priorFields(patch, object)).toEqual(prior);
  });

  const key = fc.constantFrom('a', 'b', 'c');
  const leaf = fc.oneof(fc.integer(), fc.string(), fc.array(fc.integer()));
  const { object, patch } = fc.letrec<{ object: Record<string, unknown>; patch: Record<string, unknown> }>((tie) => ({
    object: fc.dictionary(key, fc.oneof({ depthSize: 'small' }, leaf, tie('object')), { minKeys: 1 }),
    patch: fc.dictionary(key, fc.oneof({ depthSize: 'small' }, leaf, fc.constant(null), tie('patch')), { minKeys: 1 }),
  }));

  test('puts every field back that the patch had named, whatever the object was', () => {
    fc.assert(
      fc.property(object, patch, (before, change) => {
        const prior = priorFields(change, before);
        const after = mergePatch(before, change);
        expect(carries(prior, mergePatch(after, prior))).toBe(true);
        for (const { set, held } of namedFields(prior, mergePatch(after, prior))) expect(held).toEqual(set);
      }),
    );
  });
});

test('a field that is named after a secret is not shown', () => {
  expect(sayField('data.db.password', 'hunter2')).toBe('"[redacted]"');
  expect(sayField('spec.replicas', 0)).toBe('0');
  expect(sayField('spec.unschedulable', undefined)).toBe('not set');
});
