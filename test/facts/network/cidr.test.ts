import { describe, expect, test } from '@jest/globals';
import { assert, integer, ipV4, property, string } from 'fast-check';
import {
  blockFamily,
  blocksOverlap,
  blockWithin,
  cidrContains,
  familyOf,
  splitDualStack,
} from '../../../playbooks/facts/network/cidr.ts';

test.each([
  ['10.16.0.1', 4],
  ['255.255.255.255', 4],
  ['fd00:10:16::1', 6],
  ['::', 6],
  ['1:2:3:4:5:6:7:8', 6],
  ['10.16.0', undefined],
  ['10.16.0.256', undefined],
  ['1:2:3:4:5:6:7', undefined],
  ['1::2::3', undefined],
  ['1:2:3:4:5:6:7::8', undefined],
  ['10.16.0.1; reboot', undefined],
  ['', undefined],
])('%s is of family %s', (address, family) => {
  expect(familyOf(address)).toBe(family);
});

describe('a block', () => {
  test.each([
    ['10.16.0.0/16', '10.16.255.255', true],
    ['10.16.0.0/16', '10.17.0.0', false],
    ['0.0.0.0/0', '192.168.10.11', true],
    ['192.168.10.11/32', '192.168.10.11', true],
    ['192.168.10.11/32', '192.168.10.12', false],
    ['fd00:10:16::/112', 'fd00:10:16::ffff', true],
    ['fd00:10:16::/112', 'fd00:10:16::1:0', false],
    ['10.16.0.0/16', 'fd00::1', false],
    ['10.16.0.0/33', '10.16.0.1', false],
    ['10.16.0.0', '10.16.0.0', false],
  ])('%s contains %s: %s', (block, address, expected) => {
    expect(cidrContains(block, address)).toBe(expected);
  });

  test('contains its own network address, whatever its length', () => {
    const holds = property(ipV4(), integer({ min: 0, max: 32 }), (address, length) =>
      cidrContains(`${address}/${length}`, address),
    );
    expect(() => assert(holds)).not.toThrow();
  });

  test('never takes text that is no address', () => {
    const holds = property(string(), (text) => !cidrContains(text, text));
    expect(() => assert(holds)).not.toThrow();
  });
});

test('dual stack is split at its comma', () => {
  expect(splitDualStack('10.16.0.0/16,fd00:10:16::/112')).toEqual(['10.16.0.0/16', 'fd00:10:16::/112']);
  expect(splitDualStack('')).toEqual([]);
});

test.each([
  ['10.42.1.0/24', '10.42.0.0/16', true],
  ['10.42.0.0/16', '10.42.0.0/16', true],
  ['10.42.0.0/16', '10.42.1.0/24', false],
  ['10.42.1.0/24', '10.244.0.0/16', false],
  ['fd00:42:0:1::/64', 'fd00:42::/56', true],
  ['10.42.1.0/24', '::/0', false],
  ['10.42.1.0/24/24', '10.42.0.0/16', false],
  ['10.42.1.0', '10.42.0.0/16', false],
])('block %s lies in %s: %s', (inner, outer, expected) => {
  expect(blockWithin(inner, outer)).toBe(expected);
});

test('two blocks overlap when one lies in the other, whichever it is', () => {
  expect(blocksOverlap('10.0.0.0/8', '10.43.0.0/16')).toBe(true);
  expect(blocksOverlap('10.43.0.0/16', '10.0.0.0/8')).toBe(true);
  expect(blocksOverlap('10.42.0.0/16', '10.43.0.0/16')).toBe(false);
});

test('a block has the family of its address, and text that is no block has none', () => {
  expect(blockFamily('fd00::/56')).toBe(6);
  expect(blockFamily('10.42.0.0/16')).toBe(4);
  expect(blockFamily('10.42.0.0/33')).toBeUndefined();
  expect(blockFamily('10.42.0.0')).toBeUndefined();
});
