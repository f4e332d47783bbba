import { digestOf } from '../core/canonical-json.ts';
import { NotPermitted } from '../core/errors.ts';
import type { ChatPlace, TriageJob } from '../core/job.ts';
import type { Person } from '../core/person.ts';
import { Target } from '../core/target.ts';
import { findPlaybook } from './catalogue.ts';
import { type House, registrationOf } from './house.ts';
import { roleRefusal } from './permission.ts';
import { refuseForeignTarget } from './run-playbook.ts';

export type RunAsked = {
  /** The chat's id of the delivery; the same delivery gives the same run. */
  readonly delivery: string;
  readonly playbook: string;
  readonly cluster: string;
  readonly target: Target;
  readonly by: Person;
  readonly place: ChatPlace;
};

/**
 * Stores the job that runs a playbook. When it resolves, the run will happen. Throws `QueueUnavailable`, and
 * `NotPermitted` when the role of who asks does not allow it.
 */
export async function requestRun(
  asked: RunAsked,
  house: Pick<House, 'queue' | 'catalogue' | 'registrations' | 'clock' | 'chat' | 'roles'>,
): Promise<TriageJob> {
  refuseForeignTarget(findPlaybook(house.catalogue, asked.playbook), asked.target);
  const { environment } = registrationOf(house, asked.cluster);
  const refusal = await roleRefusal('run', asked.by.id, environment, house);
  if (refusal !== undefined) throw new NotPermitted(refusal.says, 'Ask somebody with that role to start it.');
  const run = digestOf([asked.delivery, asked.playbook, asked.cluster, asked.target]).slice(0, 16);
  const job: TriageJob = {
    run,
    playbook: asked.playbook,
    cluster: asked.cluster,
    target: Object.fromEntries(
      Object.entries(asked.target).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
    ),
    requestedBy: asked.by,
    requestedAt: house.clock.now().toISOString(),
    place: asked.place,
  };
  await house.queue.add('triage', `run/${run}`, job);
  return job;
}
