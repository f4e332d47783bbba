import { digestOf } from '../core/canonical-json.ts';
import type { ChatPlace, InspectJob } from '../core/job.ts';
import type { Person } from '../core/person.ts';
import type { JobContext } from '../ports/queue.ts';
import { type House, registrationOf } from './house.ts';
import { inspectClusters } from './inspect.ts';

export type InspectionAsked = {
  /** The chat's id of the delivery; the same delivery gives the same answer. */
  readonly delivery: string;
  readonly cluster: string | undefined;
  readonly by: Person;
  readonly place: ChatPlace;
};

/** Stores the job that looks at the registered clusters, which takes longer than a chat waits. */
export async function requestInspection(
  { delivery, cluster, by, place }: InspectionAsked,
  house: Pick<House, 'queue' | 'registrations' | 'clock'>,
): Promise<void> {
  if (cluster !== undefined) registrationOf(house, cluster);
  const inspection = `inspection-${digestOf([delivery, cluster ?? null]).slice(0, 16)}`;
  const requestedAt = house.clock.now().toISOString();
  await house.queue.add('survey', inspection, {
    survey: 'inspect',
    inspection,
    ...(cluster === undefined ? {} : { cluster }),
    requestedBy: by,
    requestedAt,
    place,
  });
}

/** Looks at the clusters and tells the person who asked, and nobody else. */
export async function answerInspection(job: InspectJob, house: House, { signal }: JobContext): Promise<void> {
  const asked = job.cluster === undefined ? house.registrations : [registrationOf(house, job.cluster)];
  const { catalogue, clusters, clock } = house;
  const reports = await inspectClusters(asked, { catalogue, clusters, clock, signal });
  const { requestedBy, place, cluster } = job;
  const isDetailed = cluster !== undefined;
  await house.chat.tell(requestedBy.id, place.channel, { screen: 'clusters', reports, isDetailed }, place.thread);
}
