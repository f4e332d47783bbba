import { describe, expect, test } from '@jest/globals';
import { collectsAtStart } from '../../../playbooks/facts/kube-ovn/address-versions.ts';
import { collectedBy, collectionInterval } from '../../../playbooks/facts/kube-ovn/port-collection.ts';

function started(...args: string[]) {
  return [{ name: 'kube-ovn-controller', command: [], args }];
}

describe('ports without an owner are collected', () => {
  test.each([
    ['every 6 minutes unless told', 'v1.9.8', [], 360_000],
    ['as often as the flag says', 'v1.12.20', ['--gc-interval=60'], 60_000],
    ['every 6 minutes when the flag says nonsense', 'v1.12.20', ['--gc-interval=soon'], 360_000],
    ['never, with 0 in a later build', 'v1.13.15', ['--gc-interval=0'], 'off'],
    ['without a pause, with 0 in an earlier build', 'v1.12.20', ['--gc-interval=0'], 0],
  ] as const)('%s', (_when, version, args, interval) => {
    expect(collectionInterval(started(...args), version)).toBe(interval);
  });

  test('two rounds after the leader started', () => {
    const since = new Date('2026-01-05T09:55:00Z');
    expect(collectedBy(since, 360_000)).toEqual(new Date('2026-01-05T10:07:00Z'));
    expect(collectedBy(since, 'off')).toBeUndefined();
  });

  test.each([
    ['v1.8.9', true],
    ['v1.9.28', true],
    ['v1.9.29', false],
    ['v1.10.10', true],
    ['v1.11.10', true],
    ['v1.11.11', false],
    ['v1.12.20', true],
    ['v1.13.0', false],
    [undefined, undefined],
  ])('by a starting controller of %s: %s', (version, expected) => {
    expect(collectsAtStart(version)).toBe(expected);
  });
});
