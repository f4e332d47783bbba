import { parseDuration, sayDuration, sayTime } from '../core/duration.ts';
import type { LedgerEvent } from '../core/ledger-entry.ts';
import type { Mitigation } from '../core/mitigation.ts';
import type { Person } from '../core/person.ts';
import type { ProposalRecord } from '../core/record.ts';
import { ChatRefused } from '../ports/chat.ts';
import { type House, policyOf, registrationOf } from './house.ts';
import { runKey } from './show.ts';

/** Opens a mitigation for a fix that resolved and will not last by itself. Safe to repeat. */
export async function openMitigation(
  { proposal, state }: ProposalRecord,
  permanent: string | undefined,
  house: House,
): Promise<void> {
  if (permanent === undefined || proposal.undoes !== undefined) return;
  if (state.is !== 'done' || state.proof.outcome !== 'resolved') return;
  const run = await house.records.run(proposal.run);
  if (run === undefined || (await house.mitigations.find(proposal.id)) !== undefined) return;
  const now = house.clock.now();
  const { mitigationsDueAfter } = policyOf(house, registrationOf(house, proposal.cluster));
  const mitigation: Mitigation = {
    id: proposal.id,
    run: proposal.run,
    cluster: proposal.cluster,
    does: proposal.remedy.does,
    permanent,
    owner: state.decision.by,
    openedAt: now.toISOString(),
    dueAt: new Date(now.getTime() + (parseDuration(mitigationsDueAfter) ?? 0)).toISOString(),
    place: run.request.place,
  };
  const { owner, dueAt } = mitigation;
  // First the ledger: a worker that dies in between opens it again, and what is listed always stands there.
  await write('mitigation-opened', mitigation, 'cluster-triage', { owner, dueAt, permanent }, house);
  await house.mitigations.open(mitigation);
  await showMitigation(proposal.id, house);
}

/** The key of the message that shows a mitigation. */
export function mitigationKey(id: string): string {
  return `mitigation/${id}`;
}

/** Shows a mitigation in the thread of its fix. */
export async function showMitigation(id: string, house: House): Promise<void> {
  const mitigation = await house.mitigations.find(id);
  if (mitigation === undefined) return;
  await house.chat.show({
    key: mitigationKey(id),
    channel: mitigation.place.channel,
    under: threadOf(mitigation),
    screen: { screen: 'mitigations', mitigations: [mitigation] },
  });
}

function threadOf({ place, run }: Mitigation): { key: string } | { thread: string } {
  return place.thread === undefined ? { key: runKey(run) } : { thread: place.thread };
}

export type Acting = { readonly mitigation: string; readonly by: Person; readonly delivery: string };

const unknown = 'This mitigation is not known here any more.';

/** Somebody takes a mitigation over. */
export async function takeMitigation({ mitigation: id, by, delivery }: Acting, house: House): Promise<string> {
  const before = await house.mitigations.find(id);
  const taken = await house.mitigations.take(id, by.id);
  if (before === undefined || taken === undefined) return unknown;
  if (taken.closed !== undefined) return closedAlready(taken.closed, house);
  if (before.owner === by.id) return `It is yours already. ${due(taken, house)}`;
  await write('mitigation-taken', taken, by.id, { owner: by.id, before: before.owner }, house);
  await announce(id, delivery, house);
  return `It is yours now. ${due(taken, house)}`;
}

/** Somebody says that the fix is permanent now, or needs not to be. */
export async function closeMitigation(
  { mitigation: id, by, delivery, reason }: Acting & { readonly reason: string },
  house: House,
): Promise<string> {
  const closed = { by: by.id, at: house.clock.now().toISOString(), reason };
  const isMine = await house.mitigations.close(id, closed);
  const mitigation = await house.mitigations.find(id);
  if (mitigation?.closed === undefined) return unknown;
  if (!isMine) return closedAlready(mitigation.closed, house);
  await write('mitigation-closed', mitigation, by.id, { reason }, house);
  await announce(id, delivery, house);
  return 'It is done, and not listed any more.';
}

/** A fix that was taken back needs not to be made permanent. Safe to repeat. */
export async function closeUndone({ proposal, state }: ProposalRecord, house: House): Promise<void> {
  if (proposal.undoes === undefined || state.is !== 'done' || state.proof.outcome !== 'undone') return;
  const by = { id: state.decision.by };
  await closeMitigation(
    { mitigation: proposal.undoes, by, delivery: proposal.id, reason: 'The fix was undone.' },
    house,
  );
}

async function announce(id: string, revision: string, house: House): Promise<void> {
  const job = { show: 'mitigation', mitigation: id, revision } as const;
  await house.queue.add('notify', `mitigation/${id}/${revision}`, job);
}

/** Reminds once, in the thread of the fix, of each mitigation that is due. One that cannot be shown holds up no other. */
export async function remindOfMitigations(house: House): Promise<void> {
  const now = house.clock.now();
  for (const mitigation of await house.mitigations.allOpen()) {
    if (mitigation.remindedAt !== undefined || new Date(mitigation.dueAt) > now) continue;
    try {
      await house.chat.show({
        key: `mitigation/${mitigation.id}/due`,
        channel: mitigation.place.channel,
        under: threadOf(mitigation),
        screen: { screen: 'mitigations', mitigations: [mitigation], due: true },
      });
    } catch (error) {
      if (!(error instanceof ChatRefused)) throw error;
      house.onSlip(error);
    }
    await house.mitigations.reminded(mitigation.id, now.toISOString());
  }
}

function due({ dueAt }: Mitigation, house: House): string {
  const now = house.clock.now();
  const left = Date.parse(dueAt) - now.getTime();
  const at = sayTime(new Date(dueAt), now);
  return left > 0 ? `It is due in ${sayDuration(left)}, at ${at}.` : `It was due at ${at}, ${sayDuration(-left)} ago.`;
}

function closedAlready({ by, at, reason }: NonNullable<Mitigation['closed']>, house: House): string {
  return `<@${by}> closed this at ${sayTime(new Date(at), house.clock.now())}: ${reason}`;
}

async function write(
  event: LedgerEvent['event'],
  { id, cluster, run }: Mitigation,
  actor: string,
  detail: Record<string, unknown>,
  house: House,
): Promise<void> {
  await house.ledger.append({ at: house.clock.now().toISOString(), event, actor, cluster, run, proposal: id, detail });
}
