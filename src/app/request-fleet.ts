import { digestOf } from '../core/canonical-json.ts';
import { NotPermitted, WrongUsage } from '../core/errors.ts';
import type { ChatPlace, FleetJob } from '../core/job.ts';
import type { Person } from '../core/person.ts';
import { type Selection, saySelection, select } from '../core/selection.ts';
import type { Target } from '../core/target.ts';
import { findPlaybook } from './catalogue.ts';
import type { House } from './house.ts';
import { roleRefusal } from './permission.ts';
import { refuseForeignTarget } from './run-playbook.ts';

export type FleetAsked = {
  /** The chat's id of the delivery; the same delivery gives the same fleet run. */
  readonly delivery: string;
  readonly playbook: string;
  readonly selection: Selection;
  readonly target: Target;
  readonly by: Person;
  readonly place: ChatPlace;
};

/**
 * Stores the job that runs a playbook on many clusters. When it resolves, they will all be looked at. Throws
 * `QueueUnavailable`, and `NotPermitted` when the role of who asks does not allow it on one of them.
 */
export async function requestFleet(
  asked: FleetAsked,
  house: Pick<House, 'queue' | 'catalogue' | 'registrations' | 'clock' | 'chat' | 'roles'>,
): Promise<FleetJob> {
  const { delivery, playbook, selection, target, by, place } = asked;
  refuseForeignTarget(findPlaybook(house.catalogue, playbook), target);
  const clusters = select(house.registrations, selection);
  if (clusters.length === 0) throw nothingSelected(selection, house);
  await refuseWithoutRole(clusters, by, house);
  const fleet = `fleet-${digestOf([delivery, playbook, selection, target]).slice(0, 16)}`;
  const job: FleetJob = {
    survey: 'fleet',
    fleet,
    playbook,
    selection,
    clusters,
    target: Object.fromEntries(
      Object.entries(target).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
    ),
    requestedBy: by,
    requestedAt: house.clock.now().toISOString(),
    place,
  };
  await house.queue.add('survey', fleet, job);
  return job;
}

/** One cluster too many refuses the whole, for a table without it would look complete. */
async function refuseWithoutRole(
  clusters: readonly string[],
  by: Person,
  house: Pick<House, 'registrations' | 'chat' | 'roles'>,
): Promise<void> {
  const meant = house.registrations.filter(({ name }) => clusters.includes(name));
  for (const environment of new Set(meant.map((one) => one.environment))) {
    const refusal = await roleRefusal('run', by.id, environment, house);
    if (refusal === undefined) continue;
    throw new NotPermitted(refusal.says, 'Name an environment in which you may: --environment staging, for example.');
  }
}

function nothingSelected(selection: Selection, { registrations }: Pick<House, 'registrations'>): WrongUsage {
  const environments = [...new Set(registrations.map(({ environment }) => environment))].sort();
  const labels = [
    ...new Set(registrations.flatMap((one) => Object.entries(one.labels).map(([name, value]) => `${name}=${value}`))),
  ].sort();
  return new WrongUsage(
    `No cluster is meant by "${saySelection(selection)}".`,
    `The environments are: ${environments.join(', ')}. The labels are: ${labels.join(', ') || 'none'}.`,
  );
}
