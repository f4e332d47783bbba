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
import { closeUndone, openMitigation } from './mitigations.ts';
import { refusalsToApply } from './permission.ts';
import { propose } from './propose.ts';
import { prove } from './prove.ts';
import { showReview } from './review.ts';
import { showFindings, showProposal, showRun } from './show.ts';
import { planUndo } from './undo-plan.ts';
import { proveUndo } from './undo-prove.ts';
import { whatBecameOf } from './what-became-of.ts';

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
  await settleMitigations(proposalId, house);
  await showProposal(proposalId, house);
  if (record.proposal.undoes !== undefined) await showProposal(record.proposal.undoes, house);
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
  // What was overwritten can be put back although the fix itself is no longer in the catalogue.
  if (remedy === undefined && proposal.undoes === undefined)
    return { is: 'void', decision, because: [`There is no fix ${proposal.remedy.id} any more.`] };
  const startedAt = cluster.clock.now();
  const applied = await bringAbout({ record, decision, cluster, house, context });
  if ('is' in applied) return applied;
  const { done } = applied;
  if (applied.stopped !== undefined) {
    const known = done.length === 0 ? 'nothing-done' : 'stopped';
    // Nobody may read "nothing was done" where a change may have arrived.
    const outcome = applied.unclear === true ? 'unknown' : known;
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
  const proving = {
    proposal,
    before: record.measured,
    done,
    startedAt,
    cluster,
    signal: context.signal,
    onStage: async (says: string) => stage(proposal.id, decision, says, house),
  };
  const proof = await (remedy === undefined || proposal.undoes !== undefined
    ? proveUndo(proving)
    : prove({ ...proving, proof: remedy.proof }, house));
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
  if (proposal.remedy.how !== 'change') {
    await stage(proposal.id, decision, 'Nothing is changed. The check is asked again until it comes out clear.', house);
    if (proposal.remedy.how === 'manual') await withoutItsButton(proposal, house);
    return { done: [] };
  }
  const applying: Applying = {
    ledger: house.ledger,
    about: { actor: decision.by, cluster: proposal.cluster, run: proposal.run, proposal: proposal.id },
    digest: proposal.digest,
    keepPrior: keeperOf(record, house),
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
  if (proposal.undoes !== undefined) return bringBack(all, proposal.undoes, applying);
  const moved = async (because: readonly string[]): Promise<ProposalState> =>
    voided(decision, [...(await whatBecameOf(proposal, cluster.reader)), ...because]);
  const look = await lookAgain(proposal, cluster, house, context.signal);
  if (look.is === 'clear') return moved(['The same check comes out clear now, so nothing was done.']);
  if (look.is === 'unknown' || look.finding === undefined) {
    return moved([`The cluster could not be looked at again, so nothing was done. ${look.because ?? ''}`.trim()]);
  }
  const offered = look.finding.remedies.find(({ id }) => id === proposal.remedy.id);
  if (offered === undefined || cluster.writer === undefined) {
    return moved([
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
  if (approval.is === 'void') return moved(approval.because);
  const room = await makeRoom(proposal, decision, house, applying.onStage);
  if (room !== true) return voided(decision, [room], 'limits');
  return apply(approval.approved, cluster.writer, applying);
}

/** Adds to what is stored of a step; a worker that begins again after a crash reads the same and stores it again. */
function keeperOf({ proposal, prior = [] }: ProposalRecord, house: House): Applying['keepPrior'] {
  const kept = new Map(prior.map((one) => [one.step, one]));
  return async (one) => {
    kept.set(one.step, one);
    await house.records.updateProposal(proposal.id, { prior: [...kept.values()] });
  };
}

/** Takes a fix back: what is put back is worked out again, and must be what was approved. */
async function bringBack(
  { record, decision, cluster, house }: BringingAbout,
  undone: string,
  applying: Applying,
): Promise<Applied | ProposalState> {
  const { proposal } = record;
  const { writer } = cluster;
  const original = await house.records.proposal(undone);
  if (original === undefined || writer === undefined) {
    return voided(decision, ['The fix to take back is not known any more, or the cluster is only observed now.']);
  }
  const { id, requestedBy } = proposal;
  const fresh = await planUndo(original, { id, requestedBy, now: house.clock.now() }, cluster, house);
  if (fresh.is === 'refused') return voided(decision, fresh.because);
  const approval = approve(proposal, decision, fresh.proposal, house.clock.now(), record.approvals);
  if (approval.is === 'void') return voided(decision, approval.because);
  const room = await makeRoom(proposal, decision, house, applying.onStage);
  if (room !== true) return voided(decision, [room], 'limits');
  return apply(approval.approved, writer, applying);
}

function voided(decision: Decision, because: readonly string[], by?: 'rules' | 'limits'): ProposalState {
  return { is: 'void', decision, because: [...because], ...(by === undefined ? {} : { by }) };
}

/** A fix that helped may have to be made permanent; one that was taken back has not. */
async function settleMitigations(proposalId: string, house: House): Promise<void> {
  const record = await house.records.proposal(proposalId);
  if (record === undefined) return;
  await openMitigation(record, remedyOf(record.proposal, house)?.mitigation, house);
  await closeUndone(record, house);
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

/** The message of a finding, with a fix that was done by hand no longer to press. */
async function withoutItsButton(proposal: Proposal, house: House): Promise<void> {
  const run = await house.records.run(proposal.run);
  if (run !== undefined) await showFindings(run, house);
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
    detail: {
      digest: proposal.digest,
      outcome: proof.outcome,
      says: proof.says,
      before: proof.before,
      after: proof.after,
    },
  });
}
