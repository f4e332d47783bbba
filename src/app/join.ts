import { digestOf } from '../core/canonical-json.ts';
import type { Joiner, TriageJob } from '../core/job.ts';
import type { RunRecord } from '../core/record.ts';
import { outcomeOf } from '../core/run.ts';
import type { House } from './house.ts';
import { threadOf } from './show.ts';

/** Between the moment a job takes its place and the moment a worker begins it, there is no record of the run. */
const unbegunPatienceMilliseconds = 600_000;

/** What makes two runs the same: asked for again while one is under way, it is joined. */
export function kindOfRun({ playbook, cluster, target }: Pick<TriageJob, 'playbook' | 'cluster' | 'target'>): string {
  return digestOf([playbook, cluster, target]);
}

/** Whether there is any sense in waiting for this run instead of starting another one. */
export async function isUnderWay(job: TriageJob, house: Pick<House, 'records' | 'clock'>): Promise<boolean> {
  const record = await house.records.run(job.run);
  if (record !== undefined) return record.state === 'queued' || record.state === 'running';
  return house.clock.now().getTime() - Date.parse(job.requestedAt) < unbegunPatienceMilliseconds;
}

/** Tells everybody who joined a run that it has ended, each once: in its thread, or where they asked when that was elsewhere. */
export async function tellJoiners(run: string, house: House): Promise<void> {
  const record = await house.records.run(run);
  if (record === undefined || record.state === 'queued' || record.state === 'running') return;
  for (const joiner of await house.underWay.joiners(run)) {
    const { channel, thread } = joiner.place;
    const own = record.request.place;
    const elsewhere = channel !== own.channel || (thread !== undefined && thread !== own.thread);
    await house.chat.show({
      key: `run/${run}/joined/${joiner.by.id}/${channel}/${thread ?? ''}`,
      channel,
      under: elsewhere ? (thread === undefined ? undefined : { thread }) : threadOf(record),
      screen: { screen: 'notice', tone: 'info', to: [joiner.by], text: endOf(record, joiner, elsewhere) },
    });
  }
}

function endOf(record: RunRecord, joiner: Joiner, elsewhere: boolean): string {
  const { playbook, cluster, requestedBy } = record.request;
  const [first] = record.report?.findings ?? [];
  const findings = record.report?.findings.length ?? 0;
  const more = findings > 1 ? ` (and ${findings - 1} more)` : '';
  const ends = {
    found: `found: ${first?.says ?? ''}${more}`,
    unknown: 'nothing was found, but not everything could be looked at.',
    clear: 'all clear.',
  };
  const end = record.report === undefined ? (record.because ?? 'it did not finish.') : ends[outcomeOf(record.report)];
  const whose = joiner.by.id === requestedBy.id ? 'you asked for' : `${requestedBy.name ?? 'somebody'} had asked for`;
  const where = elsewhere ? ' The evidence and the fixes are in the thread of that run.' : '';
  return `The run of ${playbook} on ${cluster} that ${whose} before you has ended: ${end}${where}`;
}
