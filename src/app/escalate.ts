import { sayDuration } from '../core/duration.ts';
import { escalatesAfter } from '../core/escalation.ts';
import type { ProposalRecord } from '../core/record.ts';
import { freezeOn } from './frozen.ts';
import { type House, policyOf, registrationOf } from './house.ts';
import { proposalKey, showProposal, threadOf } from './show.ts';

/**
 * Puts every offer that has waited too long for an approval before the second group of its policy: from then on they
 * may approve too, and are mentioned once in its thread. That it is so is stored first; an escalation whose ledger
 * entry or message a crash has kept back is made up for the next time.
 */
export async function escalateProposals(house: House): Promise<void> {
  for (const id of await house.records.offered()) {
    const record = await house.records.proposal(id);
    if (record === undefined || !(await isDue(record, house))) continue;
    const isNew = await house.records.escalate(id, house.clock.now());
    // Decided meanwhile.
    if (!isNew && record.escalatedAt === undefined) continue;
    await writeOnce(record, house);
    await house.queue.add('notify', `proposal/${id}/escalated`, { show: 'escalation', proposal: id });
  }
}

/** While its cluster is frozen nobody could approve it, so nobody is called for it. */
async function isDue({ proposal, state, escalatedAt }: ProposalRecord, house: House): Promise<boolean> {
  const { remedy, offeredAt, expiresAt, cluster } = proposal;
  if (state.is !== 'offered' || remedy.how !== 'change' || !remedy.allowed) return false;
  const registration = house.registrations.find(({ name }) => name === cluster);
  if (registration?.mode !== 'remediate') return false;
  const after = escalatesAfter(policyOf(house, registration));
  const now = house.clock.now().getTime();
  if (after === undefined || now < Date.parse(offeredAt) + after || now > Date.parse(expiresAt)) return false;
  return escalatedAt !== undefined || (await freezeOn(cluster, house)) === undefined;
}

async function writeOnce({ proposal }: ProposalRecord, house: House): Promise<void> {
  const entries = await house.ledger.ofProposal(proposal.id);
  if (entries.some(({ event }) => event === 'escalated')) return;
  const { escalateTo, escalateAfter } = policyOf(house, registrationOf(house, proposal.cluster));
  await house.ledger.append({
    at: house.clock.now().toISOString(),
    event: 'escalated',
    actor: 'cluster-triage',
    cluster: proposal.cluster,
    run: proposal.run,
    proposal: proposal.id,
    detail: { to: escalateTo, after: escalateAfter },
  });
}

/** Mentions the second group under the card, once; when somebody has decided meanwhile, nobody is called any more. */
export async function showEscalation(id: string, house: House): Promise<void> {
  const record = await house.records.proposal(id);
  const run = record === undefined ? undefined : await house.records.run(record.proposal.run);
  if (record === undefined || run === undefined) return;
  await showProposal(id, house);
  const { proposal, state, escalatedAt } = record;
  if (state.is !== 'offered' || escalatedAt === undefined) return;
  await house.chat.show({
    key: `${proposalKey(id)}/escalated`,
    channel: run.request.place.channel,
    under: threadOf(run),
    screen: {
      screen: 'escalation',
      to: policyOf(house, registrationOf(house, proposal.cluster)).escalateTo,
      waited: sayDuration(Date.parse(escalatedAt) - Date.parse(proposal.offeredAt)),
      does: proposal.remedy.does,
      cluster: proposal.cluster,
      environment: proposal.environment,
      expiresAt: proposal.expiresAt,
      link: await house.chat.linkTo(proposalKey(id)),
    },
  });
}
