/** Time, so that a world can have its own. `sleep` rejects with the signal's reason when it is aborted. */
export interface Clock {
  now(): Date;
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}
