/**
 * Passes on the newest value at most once per interval, never two at a time, and drops the ones in between.
 * A pass that fails is told to `onSlip` and not repeated: the next value replaces it.
 */
export function coalesced<Value>(
  everyMilliseconds: number,
  pass: (value: Value) => Promise<void>,
  onSlip: (error: unknown) => void,
): { next: (value: Value) => void; stop: () => Promise<void> } {
  let waiting: { value: Value } | undefined;
  let running: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const run = () => {
    timer = undefined;
    if (waiting === undefined || stopped || running !== undefined) return;
    const { value } = waiting;
    waiting = undefined;
    running = pass(value)
      .catch(onSlip)
      .finally(() => {
        running = undefined;
        if (waiting !== undefined && !stopped) timer = setTimeout(run, everyMilliseconds);
      });
  };
  return {
    next: (value) => {
      waiting = { value };
      if (running === undefined && timer === undefined && !stopped) timer = setTimeout(run, everyMilliseconds);
    },
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
