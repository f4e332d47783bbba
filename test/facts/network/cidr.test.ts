import { describe, expect, test } from '@jest/globals';
import { assert, integer, ipV4, property, string } from 'fast-check';
import { cidrContains, familyOf, splitDualStack } from '../../../playbooks/facts/network/cidr.ts';

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
