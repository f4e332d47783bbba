import { expect, test } from '@jest/globals';
import { poolsNamedIn, sizeOf } from '../../../playbooks/facts/calico/addresses.ts';

test.each([
  ['10.244.0.0/26', 64],
  ['10.244.0.0/32', 1],
  ['fd00:10::/122', 64],
  ['10.244.0.0', 0],
  ['10.244.0.0/33', 0],
  ['web/26', 0],
])('the block %s has %d addresses', (block, size) => {
  expect(sizeOf(block)).toBe(size);
});

test('the pools that a refusal names are read, and nothing else', () => {
  expect(poolsNamedIn('No IPs available in pools: [10.244.0.0/16 fd00::/64]')).toEqual(['10.244.0.0/16', 'fd00::/64']);
  expect(poolsNamedIn('No IPs available in pools: [$(reboot)]')).toEqual([]);
});
