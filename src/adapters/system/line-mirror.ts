import { appendFile } from 'node:fs/promises';

export type LineMirror = {
  /** Takes a value to write as one line of JSON, and returns at once. */
  readonly write: (value: unknown) => void;
  /** Waits for what was taken. */
  readonly close: () => Promise<void>;
};

/** More than this does not wait in memory: a disk that hangs must not take the process with it. */
const mostWaiting = 10_000;

/**
 * Writes lines to standard output or behind a file, in order. What cannot be written is said to `onTrouble` and is
 * left out: the lines are a copy, and whoever makes them must not wait or fail because of it.
 */
export function createLineMirror(where: string, onTrouble: (error: unknown) => void): LineMirror {
  const put =
    where === 'stdout' ? toStandardOutput() : async (line: string) => appendFile(where, line, { mode: 0o600 });
  let waiting = 0;
  let last: Promise<void> = Promise.resolve();
  return {
    write(value) {
      if (waiting >= mostWaiting) {
        onTrouble(new Error(`A line was left out: ${waiting} lines wait to be written to ${where}.`));
        return;
      }
      waiting += 1;
      last = last
        .then(async () => put(`${JSON.stringify(value)}\n`))
        .catch(onTrouble)
        .finally(() => {
          waiting -= 1;
        });
    },
    close: async () => last,
  };
}

function toStandardOutput(): (line: string) => Promise<void> {
  // Whoever read it has gone: each line says so by itself, and without a listener the process would end.
  process.stdout.on('error', () => undefined);
  return async (line) =>
    new Promise((resolve, reject) => {
      process.stdout.write(line, (error) => (error ? reject(error) : resolve()));
    });
}
