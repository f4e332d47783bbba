/** Work that was begun and has to end before the process may. */
export type InFlight = {
  /** Runs it and counts it meanwhile; what it throws is told to `onError` and to nobody else. */
  run(work: () => Promise<void>): Promise<void>;
  count(): number;
  /** Resolves when nothing runs any more, or after this long with what still runs. */
  idle(withinMilliseconds: number): Promise<number>;
};

export function createInFlight(onError: (error: unknown) => void): InFlight {
  const running = new Set<Promise<void>>();
  return {
    async run(work) {
      const done = work().catch(onError);
      running.add(done);
      await done;
      running.delete(done);
    },
    count: () => running.size,
    async idle(withinMilliseconds) {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, withinMilliseconds);
      });
      await Promise.race([Promise.all(running), late]);
      clearTimeout(timer);
      return running.size;
    },
  };
}
