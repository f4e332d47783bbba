import { digestOf } from '../core/canonical-json.ts';
import { NotPermitted } from '../core/errors.ts';
import type { ChatPlace, TriageJob } from '../core/job.ts';
import { alertmanager, type Person } from '../core/person.ts';
import { Target } from '../core/target.ts';
import { findPlaybook } from './catalogue.ts';
import { type House, registrationOf } from './house.ts';
import { isUnderWay, kindOfRun } from './join.ts';
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

/** `joined`: the same is under way already; the job is the one that somebody asked for before. */
export type Requested = { readonly is: 'queued' | 'joined'; readonly job: TriageJob };

type Needs = Pick<House, 'queue' | 'catalogue' | 'registrations' | 'clock' | 'underWay' | 'records' | 'chat' | 'roles'>;

/**
 * Stores the job that runs a playbook, or joins the same run when it is under way. When it resolves, the run will
 * happen. Throws `QueueUnavailable`, and `NotPermitted` when the role of who asks does not allow it.
 */
export async function requestRun(asked: RunAsked, house: Needs): Promise<Requested> {
  refuseForeignTarget(findPlaybook(house.catalogue, asked.playbook), asked.target);
  const { environment } = registrationOf(house, asked.cluster);
  const refusal =
    asked.by.id === alertmanager.id ? undefined : await roleRefusal('run', asked.by.id, environment, house);
  if (refusal !== undefined) throw new NotPermitted(refusal.says, 'Ask somebody with that role to start it.');
  const job = jobOf(asked, house.clock.now());
  const holder = await takePlace(job, house);
  // Also for a run that is joined: whoever asked for it may have failed to store its job.
  await house.queue.add('triage', `run/${holder.run}`, holder);
  if (holder.run === job.run) return { is: 'queued', job };
  // Whoever asked first is told in the thread anyway, and so is somebody who asks twice there.
  const same = holder.requestedBy.id === asked.by.id && holder.place.channel === asked.place.channel;
  if (!same) await house.underWay.join(holder.run, { by: asked.by, place: asked.place });
  // It may have ended, and told its joiners, while this one joined.
  if (!same && !(await isUnderWay(holder, house))) {
    await house.queue.add('notify', `run/${holder.run}/joined/${job.run}`, {
      show: 'joiners',
      run: holder.run,
      revision: job.run,
    });
  }
  return { is: 'joined', job: holder };
}

function jobOf(asked: RunAsked, now: Date): TriageJob {
  return {
    run: digestOf([asked.delivery, asked.playbook, asked.cluster, asked.target]).slice(0, 16),
    playbook: asked.playbook,
    cluster: asked.cluster,
    target: Object.fromEntries(
      Object.entries(asked.target).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
    ),
    requestedBy: asked.by,
    requestedAt: now.toISOString(),
    place: asked.place,
  };
}

/** The job that has the place of its kind: this one, or another one that is still under way. */
async function takePlace(job: TriageJob, house: Needs): Promise<TriageJob> {
  const kind = kindOfRun(job);
  let holder = await house.underWay.take(kind, job);
  while (holder.run !== job.run && !(await isUnderWay(holder, house))) {
    holder = await house.underWay.take(kind, job, holder.run);
  }
  return holder;
}
