import type { Decision } from '../core/approval.ts';
import { sayTime } from '../core/duration.ts';
import type { Person } from '../core/person.ts';
import type { Refusal } from '../core/policy.ts';
import type { ProposalRecord, ProposalState } from '../core/record.ts';
import type { Review } from '../core/review.ts';
import { QueueUnavailable } from '../ports/queue.ts';
import { writeAbout, writeDecision } from './decision-ledger.ts';
import { refusalByFreeze } from './frozen.ts';
import { type House, registrationOf } from './house.ts';
import { judgeGlass, refusalsToApprove, refusalToDeny, roleRefusal } from './permission.ts';
import { policyFor } from './policy-for.ts';

export type Deciding = { readonly proposal: string; readonly by: Person } & (
  | {
      readonly is: 'approved';
      /** The written reason of somebody who breaks the glass: rules are overridden, and a review is opened. */
      readonly breakGlass?: string;
    }
  | { readonly is: 'denied'; readonly reason: string }
);

/** Every decision gets exactly one outcome and a sentence for the person who made it. */
export type Decided = { readonly taken: boolean; readonly says: string };

/**
 * Takes a person's decision about a proposal: whether they may, whether it is still open, who was faster, and whether
 * more approvals are wanted. The decision is claimed atomically before its job is stored; `resumeApproved` finds it
 * should the job get lost.
 */
export async function decide(deciding: Deciding, house: House): Promise<Decided> {
  const record = await house.records.proposal(deciding.proposal);
  if (record === undefined) {
    // An old card whose record is no longer kept, or a value that we never put on a button.
    const detail = { person: deciding.by.id, value: JSON.stringify(deciding.proposal.slice(0, 80)) };
    house.onNotice?.('Somebody decided about a fix that is not known here; nothing was done.', detail);
    return { taken: false, says: 'This fix is not known here any more. Run the playbook again for a new plan.' };
  }
  const refusal = await refusalOf(record, deciding, house);
  if (refusal !== undefined) return refuse(record, deciding, refusal, house);
  if (deciding.is === 'approved') {
    return deciding.breakGlass === undefined
      ? collect(record, deciding, house)
      : breakGlass(record, deciding, deciding.breakGlass, house);
  }
  return claim(record, decisionOf(record, deciding, house), deciding.by, house);
}

async function refuse(record: ProposalRecord, deciding: Deciding, refusal: Refusal, house: House): Promise<Decided> {
  const { rule, says } = refusal;
  const detail = { wanted: deciding.is, rule, because: says };
  await writeAbout(record, { event: 'refused', actor: deciding.by.id, detail }, house);
  return { taken: false, says };
}

/** Records the one decision, when nobody was faster, and hands it over. */
async function claim(
  record: ProposalRecord,
  decision: Decision,
  by: Person,
  house: House,
  review?: Review,
): Promise<Decided> {
  const claimed = await house.records.decide(record.proposal.id, decision, review);
  if (!claimed.claimed) return { taken: false, says: standsAlready(claimed.state, house.clock.now()) };
  return decided(record, decision, by, house);
}

async function decided(record: ProposalRecord, decision: Decision, by: Person, house: House): Promise<Decided> {
  await writeDecision(record, decision, house);
  return { taken: true, says: await handOver(record, decision, by, house) };
}

/** Counts one approval; the last one that the policy wants is the decision. */
async function collect(record: ProposalRecord, deciding: Deciding, house: House): Promise<Decided> {
  const { proposal } = record;
  const wanted = proposal.remedy.how === 'wait' ? 1 : policyFor(record, house).approvals;
  const decision = decisionOf(record, deciding, house);
  const collected = await house.records.approve(proposal.id, decision, wanted);
  if (collected.is === 'over') return { taken: false, says: standsAlready(collected.state, house.clock.now()) };
  if (collected.is === 'decided') {
    // With everybody who approved meanwhile, for the ledger.
    return decided((await house.records.proposal(proposal.id)) ?? record, decision, deciding.by, house);
  }
  const { given } = collected;
  const isNew = collected.is === 'counted';
  if (isNew) {
    const detail = { given, wanted, digest: decision.digest };
    await writeAbout(record, { event: 'approved-in-part', actor: deciding.by.id, detail }, house);
  }
  const shown = await showLater(proposal.id, `approval/${given}`, house);
  const so = isNew
    ? `Your approval is counted: ${given} of ${wanted}.`
    : `You have approved this already: ${given} of ${wanted} approvals are there, and one person counts once.`;
  return { taken: isNew, says: `${so} Another person has to approve before anything is done.${shown}` };
}

/** Overrides what stands in the way, says so loudly, and opens a review that another person has to close. */
async function breakGlass(record: ProposalRecord, deciding: Deciding, reason: string, house: House): Promise<Decided> {
  const judged = await judgeGlass(record, deciding.by.id, house);
  if (!judged.may) return refuse(record, deciding, judged.refusal, house);
  const { proposal } = record;
  const overrides = [...new Set(judged.overridden.map(({ rule }) => rule))];
  const decision: Decision = { ...decisionOf(record, deciding, house), reason, overrides };
  const review: Review = {
    proposal: proposal.id,
    run: proposal.run,
    cluster: proposal.cluster,
    environment: proposal.environment,
    does: proposal.remedy.does,
    by: decision.by,
    at: decision.at,
    reason,
    overridden: judged.overridden.map(({ says }) => says),
  };
  return claim(record, decision, deciding.by, house, review);
}

async function refusalOf(record: ProposalRecord, deciding: Deciding, house: House): Promise<Refusal | undefined> {
  const { proposal, state } = record;
  const now = house.clock.now();
  if (state.is !== 'offered') return { rule: 'offer', says: standsAlready(state, now) };
  if (now > new Date(proposal.expiresAt)) {
    const says = `This offer expired at ${sayTime(new Date(proposal.expiresAt), now)}. Run the playbook again for a new plan.`;
    return { rule: 'offer', says };
  }
  const person = deciding.by.id;
  const { environment, mode } = registrationOf(house, proposal.cluster);
  if (deciding.is === 'denied') return refusalToDeny({ proposal, escalatedAt: record.escalatedAt, person }, house);
  if (mode !== 'remediate') {
    return { rule: 'mode', says: `The cluster ${proposal.cluster} is registered to be observed only.` };
  }
  if (!proposal.remedy.allowed) {
    return { rule: 'guard', says: 'A guard refuses this fix, so it cannot be approved.' };
  }
  if (proposal.remedy.how === 'wait') {
    if (deciding.breakGlass === undefined) return roleRefusal('watch', person, environment, house);
    return { rule: 'break-glass', says: 'Nothing is changed by watching, so there is no glass to break.' };
  }
  const frozen = await refusalByFreeze(proposal, house);
  const held: Refusal | undefined = frozen === undefined ? undefined : { rule: 'freeze', says: frozen };
  // Who breaks the glass is judged by other rules, together with what there is to override; no glass lifts a freeze.
  if (deciding.breakGlass !== undefined) return held;
  const [first] = await refusalsToApprove({ proposal, escalatedAt: record.escalatedAt, person }, house);
  if (first === undefined) return held;
  const glass = await judgeGlass(record, person, house);
  const hint = glass.may ? ' You may break the glass with a written reason: the button is on the card.' : '';
  return { ...first, says: `${first.says}${hint}` };
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
  const away =
    'Your decision is recorded. The queue does not answer at the moment; it goes on by itself when it is back.';
  if ((await showLater(id, decision.is, house)) !== '') return away;
  try {
    if (decision.is !== 'approved') return 'You turned this fix down. Nothing was changed.';
    if (decision.overrides !== undefined) {
      await house.queue.add('notify', `review/${id}`, { show: 'review', proposal: id, revision: 'opened' });
    }
    await queueRemediation(record, by, house);
  } catch (error) {
    if (!(error instanceof QueueUnavailable)) throw error;
    return away;
  }
  const done = `You approved: ${record.proposal.remedy.does} It starts now, in this thread.`;
  return decision.overrides === undefined
    ? done
    : `You broke the glass. ${done} The thread says so, and the review stays open until another person closes it.`;
}

/** Has a card shown again; gives back what to say when that has to wait. */
async function showLater(proposal: string, revision: string, house: House): Promise<string> {
  try {
    await house.queue.add('notify', `proposal/${proposal}/${revision}`, { show: 'proposal', proposal, revision });
    return '';
  } catch (error) {
    if (!(error instanceof QueueUnavailable)) throw error;
    return ' The queue does not answer at the moment, so the card shows it later.';
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
    await writeDecision(record, decision, house);
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
