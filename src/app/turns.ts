/** Lets small reads go last, so that one whose answer a larger read brings along need not be made. */
export type Turns = {
  /** Resolves when something was announced under this name, or when nothing that is under way can announce it any more. */
  readonly wait: (name: string) => Promise<void>;
  readonly announce: (name: string) => void;
  /** Counts a read as under way until it has its answer. */
  readonly during: <Answer>(read: () => Promise<Answer>) => Promise<Answer>;
};

/**
 * Checks are straight-line code over reads: while no read is under way, and all that were answered have been heard,
 * every check has ended or waits for its turn, and nobody is left who could ask for more.
 * @param longestWaitMilliseconds a read that hangs must not hold up those who do not need it
 */
export function createTurns(longestWaitMilliseconds: number): Turns {
  const waiting = new Map<() => void, string>();
  let underWay = 0;

  const releaseAll = (): void => {
    for (const go of waiting.keys()) go();
  };
  const whenIdle = (): void => {
    if (underWay > 0 || waiting.size === 0) return;
    // After all that follows from the last answer, and what follows from that.
    setImmediate(() => setImmediate(() => underWay === 0 && releaseAll()));
  };
  return {
    wait: async (name) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, longestWaitMilliseconds);
      waiting.set(resolve, name);
      whenIdle();
      try {
        await promise;
      } finally {
        clearTimeout(timer);
        waiting.delete(resolve);
      }
    },
    announce: (name) => {
      for (const [go, awaited] of waiting) if (awaited === name) go();
    },
    during: async (read) => {
      underWay += 1;
      try {
        return await read();
      } finally {
        underWay -= 1;
        whenIdle();
      }
    },
  };
}
