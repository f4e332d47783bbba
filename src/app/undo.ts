import { digestOf } from '../core/canonical-json.ts';
import { sayTime } from '../core/duration.ts';
import type { RemediateJob } from '../core/job.ts';
import type { Person } from '../core/person.ts';
import type { ProposalRecord } from '../core/record.ts';
import type { UndoStanding } from '../core/screen.ts';
import type { JobContext } from '../ports/queue.ts';
import { type House, registrationOf } from './house.ts';
import { showProposal, showRun } from './show.ts';
import { planUndo } from './undo-plan.ts';
import { undoStandingOf } from './undo-standing.ts';

export type AskingForUndo = { readonly delivery: string; readonly proposal: string; readonly by: Person };

/** Takes the press of Undo: whether there is something to take back, and nobody asked before. Changes nothing. */
export async function askForUndo({ delivery, proposal, by }: AskingForUndo, house: House): Promise<string> {
  const record = await house.records.proposal(proposal);
  const run = record === undefined ? undefined : await house.records.run(record.proposal.run);
  if (record === undefined || run === undefined)
    return 'This fix is not known here any more, so it cannot be undone from here.';
  if (registrationOf(house, record.proposal.cluster).mode !== 'remediate')
    return `The cluster ${record.proposal.cluster} is registered to be observed only.`;
  const { standing, latest } = await undoStandingOf(record, house);
  if (standing !== 'possible') return refusals[standing](latest, house.clock.now());
  await house.queue.add('remediate', `undo/${proposal}/${digestOf(delivery).slice(0, 16)}`, {
    proposal,
    by,
    place: run.request.place,
    asks: 'undo',
  });
  return 'What it would take to undo this is being worked out. It comes as a card of its own in this thread, and needs an approval like the fix did.';
}

const refusals: Readonly<
  Record<Exclude<UndoStanding, 'possible'>, (latest: ProposalRecord | undefined, now: Date) => string>
> = {
  'not-possible': () => 'This fix changed nothing that could be put back.',
  open: (latest, now) =>
    latest === undefined
      ? 'Undoing it is offered already, in this thread.'
      : `Undoing it was offered at ${sayTime(new Date(latest.proposal.offeredAt), now)} already, in this thread.`,
  undone: () => 'This fix was undone already.',
};

/**
 * Works out the proposal that takes a fix back, and shows it. The same press, or two at once, give one proposal: its
 * id follows from the fix and from how often undoing it was offered before. Safe to repeat at any point.
 */
export async function offerUndo(job: RemediateJob, house: House, context: JobContext): Promise<void> {
  const record = await house.records.proposal(job.proposal);
  if (record === undefined) return;
  const { standing, latest } = await undoStandingOf(record, house);
  if (standing === 'open' && latest !== undefined) return present(record, latest.proposal.id, house);
  if (standing !== 'possible') return;
  const id = digestOf(['undo', record.proposal.id, latest?.proposal.id ?? '']).slice(0, 20);
  const cluster = await house.clusters.open(record.proposal.cluster, { signal: context.signal });
  const asked = { id, requestedBy: job.by.id, now: house.clock.now() };
  const plan = await planUndo(record, asked, cluster, house);
  if (plan.is === 'refused') {
    await house.ledger.append({
      at: house.clock.now().toISOString(),
      event: 'refused',
      actor: job.by.id,
      cluster: record.proposal.cluster,
      run: record.proposal.run,
      proposal: record.proposal.id,
      detail: { wanted: 'undo', digest: record.proposal.digest, because: plan.because.join(' ') },
    });
    const says = ['The fix cannot be undone from here, and nothing was done.', ...plan.because].join(' ');
    await house.chat.whisper(job.by.id, job.place.channel, says, job.place.thread);
    return;
  }
  const { proposal, measured } = plan;
  await house.records.createProposal({ proposal, state: { is: 'offered' }, measured: [...measured] });
  if ((await house.ledger.ofProposal(id)).length === 0) {
    await house.ledger.append({
      at: house.clock.now().toISOString(),
      event: 'proposed',
      actor: job.by.id,
      cluster: proposal.cluster,
      run: proposal.run,
      proposal: id,
      detail: { digest: proposal.digest, remedy: proposal.remedy.id, undoes: record.proposal.id },
    });
  }
  await present(record, id, house);
}

async function present({ proposal: undone }: ProposalRecord, id: string, house: House): Promise<void> {
  await house.records.updateProposal(undone.id, { undo: id });
  await house.records.addProposal(undone.run, id);
  await showProposal(id, house);
  await showProposal(undone.id, house);
  await showRun(undone.run, house);
}
