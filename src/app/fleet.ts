import { digestOf } from '../core/canonical-json.ts';
import { type FleetRecord, type FleetRow, isOver, rowOf, worstFirst } from '../core/fleet.ts';
import type { FleetJob, TriageJob } from '../core/job.ts';
import type { Person } from '../core/person.ts';
import type { FleetScreen } from '../core/screen.ts';
import { saySelection } from '../core/selection.ts';
import { type JobContext, TryLater } from '../ports/queue.ts';
import { cancelRun } from './cancel-run.ts';
import { findPlaybook } from './catalogue.ts';
import type { House } from './house.ts';
import { outcomeOfRun, runKey } from './show.ts';

/** How many clusters of one fleet run are looked at, at once: other people's runs must get their turn between them. */
const atOnce = 4;
const lookEveryMilliseconds = 2000;
/** A run that is over is shown within seconds, or its channel refuses it: then its row is without a link. */
const shownWithinMilliseconds = 120_000;

export const fleetKey = (fleet: string) => `fleet/${fleet}`;

/**
 * One step of a fleet run, and `TryLater` until every run has ended: no worker is held while clusters are looked at,
 * and a worker that dies is replaced by whoever takes the next step. Everything is read again from the records.
 */
export async function fleet(job: FleetJob, house: House, context: JobContext): Promise<void> {
  const waiting = job.clusters.map((cluster): FleetRow => ({ cluster, run: runOf(job, cluster), state: 'waiting' }));
  const stored = await house.fleets.create({ request: job, state: 'running', rows: waiting });
  if (stored.state !== 'running') return showFleet(job.fleet, house);
  const rows = await Promise.all(stored.rows.map(async (row) => refreshed(row, house)));
  const hasEnded = rows.every((row) => isOver(row) && !isYetToBeShown(row, house));
  await house.fleets.update(job.fleet, hasEnded ? { rows, state: 'finished' } : { rows });
  await showFleet(job.fleet, house);
  if (hasEnded) return;
  await startMore(job, rows, house, context);
  throw new TryLater('Clusters of this fleet run are still looked at.', lookEveryMilliseconds);
}

function runOf({ fleet: id }: FleetJob, cluster: string): string {
  return digestOf([id, cluster]).slice(0, 16);
}

async function refreshed(row: FleetRow, house: House): Promise<FleetRow> {
  const now = isOver(row) ? row : rowOf(row, await house.records.run(row.run));
  if (!isOver(now) || now.address !== undefined) return now;
  const address = await house.chat.linkTo(runKey(row.run));
  return address === undefined ? now : { ...now, address };
}

function isYetToBeShown({ address, finishedAt }: FleetRow, house: House): boolean {
  if (address !== undefined || finishedAt === undefined) return false;
  return house.clock.now().getTime() - Date.parse(finishedAt) < shownWithinMilliseconds;
}

/** Stores a run before its job: one that a crash left without a job gets it at the next step, under the same key. */
async function startMore(job: FleetJob, rows: readonly FleetRow[], house: House, context: JobContext): Promise<void> {
  const queued = rows.filter(({ state }) => state === 'queued');
  const running = rows.filter(({ state }) => state === 'running');
  const free = Math.max(0, atOnce - queued.length - running.length);
  const next = rows.filter(({ state }) => state === 'waiting').slice(0, free);
  for (const { cluster, run } of [...queued, ...next]) {
    context.signal.throwIfAborted();
    if ((await house.fleets.fleet(job.fleet))?.state !== 'running') return;
    const request: TriageJob = {
      run,
      playbook: job.playbook,
      cluster,
      target: job.target,
      requestedBy: job.requestedBy,
      requestedAt: job.requestedAt,
      place: { channel: job.place.channel },
      fleet: job.fleet,
    };
    await house.records.createRun({ request, state: 'queued', proposals: [] });
    await house.queue.add('triage', `run/${run}`, request);
  }
}

/** Shows where a fleet run stands, in its one table. Shows it again when it moved meanwhile, so that the last word stays. */
export async function showFleet(id: string, house: House): Promise<void> {
  for (let shown = ''; ; ) {
    const record = await house.fleets.fleet(id);
    if (record === undefined) return;
    const screen = await screenOf(record, house);
    if (JSON.stringify(screen) === shown) return;
    const { fleet: own, place } = record.request;
    const under = place.thread === undefined ? undefined : { thread: place.thread };
    const posted = await house.chat.show({ key: fleetKey(own), channel: place.channel, under, screen });
    await house.records.rememberThread(own, posted.channel, place.thread ?? posted.id);
    shown = JSON.stringify(screen);
  }
}

/** Shows in the table of a fleet run that a fix in one of its threads has come to something, after the table was done. */
export async function showFleetOf(proposal: string, house: House): Promise<void> {
  const run = (await house.records.proposal(proposal))?.proposal.run;
  const id = run === undefined ? undefined : (await house.records.run(run))?.request.fleet;
  if (id !== undefined) await showFleet(id, house);
}

async function screenOf({ request, state, rows, because }: FleetRecord, house: House): Promise<FleetScreen> {
  const { playbook, selection, target, requestedBy } = request;
  const ordered = await Promise.all(
    worstFirst(state === 'cancelled' ? rows.map(endedRow) : rows).map(async (row) => {
      const registration = house.registrations.find(({ name }) => name === row.cluster);
      const mayBeFixed = state !== 'running' && row.outcome === 'found';
      return {
        ...row,
        environment: registration?.environment ?? 'not registered any more',
        fixed: mayBeFixed ? await outcomeOfRun(row.run, house) : undefined,
      };
    }),
  );
  const { title } = findPlaybook(house.catalogue, playbook);
  return {
    screen: 'fleet',
    playbook: { id: playbook, title },
    selected: saySelection(selection),
    target,
    requestedBy,
    state,
    because,
    rows: ordered.toSorted((left, right) => Number(left.fixed === 'resolved') - Number(right.fixed === 'resolved')),
  };
}

/** Stops what is left of a fleet run. What ended before stands. */
export async function cancelFleet(id: string, by: Person, house: House): Promise<string> {
  const record = await house.fleets.fleet(id);
  if (record === undefined) return 'This fleet run is not known here any more.';
  if (record.state !== 'running') return `This fleet run is over: it is ${record.state}.`;
  const because = `<@${by.id}> cancelled it. Nothing was changed on any cluster.`;
  await house.fleets.update(id, { state: 'cancelled', because });
  await house.queue.cancel('survey', id);
  for (const { run } of record.rows.filter((row) => !isOver(row))) {
    if ((await house.records.run(run)) !== undefined) await cancelRun(run, by, house);
  }
  const rows = await Promise.all(record.rows.map(async (row) => endedRow(await refreshed(row, house))));
  await house.fleets.update(id, { rows });
  await showFleet(id, house);
  const open = rows.filter(({ state }) => state === 'cancelled').length;
  return `The fleet run is cancelled; ${open} of ${rows.length} clusters were not looked at to the end. Nothing was changed on any cluster.`;
}

function endedRow(row: FleetRow): FleetRow {
  return isOver(row) ? row : { ...row, state: 'cancelled' };
}

/** A fleet run that can no longer be followed is said to have stopped; its runs go on and answer in their threads. */
export async function fleetFailed(id: string, error: Error, house: House): Promise<void> {
  const record = await house.fleets.fleet(id);
  if (record === undefined || record.state !== 'running') return;
  const because = `The table could not be kept up to date: ${error.message} The runs that had begun answer in this channel.`;
  const says = 'Its run was not followed to its end; what it found is in this channel.';
  const rows = record.rows.map(
    (row): FleetRow => (isOver(row) ? row : { ...row, state: 'failed', outcome: 'unknown', says }),
  );
  await house.fleets.update(id, { state: 'cancelled', because, rows });
  await showFleet(id, house);
}
