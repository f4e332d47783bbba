import { describe, expect, test } from '@jest/globals';
import { causesOf, depthOf, rootsFirst } from '../../src/core/causal-tree.ts';

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

test('a consequence stands one level below its nearest cause', () => {
  const causedBy = {
    'a/leader': [],
    'a/subnet': ['a/leader'],
    'a/routes': ['a/subnet'],
    'a/loop-1': ['a/loop-2'],
    'a/loop-2': ['a/loop-1'],
  };
  expect(['a/leader', 'a/subnet', 'a/routes'].map((code) => depthOf(code, causedBy))).toEqual([0, 1, 2]);
  expect(depthOf('a/loop-1', causedBy)).toBe(1);
});
