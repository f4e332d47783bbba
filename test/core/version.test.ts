import { describe, expect, test } from '@jest/globals';
import { isBetween, isIn, parseVersion } from '../../src/core/version.ts';

describe('a version', () => {
  test.each([
    ['v1.9.8', { major: 1, minor: 9, patch: 8 }],
    ['1.12.17-dbg', { major: 1, minor: 12, patch: 17 }],
    ['v1.9.8_alauda', { major: 1, minor: 9, patch: 8 }],
  ])('is read from the tag %s', (tag, version) => {
    expect(parseVersion(tag)).toEqual(version);
  });

  test.each(['latest', 'v1.9', '', 'v1.9.8x', undefined])('is not made up from %s', (tag) => {
    expect(parseVersion(tag)).toBeUndefined();
  });
});

describe('a change released on several branches', () => {
  const firsts = ['v1.9.35', 'v1.11.20', 'v1.12.19', 'v1.13.0'];

  test.each([
    ['v1.9.34', false],
    ['v1.9.35', true],
    ['v1.10.10', false],
    ['v1.11.19', false],
    ['v1.12.19', true],
    ['v1.14.0', true],
    ['v1.8.15', false],
    ['v2.0.0', true],
  ])('is in %s: %s', (version, expected) => {
    expect(isIn(version, firsts)).toBe(expected);
  });

  test('is not known for a version that is not known', () => {
    expect(isIn('latest', firsts)).toBeUndefined();
    expect(isBetween(undefined, [['v1.9.5', 'v1.9.10']])).toBeUndefined();
  });

  test('can be limited to ranges', () => {
    const ranges = [
      ['v1.9.5', 'v1.9.10'],
      ['v1.10.0', 'v1.10.6'],
    ] as const;
    expect(
      ['v1.9.4', 'v1.9.5', 'v1.9.10', 'v1.9.11', 'v1.10.6', 'v1.10.7'].map((one) => isBetween(one, ranges)),
    ).toEqual([false, true, true, false, true, false]);
  });
});
