import type { Decision } from '../core/approval.ts';
import { sayTime } from '../core/duration.ts';
import type { Person } from '../core/person.ts';
import { mayApprove, type Policy } from '../core/policy.ts';
import type { ProposalRecord, ProposalState } from '../core/record.ts';
import { QueueUnavailable } from '../ports/queue.ts';
import { type House, policyOf, registrationOf } from './house.ts';

export type Deciding = { readonly proposal: string; readonly by: Person } & (
  | { readonly is: 'approved' }
  | { readonly is: 'denied'; readonly reason: string }
);

/** Every decision gets exactly one outcome and a sentence for the person who made it. */
export type Decided = { readonly taken: boolean; readonly says: string };

/**
 * Takes a person's decision about a proposal: whether they may, whether it is still open, who was faster. The
 * decision is claimed atomically before its job is stored; `resumeApproved` finds it should the job get lost.
 */
export async function decide(deciding: Deciding, house: House): Promise<Decided> {
  const record = await house.records.proposal(deciding.proposal);
  if (record === undefined) {
    return { taken: false, says: 'This fix is not known here any more. Run the playbook again for a new plan.' };
  }
  const refusal = await refusalOf(record, deciding, house);
  if (refusal !== undefined) {
    await write(
      'refused',
      record,
      deciding.by.id,
      { wanted: deciding.is, digest: record.proposal.digest, because: refusal },
      house,
    );
    return { taken: false, says: refusal };
  }
  const decision = decisionOf(record, deciding, house);
  const claim = await house.records.decide(deciding.proposal, decision);
  if (!claim.claimed) return { taken: false, says: standsAlready(claim.state, house.clock.now()) };
  await write(
    'decided',
    record,
    deciding.by.id,
    { is: decision.is, digest: decision.digest, reason: decision.reason },
    house,
  );
  return { taken: true, says: await handOver(record, decision, deciding.by, house) };
}

async function refusalOf(record: ProposalRecord, deciding: Deciding, house: House): Promise<string | undefined> {
  const { proposal, state } = record;
  if (state.is !== 'offered') return standsAlready(state, house.clock.now());
  if (house.clock.now() > new Date(proposal.expiresAt)) {
    return `This offer expired at ${sayTime(new Date(proposal.expiresAt), house.clock.now())}. Run the playbook again for a new plan.`;
  }
  const registration = registrationOf(house, proposal.cluster);
  if (deciding.is === 'approved' && registration.mode !== 'remediate') {
    return `The cluster ${proposal.cluster} is registered to be observed only.`;
  }
  if (deciding.is === 'approved' && !proposal.remedy.allowed)
    return 'A guard refuses this fix, so it cannot be approved.';
  if (proposal.remedy.how === 'wait') return undefined;
  const policy = policyOf(house, registration);
  const groups = await groupsOf(deciding.by.id, policy, house);
  const may = mayApprove(policy, {
    policyName: registration.policy,
    environment: registration.environment,
    // Whoever asked may always turn the fix down.
    requestedBy: deciding.is === 'approved' ? proposal.requestedBy : '',
    person: deciding.by.id,
    groups,
  });
  return may === true ? undefined : may;
}

async function groupsOf(person: string, policy: Policy, house: House): Promise<string[]> {
  const members = await Promise.all(
    policy.approverGroups.map(async (group) => ({ group, people: await house.chat.membersOf(group) })),
  );
  return members.filter(({ people }) => people.includes(person)).map(({ group }) => group);
}

function decisionOf(record: ProposalRecord, deciding: Deciding, house: House): Decision {
  return {
    proposal: record.proposal.id,
    digest: record.proposal.digest,
    is: deciding.is,
    by: deciding.by.id,
    at: house.clock.now().toISOString(),
    ...(deciding.is === 'denied' ? { reason: deciding.reason } : {}),
  };
}

async function handOver(record: ProposalRecord, decision: Decision, by: Person, house: House): Promise<string> {
  const { id } = record.proposal;
  try {
    await house.queue.add('notify', `proposal/${id}/${decision.is}`, {
      show: 'proposal',
      proposal: id,
      revision: decision.is,
    });
    if (decision.is !== 'approved') return 'You turned this fix down. Nothing was changed.';
    await queueRemediation(record, by, house);
    return `You approved: ${record.proposal.remedy.does} It starts now, in this thread.`;
  } catch (error) {
    if (!(error instanceof QueueUnavailable)) throw error;
    return 'Your decision is recorded. The queue does not answer at the moment; it goes on by itself when it is back.';
  }
}

async function queueRemediation(record: ProposalRecord, by: Person, house: House): Promise<void> {
  const run = await house.records.run(record.proposal.run);
  if (run === undefined) return;
  const { id } = record.proposal;
  await house.queue.add('remediate', `proposal/${id}`, { proposal: id, by, place: run.request.place });
}

/** Stores the jobs of approved fixes again, in case a crash came between the decision and its job. */
export async function resumeApproved(house: House): Promise<void> {
  for (const id of await house.records.approvedButUnfinished()) {
    const record = await house.records.proposal(id);
    if (record === undefined || record.state.is === 'offered') continue;
    await queueRemediation(record, { id: record.state.decision.by }, house);
  }
}

/** Closes offers whose time is over. That nobody answered is recorded as expired, never as a refusal. */
export async function expireProposals(house: House): Promise<void> {
  for (const id of await house.records.expired(house.clock.now())) {
    const record = await house.records.proposal(id);
    if (record === undefined) continue;
    const decision: Decision = {
      proposal: id,
      digest: record.proposal.digest,
      is: 'expired',
      by: 'cluster-triage',
      at: house.clock.now().toISOString(),
    };
    const claim = await house.records.decide(id, decision);
    if (!claim.claimed) continue;
    await write('decided', record, 'cluster-triage', { is: 'expired', digest: decision.digest }, house);
    await house.queue.add('notify', `proposal/${id}/expired`, { show: 'proposal', proposal: id, revision: 'expired' });
  }
}

function standsAlready(state: ProposalState, now: Date): string {
  if (state.is === 'offered') return 'This fix is still open.';
  const { decision } = state;
  if (decision.is === 'expired') return 'This offer has expired. Run the playbook again for a new plan.';
  const decided = `<@${decision.by}> ${decision.is} this fix at ${sayTime(new Date(decision.at), now)}.`;
  return state.is === 'decided'
    ? decided
    : `${decided} It is ${state.is === 'applying' ? 'being carried out' : 'over'}.`;
}

async function write(
  event: 'decided' | 'refused',
  record: ProposalRecord,
  actor: string,
  detail: Record<string, unknown>,
  house: House,
): Promise<void> {
  const { id, cluster, run } = record.proposal;
  await house.ledger.append({ at: house.clock.now().toISOString(), event, actor, cluster, run, proposal: id, detail });
}
