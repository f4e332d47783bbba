import type { NotifyJob, RemediateJob, SurveyJob, UpkeepJob } from '../core/job.ts';
import type { LedgerEvent } from '../core/ledger-entry.ts';
import type { Proof } from '../core/record.ts';
import { ChatBusy, ChatRefused } from '../ports/chat.ts';
import { GiveUp, type JobContext, type JobHandlers, TryLater } from '../ports/queue.ts';
import { handleAlert } from './alerts.ts';
import { answerInspection } from './answer-inspection.ts';
import { expireProposals, resumeApproved } from './decide.ts';
import { showDraft } from './draft.ts';
import { escalateProposals, showEscalation } from './escalate.ts';
import { fleet, fleetFailed, showFleetOf } from './fleet.ts';
import { keepFreezes } from './freeze.ts';
import type { House } from './house.ts';
import { tellJoiners } from './join.ts';
import { remindOfMitigations, showMitigation } from './mitigations.ts';
import { remediate, writeEnd } from './remediate.ts';
import { showReview } from './review.ts';
import { showProposal, showRun } from './show.ts';
import { endRun, triage } from './triage.ts';
import { offerUndo } from './undo.ts';

/** What the house does with each kind of job. When the chat asks for patience the job comes back later. */
export function jobHandlers(house: House): JobHandlers {
  return {
    triage: async (job, context) => patiently(triage(job, house, context)),
    remediate: async (job, context) =>
      patiently(job.asks === 'undo' ? offerUndo(job, house, context) : remedy(job.proposal, house, context)),
    notify: async (job) => patiently(notify(job, house)),
    upkeep: async (job) => patiently(upkeep(job, house)),
    survey: async (job, context) => patiently(survey(job, house, context)),
  };
}

async function patiently(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (error instanceof ChatBusy) throw new TryLater(error.message, error.afterMilliseconds);
    if (error instanceof ChatRefused) throw new GiveUp(error.message);
    throw error;
  }
}

async function remedy(proposal: string, house: House, context: JobContext): Promise<void> {
  await remediate(proposal, house, context);
  await showFleetOf(proposal, house);
}

async function notify(job: NotifyJob, house: House): Promise<void> {
  if (job.show === 'escalation') return showEscalation(job.proposal, house);
  if (job.show === 'mitigation') return showMitigation(job.mitigation, house);
  if (job.show === 'run') {
    await showRun(job.run, house);
    return;
  }
  if (job.show === 'joiners') return tellJoiners(job.run, house);
  if (job.show === 'alert') return handleAlert(job, house);
  if (job.show === 'review') {
    await showReview(job.proposal, house);
    return;
  }
  if (job.show === 'draft') return showDraft(job, house);
  await showProposal(job.proposal, house);
  const record = await house.records.proposal(job.proposal);
  if (record === undefined) return;
  // A fix can be taken back again when the offer to do so has come to nothing.
  if (record.proposal.undoes !== undefined) await showProposal(record.proposal.undoes, house);
  await showRun(record.proposal.run, house);
}

async function upkeep(job: UpkeepJob, house: House): Promise<void> {
  const tasks: Readonly<Record<UpkeepJob['task'], (house: House) => Promise<void>>> = {
    'expire-proposals': expireProposals,
    'resume-approved': resumeApproved,
    'keep-freezes': keepFreezes,
    'escalate-proposals': escalateProposals,
    'remind-of-mitigations': remindOfMitigations,
  };
  await tasks[job.task](house);
}

async function survey(job: SurveyJob, house: House, context: JobContext): Promise<void> {
  if (job.survey === 'fleet') await fleet(job, house, context);
  else await answerInspection(job, house, context);
}

/** What spans several clusters and failed for good is said to have failed, where its answer is waited for. */
export async function surveyFailed(job: SurveyJob, error: Error, house: House): Promise<void> {
  if (job.survey === 'fleet') await fleetFailed(job.fleet, error, house);
  else
    await house.chat.whisper(
      job.requestedBy.id,
      job.place.channel,
      `The clusters could not be looked at: ${error.message}`,
    );
}

/** A run that failed for good is said to have failed, in its thread; nothing ends in silence. */
export async function triageFailed(run: string, error: Error, house: House): Promise<void> {
  const because = `The run could not be finished: ${error.message}`;
  try {
    await endRun(run, 'failed', because, house);
  } catch (refused) {
    const record = await house.records.run(run);
    if (!(refused instanceof ChatRefused) || record === undefined) throw refused;
    await house.chat.whisper(record.request.requestedBy.id, record.request.place.channel, because);
  }
}

/** Whoever asked to take a fix back hears that it came to nothing. */
export async function undoFailed(job: RemediateJob, error: Error, house: House): Promise<void> {
  const says = `What it would take to undo the fix could not be worked out, and nothing was done: ${error.message} Press Undo again, or tell whoever runs cluster-triage.`;
  await house.chat.whisper(job.by.id, job.place.channel, says, job.place.thread);
}

const sending: ReadonlySet<LedgerEvent['event']> = new Set(['intended', 'changed', 'not-changed']);

/** A fix that failed for good: what was done stands in the ledger, and a person is asked to look. */
export async function remediationFailed(proposal: string, error: Error, house: House): Promise<void> {
  const record = await house.records.proposal(proposal);
  if (record === undefined || (record.state.is !== 'decided' && record.state.is !== 'applying')) return;
  const entries = await house.ledger.ofProposal(proposal);
  const steps = record.proposal.remedy.steps;
  const done = entries
    .filter(({ event }) => event === 'changed')
    .flatMap(({ detail }) => steps.filter((_, index) => index === detail['step']).map(({ does }) => does));
  // A change that was meant to be sent, and of which nobody wrote down what became of it, may have been made.
  const isUnclear = entries.findLast(({ event }) => sending.has(event))?.event === 'intended';
  const at = house.clock.now().toISOString();
  const proof: Proof = {
    outcome: done.length === 0 && !isUnclear ? 'nothing-done' : 'unknown',
    says: `The worker could not finish it: ${error.message} Look at the cluster, and run the playbook again.`,
    done,
    before: record.measured,
    after: [],
    startedAt: record.state.decision.at,
    finishedAt: at,
  };
  await house.records.advance(proposal, { is: 'done', decision: record.state.decision, proof });
  await house.limits.release(record.proposal.cluster, proposal);
  await writeEnd(proposal, house);
  await showProposal(proposal, house);
  await showRun(record.proposal.run, house);
}
