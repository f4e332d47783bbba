import { describe, expect, test } from '@jest/globals';
import { parseDuration, sayDuration, sayTime } from '../../src/core/duration.ts';
import { chain, chainStart, firstBroken, type LedgerEvent } from '../../src/core/ledger-entry.ts';
import { nearest } from '../../src/core/nearest.ts';

describe('did you mean', () => {
  const known = ['subnet', 'ip-conflict', 'apiserver-access', 'pod-network'];

  test.each([
    ['subent', 'subnet'],
    ['Subnets', 'subnet'],
    ['sub', 'subnet'],
    ['ip-conflct', 'ip-conflict'],
    ['apiserver', 'apiserver-access'],
  ])('takes %s for %s', (typed, meant) => {
    expect(nearest(typed, known)).toBe(meant);
  });

  test.each(['weather', '', 'x', '子网'])('does not guess from "%s"', (typed) => {
    expect(nearest(typed, known)).toBeUndefined();
  });
});

describe('durations and times', () => {
  test('are read and said', () => {
    expect(['20s', '2m', '1h', '250ms', '3 weeks'].map(parseDuration)).toEqual([
      20_000,
      120_000,
      3_600_000,
      250,
      undefined,
    ]);
    expect([45_000, 480_000, 11_100_000, 400_000_000].map(sayDuration)).toEqual([
      '45 s',
      '8 min',
      '3 h 5 min',
      '4 days',
    ]);
  });

  test('say the day only when it is not today', () => {
    const now = new Date('2026-01-05T10:00:00Z');
    expect(sayTime(new Date('2026-01-05T09:51:40Z'), now)).toBe('09:51:40 UTC');
    expect(sayTime(new Date('2026-01-04T09:51:40Z'), now)).toBe('2026-01-04 09:51:40 UTC');
  });
});

describe('the chain of the ledger', () => {
  const event: LedgerEvent = {
    at: '2026-01-05T10:00:00.000Z',
    event: 'requested',
    actor: 'U1',
    cluster: 'c',
    run: 'r',
    detail: {},
  };
  const entries = [1, 2, 3].reduce<ReturnType<typeof chain>[]>(
    (all, number) => [...all, chain({ ...event, run: `r${number}` }, number, all.at(-1)?.hash ?? chainStart)],
    [],
  );
  const start = { sequence: 0, hash: chainStart };

  test('is whole when nobody touched it', () => {
    expect(firstBroken(entries, start)).toBeUndefined();
  });

  test('tells where an entry was changed, taken out or put in another place', () => {
    expect(
      firstBroken(
        entries.map((entry) => (entry.sequence === 2 ? { ...entry, actor: 'U2' } : entry)),
        start,
      ),
    ).toBe(2);
    expect(
      firstBroken(
        entries.filter(({ sequence }) => sequence !== 2),
        start,
      ),
    ).toBe(2);
    expect(firstBroken(entries.toReversed(), start)).toBe(1);
  });
});
