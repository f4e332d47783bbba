import { z } from 'zod';
import type { Registration } from './registration.ts';

/** Which clusters are meant: all that have every label and the environment that are named, so all when none is. */
export const Selection = z.object({
  environment: z.string().optional(),
  labels: z.record(z.string(), z.string()).default({}),
});
export type Selection = z.infer<typeof Selection>;

/** The names of the registered clusters that are meant, sorted. */
export function select(
  registrations: readonly Pick<Registration, 'name' | 'environment' | 'labels'>[],
  { environment, labels }: Selection,
): string[] {
  return registrations
    .filter((one) => environment === undefined || one.environment === environment)
    .filter((one) => Object.entries(labels).every(([name, value]) => one.labels[name] === value))
    .map(({ name }) => name)
    .sort();
}

/** `every cluster`, `every cluster of production with team=net`. */
export function saySelection({ environment, labels }: Selection): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  const of = environment === undefined ? '' : ` of ${environment}`;
  return `every cluster${of}${pairs.length === 0 ? '' : ` with ${pairs.join(' and ')}`}`;
}
