import type { Decision } from '../core/approval.ts';
import type { ProposalRecord } from '../core/record.ts';
import type { House } from './house.ts';

/** Writes a decision into the ledger, once: the process that took it may have died before it did. */
export async function writeDecision(
  { proposal }: Pick<ProposalRecord, 'proposal'>,
  decision: Decision,
  house: House,
): Promise<void> {
  const entries = await house.ledger.ofProposal(proposal.id);
  if (entries.some(({ event }) => event === 'decided' || event === 'done-by-hand')) return;
  const byHand = proposal.remedy.how === 'manual';
  await house.ledger.append({
    at: decision.at,
    event: byHand ? 'done-by-hand' : 'decided',
    actor: decision.by,
    cluster: proposal.cluster,
    run: proposal.run,
    proposal: proposal.id,
    detail: { ...(byHand ? { remedy: proposal.remedy.id } : { is: decision.is }), digest: decision.digest },
  });
}
