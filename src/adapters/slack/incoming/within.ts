/** What a promise comes to within a time, or undefined when it takes longer; it then goes on by itself. */
export async function within<Result>(
  promise: Promise<Result>,
  milliseconds: number,
): Promise<{ readonly result: Result } | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    // A process that has nothing else to do need not wait for this.
    timer = setTimeout(() => resolve(undefined), milliseconds).unref();
  });
  // Whoever waits on after us hears of a failure; meanwhile it must not count as unhandled.
  promise.catch(() => undefined);
  try {
    return await Promise.race([promise.then((result) => ({ result })), late]);
  } finally {
    clearTimeout(timer);
  }
}
