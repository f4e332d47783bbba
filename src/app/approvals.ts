import { sayDuration } from '../core/duration.ts';
import type { Freeze } from '../core/freeze.ts';
import type { Proposal } from '../core/proposal.ts';
import { freezeOn, sayFreeze } from './frozen.ts';
import type { House } from './house.ts';
import { refusalsToApprove } from './permission.ts';
import { proposalKey, runKey } from './show.ts';

/** An offer that waits for a person: where its card is, and what holds its cluster meanwhile. */
export type Waiting = {
  readonly proposal: Proposal;
  readonly link: string | undefined;
  readonly freeze: Freeze | undefined;
};

/** The offers that a person may approve, those that end first before the others. */
export async function waitingFor(person: string, house: House): Promise<Waiting[]> {
  const waiting: Waiting[] = [];
  for (const id of await house.records.offered()) {
    const record = await house.records.proposal(id);
    if (record === undefined || !house.registrations.some(({ name }) => name === record.proposal.cluster)) continue;
    const { proposal } = record;
    const isOpen = house.clock.now() <= new Date(proposal.expiresAt);
    if (!isOpen || proposal.remedy.how !== 'change' || !proposal.remedy.allowed) continue;
    const refusals = await refusalsToApprove({ proposal, escalatedAt: record.escalatedAt, person }, house);
    if (refusals.length > 0 || record.approvals?.some(({ by }) => by === person)) continue;
    const freeze = await freezeOn(proposal.cluster, house);
    // A card comes a little after its run: until then the thread is where it will be.
    const link = (await house.chat.linkTo(proposalKey(id))) ?? (await house.chat.linkTo(runKey(proposal.run)));
    waiting.push({ proposal, link, freeze });
  }
  return waiting;
}

/** The same as a text that one person reads. */
export async function sayApprovals(person: string, house: House): Promise<string> {
  const waiting = await waitingFor(person, house);
  if (waiting.length === 0) return 'No fix waits for your approval.';
  const now = house.clock.now().getTime();
  const lines = waiting.map(({ proposal, link, freeze }) => {
    const { cluster, environment, remedy, requestedBy, expiresAt } = proposal;
    const held = freeze === undefined ? '' : ` It cannot be approved now: ${sayFreeze(freeze, house.clock.now())}`;
    const where = link === undefined ? '' : ` Its card: ${link}`;
    return `• *${cluster}* (${environment}): ${remedy.does} Asked for by <@${requestedBy}>; the offer ends in ${sayDuration(Date.parse(expiresAt) - now)}.${held}${where}`;
  });
  const count = waiting.length === 1 ? '1 fix waits' : `${waiting.length} fixes wait`;
  return [`${count} for your approval. Open its card to see the exact change before you decide.`, ...lines].join('\n');
}
