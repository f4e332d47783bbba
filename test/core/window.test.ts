import { describe, expect, test } from '@jest/globals';
import { isOpen, opensNext, sayOpening, sayWindows, Window, windowsFor } from '../../src/core/window.ts';

const shanghai = Window.parse({ days: ['Mon', 'Tue', 'Wed'], from: '09:00', to: '17:00', timeZone: 'Asia/Shanghai' });
const night = Window.parse({ days: ['Fri'], from: '22:00', to: '02:00', timeZone: 'Europe/Berlin' });
/** 2026-01-05 is a Monday. */
const at = (time: string) => new Date(time);

describe('a window', () => {
  test.each([
    ['right before it opens', '2026-01-05T00:59:59Z', false],
    ['when it opens', '2026-01-05T01:00:00Z', true],
    ['right before it closes', '2026-01-05T08:59:59Z', true],
    ['when it closes', '2026-01-05T09:00:00Z', false],
    ['on a day that is not named, although it is one there already', '2026-01-07T17:00:00Z', false],
  ])('%s', (_when, time, open) => {
    expect(isOpen([shanghai], at(time))).toBe(open);
  });

  test.each([
    ['on the evening of its day', '2026-01-09T21:30:00Z', true],
    ['after midnight, which belongs to the day on which it opened', '2026-01-10T00:59:00Z', true],
    ['when it closes on the next day', '2026-01-10T01:00:00Z', false],
    ['after midnight of a day on which it did not open', '2026-01-09T00:30:00Z', false],
  ])('over midnight is right %s', (_when, time, open) => {
    expect(isOpen([night], at(time))).toBe(open);
  });

  test('opens next at its local time, on its next day', () => {
    expect(opensNext([shanghai], at('2026-01-05T10:00:00Z'))).toEqual(at('2026-01-06T01:00:00Z'));
    expect(opensNext([shanghai], at('2026-01-07T10:00:00Z'))).toEqual(at('2026-01-12T01:00:00Z'));
    expect(opensNext([shanghai, night], at('2026-01-07T10:00:00Z'))).toEqual(at('2026-01-09T21:00:00Z'));
  });

  test('keeps its local time when the clocks change', () => {
    const morning = Window.parse({ from: '09:00', to: '10:00', timeZone: 'Europe/Berlin' });
    expect(opensNext([morning], at('2026-03-28T12:00:00Z'))).toEqual(at('2026-03-29T07:00:00Z'));
    expect(opensNext([morning], at('2026-10-24T12:00:00Z'))).toEqual(at('2026-10-25T08:00:00Z'));
  });

  test('that begins in the hour that is skipped opens after it', () => {
    const skipped = Window.parse({ days: ['Sun'], from: '02:30', to: '05:00', timeZone: 'Europe/Berlin' });
    expect(opensNext([skipped], at('2026-03-29T00:00:00Z'))).toEqual(at('2026-03-29T01:30:00Z'));
  });

  test('until 24:00 is open to the end of the day, and none at all is always open', () => {
    const day = Window.parse({ days: ['Mon'], from: '00:00', to: '24:00', timeZone: 'UTC' });
    expect(isOpen([day], at('2026-01-05T23:59:59Z'))).toBe(true);
    expect(isOpen([day], at('2026-01-06T00:00:00Z'))).toBe(false);
    expect(isOpen([], at('2026-01-06T00:00:00Z'))).toBe(true);
  });

  test('is said with its days, hours and zone', () => {
    expect(sayWindows([shanghai, night])).toBe(
      'Mon to Wed 09:00–17:00 (Asia/Shanghai) or Fri 22:00–02:00 (Europe/Berlin)',
    );
    expect(sayOpening([shanghai], at('2026-01-05T10:00:00Z'))).toBe('2026-01-06 09:00 (Asia/Shanghai)');
    expect(sayWindows([Window.parse({ from: '08:00', to: '20:00', timeZone: 'UTC' })])).toBe(
      'every day 08:00–20:00 (UTC)',
    );
  });

  test('can be for approvals or for fixes alone', () => {
    const applied = Window.parse({ from: '22:00', to: '04:00', timeZone: 'UTC', for: ['fixes'] });
    expect([windowsFor([applied], 'approvals'), windowsFor([applied], 'fixes')]).toEqual([[], [applied]]);
  });

  test.each([{ timeZone: 'Asia/Shanghi' }, { from: '9:00' }, { to: '25:00' }, { days: [] }, { days: ['Someday'] }])(
    'that is written %j is refused',
    (wrong) => {
      expect(Window.safeParse({ from: '09:00', to: '17:00', timeZone: 'UTC', ...wrong }).success).toBe(false);
    },
  );
});
