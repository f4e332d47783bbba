import { describe, expect, test } from '@jest/globals';
import { coalesced } from '../../src/app/coalesced.ts';

const never = (error: unknown) => {
  throw error;
};

describe('coalesced progress', () => {
  test('passes on the newest value and drops the ones in between', async () => {
    const passed: number[] = [];
    const { next, stop } = coalesced<number>(10, async (value) => void passed.push(value), never);
    for (const value of [1, 2, 3]) next(value);
    await new Promise((resolve) => setTimeout(resolve, 40));
    next(4);
    await new Promise((resolve) => setTimeout(resolve, 40));
    await stop();
    expect(passed).toEqual([3, 4]);
  });

  test('never passes two at a time, and nothing after it was stopped', async () => {
    let running = 0;
    let most = 0;
    const { next, stop } = coalesced<number>(
      1,
      async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setTimeout(resolve, 15));
        running -= 1;
      },
      never,
    );
    const timer = setInterval(() => next(1), 2);
    await new Promise((resolve) => setTimeout(resolve, 60));
    await stop();
    const afterStop = running;
    clearInterval(timer);
    expect([most, afterStop]).toEqual([1, 0]);
  });

  test('tells of a pass that failed and goes on with the next value', async () => {
    const slips: unknown[] = [];
    const passed: number[] = [];
    const pass = async (value: number) => {
      if (value === 1) throw new Error('slow down');
      passed.push(value);
    };
    const { next, stop } = coalesced<number>(5, pass, (error) => slips.push(error));
    next(1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    next(2);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await stop();
    expect([slips.length, passed]).toEqual([1, [2]]);
  });
});
