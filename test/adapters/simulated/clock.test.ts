import { describe, expect, test } from '@jest/globals';
import { manualClock, runningClock } from '../../../src/adapters/simulated/clock.ts';
import { start } from './fixtures.ts';

describe('a manual clock', () => {
  test('stands still until somebody sleeps on it or moves it', async () => {
    const clock = manualClock(start);
    expect(clock.now()).toEqual(start);
    await clock.sleep(90_000);
    clock.advance(500);
    expect(clock.now().getTime() - start.getTime()).toBe(90_500);
  });

  test('does not go back', () => {
    const clock = manualClock(start);
    clock.advance(-1000);
    expect(clock.now()).toEqual(start);
  });

  test('does not move for a sleep that is cancelled before it begins', async () => {
    const clock = manualClock(start);
    await expect(clock.sleep(1000, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
    expect(clock.now()).toEqual(start);
  });
});

describe('a running clock', () => {
  test('runs as many times faster as it was told', async () => {
    const clock = runningClock(start, 1000);
    const real = Date.now();
    await clock.sleep(20_000);
    expect(clock.now().getTime() - start.getTime()).toBeGreaterThanOrEqual(20_000);
    expect(Date.now() - real).toBeLessThan(10_000);
  });

  test('started a while ago when it is told so', () => {
    const clock = runningClock(start, 2, new Date(Date.now() - 30_000));
    expect(clock.now().getTime() - start.getTime()).toBeGreaterThanOrEqual(60_000);
  });

  test('wakes at once, with the reason, when a sleep is cancelled', async () => {
    const clock = runningClock(start);
    const cancel = new AbortController();
    const sleeping = clock.sleep(3_600_000, cancel.signal);
    cancel.abort(new Error('enough'));
    await expect(sleeping).rejects.toThrow('enough');
    await expect(clock.sleep(1, cancel.signal)).rejects.toThrow('enough');
  });
});
