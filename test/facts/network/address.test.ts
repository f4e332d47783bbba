import { describe, expect, test } from '@jest/globals';
import { canonicalAddress, canonicalAddresses, countInRanges } from '../../../playbooks/facts/network/address.ts';

describe('an address', () => {
  test.each([
    ['FD00:10:0:0:0:0:0:9', 'fd00:10::9'],
    [' 10.16.0.9 ', '10.16.0.9'],
    ['none', 'none'],
  ])('is written in one way: %s', (written, canonical) => {
    expect(canonicalAddress(written)).toBe(canonical);
  });

  test('is one of several on dual stack, and what is none falls out', () => {
    expect(canonicalAddresses('10.16.0.9,fd00:0::9,,pending')).toEqual(['10.16.0.9', 'fd00::9']);
  });
});

test.each([
  ['10.16.0.2-10.16.0.9,10.16.0.12', 9],
  ['10.16.0.255-10.16.1.0', 2],
  ['', 0],
  ['10.16.0.2-pending', undefined],
])('%s holds %s addresses', (written, count) => {
  expect(countInRanges(written)).toBe(count);
});
