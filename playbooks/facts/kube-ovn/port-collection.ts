import type { Deployment } from '../../kinds/kubernetes.ts';
import { zeroTurnsCollectionOff } from './address-versions.ts';
import { controller } from './product.ts';

const usualMilliseconds = 360_000;

/**
 * How often the controller looks for ports without an owner. One round marks a port, the next deletes it. Before the
 * flag `--gc-interval` came it was always 6 minutes.
 */
export function collectionInterval(deployment: Deployment, version: string | undefined): number | 'off' {
  const { containers } = deployment.spec.template.spec;
  const container = containers.find(({ name }) => name === controller.container) ?? containers[0];
  const words = [...(container?.command ?? []), ...(container?.args ?? [])];
  const prefix = '--gc-interval=';
  const written = words.find((one) => one.startsWith(prefix))?.slice(prefix.length);
  const seconds = written === undefined ? Number.NaN : Number(written);
  if (!Number.isFinite(seconds) || seconds < 0) return usualMilliseconds;
  return seconds === 0 && zeroTurnsCollectionOff(version) ? 'off' : seconds * 1000;
}

/** When the second round after a leader's start is over, and a port without an owner should be gone. */
export function collectedBy(leadsSince: Date | undefined, interval: number | 'off'): Date | undefined {
  if (leadsSince === undefined || interval === 'off') return undefined;
  return new Date(leadsSince.getTime() + 2 * interval);
}
