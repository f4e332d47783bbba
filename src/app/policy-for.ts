import { escalated } from '../core/escalation.ts';
import { type Policy, whoMayApprove } from '../core/policy.ts';
import type { ProposalRecord } from '../core/record.ts';
import { type House, policyOf, registrationOf } from './house.ts';

type Asking = Pick<House, 'policies' | 'registrations'>;

/** The policy that holds for a proposal: that of its cluster, and once it was escalated with more people in it. */
export function policyFor({ proposal, escalatedAt }: ProposalRecord, house: Asking): Policy {
  const policy = policyOf(house, registrationOf(house, proposal.cluster));
  return escalatedAt === undefined ? policy : escalated(policy);
}

/** Who may decide about a proposal, as a sentence for its card. */
export function sayWhoMay(record: ProposalRecord, house: Asking): string {
  if (record.proposal.remedy.how === 'wait') return 'Anybody may start the watch: it changes nothing.';
  return whoMayApprove(policyFor(record, house), registrationOf(house, record.proposal.cluster));
}
