import type { Clock } from '../../ports/clock.ts';

/** A clock that stands still until somebody sleeps on it or moves it: for tests, where minutes pass at once. */
export type ManualClock = Clock & { advance(milliseconds: number): void };

export function manualClock(start: Date): ManualClock {
  let time = start.getTime();
  const advance = (milliseconds: number): void => {
    time += Math.max(0, milliseconds);
  };
  return {
    now: () => new Date(time),
    advance,
    async sleep(milliseconds, signal) {
      signal?.throwIfAborted();
      advance(milliseconds);
      // Others get their turn, so that a loop of sleeps cannot starve them.
      await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
    },
  };
}

/**
 * A clock that starts at a world's time and lets real time run: for the demo.
 * @param speed simulated seconds per real second
 * @param since the real time at which the world's time was `start`; several processes that share a world agree on it
 */
export function runningClock(start: Date, speed = 1, since: Date = new Date()): Clock {
  return {
    now: () => new Date(start.getTime() + (Date.now() - since.getTime()) * speed),
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) {
          reject(signal.reason as Error);
          return;
        }
        const stop = (): void => {
          clearTimeout(timer);
          reject(signal?.reason as Error);
        };
        // Rounded up: who slept for a second must not find that 999 ms have passed.
        const timer = setTimeout(
          () => {
            signal?.removeEventListener('abort', stop);
            resolve();
          },
          Math.ceil(Math.max(0, milliseconds) / speed),
        );
        signal?.addEventListener('abort', stop, { once: true });
      }),
  };
}
