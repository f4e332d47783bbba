import type { Decision } from '../core/approval.ts';
import { parseDuration } from '../core/duration.ts';
import type { Proposal } from '../core/proposal.ts';
import type { Proof, ProposalRecord, ProposalState } from '../core/record.ts';
import type { RemedyDefinition } from '../core/remedy.ts';
import type { Cluster } from '../ports/cluster.ts';
import type { JobContext } from '../ports/queue.ts';
import { type Applied, type Applying, apply, resume } from './apply.ts';
import { approve } from './approve.ts';
import { findPlaybook } from './catalogue.ts';
import { writeDecision } from './decision-ledger.ts';
import { countVerifiedFix } from './feedback.ts';
import { freezeOn } from './frozen.ts';
import { type House, policyOf, registrationOf } from './house.ts';
import { lookAgain } from './look-again.ts';
import { makeRoom } from './make-room.ts';
import { refusalsToApply } from './permission.ts';
import { propose } from './propose.ts';
import { prove } from './prove.ts';
import { showReview } from './review.ts';
import { showProposal, showRun } from './show.ts';

/**
 * Carries out one decided proposal to its end: works it out again, applies exactly what was approved, proves it
 * with the same check. Safe to begin again at any point after a crash: what was done is read from the ledger and
 * from the cluster, never repeated.
 */
export async function remediate(proposalId: string, house: House, context: JobContext): Promise<void> {
  const record = await house.records.proposal(proposalId);
  if (record === undefined) throw new TypeError(`there is no proposal ${proposalId}`);
  const { state } = record;
  if (state.is === 'decided' || state.is === 'applying') {
    if (state.decision.is !== 'approved') return;
    await writeDecision(record, state.decision, house);
    if (state.decision.overrides !== undefined) await showReview(proposalId, house);
    const end = await carryOut(record, state.decision, house, context);
    await house.records.advance(proposalId, end);
    await house.limits.release(record.proposal.cluster, proposalId);
  }
  await writeEnd(proposalId, house);
  await showProposal(proposalId, house);
  await showRun(record.proposal.run, house);
  // Last, because a job that fails here comes again and finds the rest done.
  await countVerifiedFix(proposalId, house);
}

async function carryOut(
  record: ProposalRecord,
  decision: Decision,
  house: House,
  context: JobContext,
): Promise<ProposalState> {
  const { proposal } = record;
  const cluster = await house.clusters.open(proposal.cluster, { signal: context.signal });
  const remedy = remedyOf(proposal, house);
  if (remedy === undefined)
    return { is: 'void', decision, because: [`There is no fix ${proposal.remedy.id} any more.`] };
  const startedAt = cluster.clock.now();
  const applied = await bringAbout({ record, decision, cluster, house, context });
  if ('is' in applied) return applied;
  const { done } = applied;
  if (applied.stopped !== undefined) {
    const outcome = done.length === 0 ? 'nothing-done' : 'stopped';
    const times = { startedAt: startedAt.toISOString(), finishedAt: cluster.clock.now().toISOString() };
    return {
      is: 'done',
      decision,
      proof: {
        outcome,
        says: applied.stopped,
        done: [...done],
        before: record.measured,
        after: [],
        ...times,
        frozen: applied.frozen,
      },
    };
  }
  const proof = await prove(
    {
      proposal,
      proof: remedy.proof,
      before: record.measured,
      done,
      startedAt,
      cluster,
      signal: context.signal,
      onStage: async (says) => stage(proposal.id, decision, says, house),
    },
    house,
  );
  return { is: 'done', decision, proof };
}

type BringingAbout = {
  readonly record: ProposalRecord;
  readonly decision: Decision;
  readonly cluster: Cluster;
  readonly house: House;
  readonly context: JobContext;
};

async function bringAbout(all: BringingAbout): Promise<Applied | ProposalState> {
  const { record, decision, cluster, house, context } = all;
  const { proposal } = record;
  if (proposal.remedy.how === 'wait') {
    await stage(proposal.id, decision, 'Nothing is changed. The check is asked again until it comes out clear.', house);
    return { done: [] };
  }
  const applying: Applying = {
    ledger: house.ledger,
    about: { actor: decision.by, cluster: proposal.cluster, run: proposal.run, proposal: proposal.id },
    cluster,
    clock: house.clock,
    signal: context.signal,
    onStage: async (says) => stage(proposal.id, decision, says, house),
    frozen: async () => freezeOn(proposal.cluster, house),
  };
  const entries = await house.ledger.ofProposal(proposal.id);
  if (entries.some(({ event }) => event === 'intended')) {
    const resumed = await resume(proposal.remedy.steps, entries, applying);
    if (!('restart' in resumed)) return resumed;
  }
  const refused = await refusalsToApply(record, decision, house);
  if (refused.length > 0) return voided(decision, refused, 'rules');
  const look = await lookAgain(proposal, cluster, house, context.signal);
  if (look.is === 'clear') return voided(decision, ['The same check comes out clear now, so nothing was done.']);
  if (look.is === 'unknown' || look.finding === undefined) {
    return voided(decision, [
      `The cluster could not be looked at again, so nothing was done. ${look.because ?? ''}`.trim(),
    ]);
  }
  const offered = look.finding.remedies.find(({ id }) => id === proposal.remedy.id);
  if (offered === undefined || cluster.writer === undefined) {
    return voided(decision, [
      offered === undefined
        ? 'The check does not offer this fix any more, so nothing was done.'
        : `The cluster ${proposal.cluster} is registered to be observed only, so nothing was done.`,
    ]);
  }
  const registration = registrationOf(house, proposal.cluster);
  const fresh = await propose(look.finding, offered, {
    report: look.report,
    playbook: findPlaybook(house.catalogue, proposal.playbook.id),
    environment: registration.environment,
    requestedBy: proposal.requestedBy,
    reader: cluster.reader,
    writer: cluster.writer,
    now: house.clock.now(),
    expiresAfterMilliseconds: parseDuration(policyOf(house, registration).expiresAfter) ?? 0,
  });
  const approval = approve(proposal, decision, fresh, house.clock.now(), record.approvals);
  if (approval.is === 'void') return voided(decision, approval.because);
  const room = await makeRoom(proposal, decision, house, applying.onStage);
  if (room !== true) return voided(decision, [room], 'limits');
  return apply(approval.approved, cluster.writer, applying);
}

function voided(decision: Decision, because: readonly string[], by?: 'rules' | 'limits'): ProposalState {
  return { is: 'void', decision, because: [...because], ...(by === undefined ? {} : { by }) };
}

export function remedyOf(proposal: Proposal, house: Pick<House, 'catalogue'>): RemedyDefinition | undefined {
  return house.catalogue.checks
    .find(({ id }) => id === proposal.check)
    ?.remedies.find(({ id }) => id === proposal.remedy.id);
}

async function stage(proposal: string, decision: Decision, says: string, house: House): Promise<void> {
  await house.records.advance(proposal, { is: 'applying', decision, says });
  await showProposal(proposal, house).catch(house.onSlip);
}

/** Writes what came of a fix into the ledger, once: a worker may have died between its end and this. */
export async function writeEnd(proposalId: string, house: House): Promise<void> {
  const record = await house.records.proposal(proposalId);
  if (record?.state.is !== 'done' && record?.state.is !== 'void') return;
  const { proposal, state } = record;
  const entries = await house.ledger.ofProposal(proposalId);
  if (entries.some(({ event }) => event === 'proved')) return;
  const proof: Partial<Proof> =
    state.is === 'done' ? state.proof : { outcome: 'nothing-done', says: state.because.join(' ') };
  await house.ledger.append({
    at: house.clock.now().toISOString(),
    event: 'proved',
    actor: 'cluster-triage',
    cluster: proposal.cluster,
    run: proposal.run,
    proposal: proposalId,
    detail: { outcome: proof.outcome, says: proof.says },
  });
}
