import type { Decision } from '../core/approval.ts';
import type { LedgerEvent } from '../core/ledger-entry.ts';
import type { ProposalRecord } from '../core/record.ts';
import type { House } from './house.ts';

type Told = Pick<House, 'ledger' | 'clock'>;

/** Writes one event about a proposal into the ledger. */
export async function writeAbout(
  { proposal: { id, cluster, run } }: ProposalRecord,
  event: Pick<LedgerEvent, 'event' | 'actor' | 'detail'>,
  house: Told,
): Promise<void> {
  await house.ledger.append({ ...event, at: house.clock.now().toISOString(), cluster, run, proposal: id });
}

/**
 * Writes a decision into the ledger, and beside it that the glass was broken, each unless it stands there: a process
 * may have died between the decision and this, and whoever carries it out writes it then.
 */
export async function writeDecision(record: ProposalRecord, decision: Decision, house: Told): Promise<void> {
  const { is, by, digest, reason, overrides } = decision;
  const entries = await house.ledger.ofProposal(record.proposal.id);
  const stands = (event: LedgerEvent['event']) => entries.some((entry) => entry.event === event);
  if (record.proposal.remedy.how === 'manual') {
    if (stands('done-by-hand')) return;
    const detail = { remedy: record.proposal.remedy.id, digest };
    return writeAbout(record, { event: 'done-by-hand', actor: by, detail }, house);
  }
  if (!stands('decided')) {
    const approvers = (record.approvals ?? []).map((one) => one.by);
    const detail =
      is === 'expired' ? { is, digest } : { is, digest, reason, ...(approvers.length > 1 ? { approvers } : {}) };
    await writeAbout(record, { event: 'decided', actor: by, detail }, house);
  }
  if (overrides !== undefined && !stands('glass-broken')) {
    await writeAbout(record, { event: 'glass-broken', actor: by, detail: { overrides, reason } }, house);
  }
}
