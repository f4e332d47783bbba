import { describe, expect, test } from '@jest/globals';
import { arrange, causesOf, rootsFirst } from '../../src/core/causal-tree.ts';

const leadsTo = {
  'a/apiserver': ['a/leader'],
  'a/leader': ['a/subnet'],
  'a/subnet': ['a/routes'],
  'a/routes': ['a/crash'],
  'a/loop-1': ['a/loop-2'],
  'a/loop-2': ['a/loop-1'],
};

describe('the causes of a finding', () => {
  test('are the nearest found codes that lead to it', () => {
    expect(causesOf('a/routes', new Set(['a/apiserver', 'a/subnet', 'a/routes']), leadsTo)).toEqual(['a/subnet']);
  });

  test('are seen across a code that was not found', () => {
    expect(causesOf('a/crash', new Set(['a/leader', 'a/crash']), leadsTo)).toEqual(['a/leader']);
  });

  test('are not seen across what was found apart from it', () => {
    const found = new Set(['a/apiserver', 'a/subnet']);
    expect(causesOf('a/subnet', found, leadsTo, new Set(['a/apiserver', 'a/leader', 'a/subnet']))).toEqual([]);
  });

  test('are none for a root', () => {
    expect(causesOf('a/apiserver', new Set(['a/apiserver', 'a/crash']), leadsTo)).toEqual([]);
  });
});

describe('the order of findings', () => {
  const finding = (code: string, severity: 'critical' | 'warning' | 'info', confidence = 0.9) => ({
    code,
    severity,
    confidence,
  });

  test('puts a mild cause before its critical consequence', () => {
    const items = [finding('a/crash', 'critical'), finding('a/leader', 'warning')];
    const found = new Set(items.map(({ code }) => code));
    const ordered = rootsFirst(items, ({ code }) => causesOf(code, found, leadsTo));
    expect(ordered.map(({ code }) => code)).toEqual(['a/leader', 'a/crash']);
  });

  test('puts the worse and then the surer first among roots', () => {
    const items = [finding('b/x', 'warning', 0.9), finding('b/y', 'critical', 0.5), finding('b/z', 'critical', 0.9)];
    expect(rootsFirst(items, () => []).map(({ code }) => code)).toEqual(['b/z', 'b/y', 'b/x']);
  });

  test('loses nothing when codes cause each other', () => {
    const items = [finding('a/loop-1', 'warning'), finding('a/loop-2', 'critical')];
    const found = new Set(items.map(({ code }) => code));
    expect(rootsFirst(items, ({ code }) => causesOf(code, found, leadsTo))).toHaveLength(2);
  });
});

describe('the tree', () => {
  const finding = (code: string, causedBy: string[], name = 'x') => ({
    code,
    severity: 'warning' as const,
    confidence: 1,
    causedBy,
    about: { apiVersion: 'v1', kind: 'Thing', name },
  });
  const shape = (items: readonly ReturnType<typeof finding>[]) =>
    arrange(items).map(({ item, depth }) => `${'  '.repeat(depth)}${item.code} ${item.about.name}`);

  test('puts a consequence below its deepest cause', () => {
    const items = [finding('a', []), finding('b', ['a']), finding('c', ['a', 'b'])];
    expect(shape(items)).toEqual(['a x', '  b x', '    c x']);
  });

  test('puts a consequence below the cause that is about the same object', () => {
    const items = [
      finding('pod', [], 'one'),
      finding('pod', [], 'two'),
      finding('subnet', ['pod'], 'one'),
      finding('subnet', ['pod'], 'two'),
    ];
    expect(shape(items)).toEqual(['pod one', '  subnet one', 'pod two', '  subnet two']);
  });

  test('puts a consequence below the one of two findings with one code that it comes of', () => {
    const items = [finding('node', [], 'one'), finding('node', [], 'two'), finding('database', ['node'], 'own')];
    const causes = items.slice(1, 2).map(({ code, about }) => ({ code, about }));
    expect(shape(items.map((item) => (item.code === 'database' ? { ...item, causes } : item)))).toEqual([
      'node one',
      'node two',
      '  database own',
    ]);
  });

  test('loses nothing when findings cause each other', () => {
    expect(shape([finding('a', ['b']), finding('b', ['a'])])).toHaveLength(2);
  });
});
