import { escalated } from '../core/escalation.ts';
import type { Policy } from '../core/policy.ts';
import type { ProposalRecord } from '../core/record.ts';
import { type House, policyOf, registrationOf } from './house.ts';

type Asking = Pick<House, 'policies' | 'registrations'>;

/** The policy that holds for a proposal: that of its cluster, and once it was escalated with more people in it. */
export function policyFor(
  { proposal, escalatedAt }: Pick<ProposalRecord, 'proposal' | 'escalatedAt'>,
  house: Asking,
): Policy {
  const policy = policyOf(house, registrationOf(house, proposal.cluster));
  return escalatedAt === undefined ? policy : escalated(policy);
}
