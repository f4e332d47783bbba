import type { Decision } from '../core/approval.ts';
import { parseDuration, sayDuration, sayTime } from '../core/duration.ts';
import type { Person } from '../core/person.ts';
import { type Proposal, proposalDigest } from '../core/proposal.ts';
import type { ProposalRecord, ProposalState, RunRecord } from '../core/record.ts';
import type { ReportedFinding, ReportedRemedy } from '../core/run.ts';
import { QueueUnavailable } from '../ports/queue.ts';
import { findPlaybook } from './catalogue.ts';
import { writeDecision } from './decision-ledger.ts';
import { type House, policyOf, registrationOf } from './house.ts';
import { manualFixId } from './manual-fix-id.ts';
import { measuredBy } from './propose.ts';
import { remedyOf } from './remediate.ts';

export type DoneByHand = { readonly run: string; readonly fix: string; readonly by: Person };

const forgotten = 'This run is not known here any more. Run the playbook again to see whether the fault is gone.';

/**
 * Somebody says that they did a manual fix: the check that found the fault looks again, as after a fix of the house.
 * Said twice, or by two people at once, it is proved once. Whoever may see the finding may say so, since it only looks.
 */
export async function doneByHand({ run, fix, by }: DoneByHand, house: House): Promise<string> {
  const record = await house.records.run(run);
  const found = record === undefined ? undefined : findManualFix(record, fix);
  if (record === undefined || found === undefined) return forgotten;
  const proposal = asProposal(record, found, house);
  const measured = record.report === undefined ? [] : measuredBy(record.report, proposal.check);
  const stored = await house.records.createProposal({ proposal, state: { is: 'offered' }, measured });
  await house.records.addProposal(run, fix);
  const decision: Decision = {
    proposal: fix,
    digest: stored.proposal.digest,
    is: 'approved',
    by: by.id,
    at: house.clock.now().toISOString(),
  };
  const claim = await house.records.decide(fix, decision);
  if (!claim.claimed) return saidAlready(claim.state, house.clock.now());
  await writeDecision(stored, decision, house);
  return startProof(stored, record, by, house);
}

type ManualFix = { readonly finding: ReportedFinding; readonly remedy: ReportedRemedy };

function findManualFix({ report }: RunRecord, fix: string): ManualFix | undefined {
  for (const finding of report?.findings ?? []) {
    const remedy = finding.remedies.find(
      ({ manual, id }) => manual && manualFixId(report?.run.id ?? '', finding, id) === fix,
    );
    if (remedy !== undefined) return { finding, remedy };
  }
  return undefined;
}

function asProposal({ request }: RunRecord, { finding, remedy }: ManualFix, house: House): Proposal {
  const { id, version } = findPlaybook(house.catalogue, request.playbook);
  const registration = registrationOf(house, request.cluster);
  const now = house.clock.now();
  const expiresAfter = parseDuration(policyOf(house, registration).expiresAfter) ?? 0;
  const bound = {
    playbook: { id, version },
    cluster: request.cluster,
    code: finding.code,
    about: finding.about,
    remedy,
    dryRuns: [],
  };
  return {
    ...bound,
    id: manualFixId(request.run, finding, remedy.id),
    run: request.run,
    environment: registration.environment,
    target: request.target,
    check: finding.check,
    says: finding.says,
    digest: proposalDigest(bound),
    requestedBy: request.requestedBy.id,
    offeredAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + expiresAfter).toISOString(),
  };
}

async function startProof(record: ProposalRecord, run: RunRecord, by: Person, house: House): Promise<string> {
  const { proposal } = record;
  const seconds = remedyOf(proposal, house)?.proof.withinSeconds ?? 0;
  try {
    await house.queue.add('remediate', `proposal/${proposal.id}`, {
      proposal: proposal.id,
      by,
      place: run.request.place,
    });
  } catch (error) {
    if (!(error instanceof QueueUnavailable)) throw error;
    return 'It is recorded that you did this. The queue does not answer at the moment; the check looks again when it is back.';
  }
  return `It is recorded that you did this. The same check looks again now, for up to ${sayDuration(seconds * 1000)}; what comes of it stands in this thread.`;
}

function saidAlready(state: ProposalState, now: Date): string {
  if (state.is === 'offered') return 'This is being recorded. Look at the thread in a moment.';
  const { decision } = state;
  if (decision.is !== 'approved') return 'It is too late to say so here. Run the playbook again for a new look.';
  const said = `<@${decision.by}> said at ${sayTime(new Date(decision.at), now)} that this is done.`;
  return state.is === 'done' || state.is === 'void'
    ? `${said} What came of it stands in this thread; run the playbook again for a new look.`
    : `${said} The check is looking again.`;
}
