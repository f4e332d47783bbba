import { existsSync } from 'node:fs';
import { readJournal } from '../../src/adapters/simulated/journal.ts';
import { chainStart, firstBroken, type LedgerEntry } from '../../src/core/ledger-entry.ts';
import { keyOf } from '../kill/thread.ts';
import type { ChaoticHouse } from './house.ts';
import type { Played } from './player.ts';

/** What may never happen, however often, and what came of everything. */
export type Figures = {
  readonly changesTwice: number;
  readonly changesMissing: number;
  readonly approvalsLost: number;
  readonly finalPostsMissing: number;
  readonly postsDoubled: number;
  readonly ledgerBroken: number;
  readonly outcomes: Readonly<Record<string, number>>;
  /** Whole sentences, for whoever looks into a failure. */
  readonly problems: readonly string[];
};

/** Counts from outside the house: the journals of the clusters, the messages of the workspace, the ledger. */
export async function figuresOf(
  house: ChaoticHouse,
  played: readonly Played[],
  channels: readonly string[],
): Promise<Figures> {
  const entries: LedgerEntry[] = [];
  for await (const entry of house.ledger.read()) entries.push(entry);
  const problems = played.flatMap((one) => one.problems);
  const outcomes: Record<string, number> = {};
  let [changesTwice, changesMissing, approvalsLost] = [0, 0, 0];
  for (const { cluster, proposal } of played) {
    const journal = house.journalOf(cluster);
    const made = existsSync(journal) ? readJournal(journal).length : 0;
    const state = proposal === '' ? undefined : (await house.records.proposal(proposal))?.state;
    const outcome = state?.is === 'done' ? state.proof.outcome : (state?.is ?? 'not there');
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    if (made > 1) {
      changesTwice += 1;
      problems.push(`${cluster}: ${made} changes were made.`);
    }
    if (made === 0 && outcome === 'resolved') changesMissing += 1;
    const approved = entries.some(
      (entry) => entry.proposal === proposal && entry.event === 'decided' && entry.detail['is'] === 'approved',
    );
    if (approved && state?.is !== 'done' && state?.is !== 'void') approvalsLost += 1;
  }
  const keys = channels.flatMap((channel) => house.workspace.messages(channel).flatMap((one) => keyOf(one) ?? []));
  const doubled = keys.filter((key, index) => keys.indexOf(key) !== index);
  problems.push(...doubled.map((key) => `Posted more than once: ${key}.`));
  const posted = new Set(keys);
  const missing = played.filter(
    ({ run, proposal }) =>
      !posted.has(`run/${run}`) || !posted.has(`run/${run}/verdicts`) || !posted.has(`proposal/${proposal}`),
  );
  const unended = played.filter((one) => one.problems.length > 0);
  return {
    changesTwice,
    changesMissing,
    approvalsLost,
    finalPostsMissing: new Set([...missing, ...unended]).size,
    postsDoubled: doubled.length,
    ledgerBroken: firstBroken(entries, { sequence: 0, hash: chainStart }) === undefined ? 0 : 1,
    outcomes,
    problems,
  };
}
