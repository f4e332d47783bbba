import { zeroTurnsCollectionOff } from './address-versions.ts';
import { controllerFlag, type StartedContainer } from './controller-settings.ts';

const usualMilliseconds = 360_000;

/**
 * How often the controller looks for ports without an owner. One round marks a port, the next deletes it. Before the
 * flag `--gc-interval` came it was always 6 minutes.
 */
export function collectionInterval(
  containers: readonly StartedContainer[],
  version: string | undefined,
): number | 'off' {
  const written = controllerFlag(containers, 'gc-interval');
  const seconds = written === undefined ? Number.NaN : Number(written);
  if (!Number.isFinite(seconds) || seconds < 0) return usualMilliseconds;
  return seconds === 0 && zeroTurnsCollectionOff(version) ? 'off' : seconds * 1000;
}

/** When the second round after a leader's start is over, and a port without an owner should be gone. */
export function collectedBy(leadsSince: Date | undefined, interval: number | 'off'): Date | undefined {
  if (leadsSince === undefined || interval === 'off') return undefined;
  return new Date(leadsSince.getTime() + 2 * interval);
}
