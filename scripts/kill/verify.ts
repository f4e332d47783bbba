import { chainStart, firstBroken, type LedgerEntry } from '../../src/core/ledger-entry.ts';
import { hasButton, wordsOf } from '../../test/real-cluster/bot.ts';
import type { HouseUnderFire } from './house.ts';
import { keyOf, type Thread } from './thread.ts';

/** What a round that nobody disturbs posts: keys and names of files, with its own ids left out, sorted. */
export type Posted = { readonly keys: readonly string[]; readonly files: readonly string[] };

export function postedIn(thread: Thread, run: string): Posted {
  // What a fix leaves to be done is posted after it; a run alone is what it is compared with.
  const keys = thread
    .messages()
    .flatMap((message) => keyOf(message) ?? [])
    .filter((key) => !key.startsWith('mitigation/'));
  return {
    keys: keys.map((key) => key.replace(run, 'RUN').replace(/^proposal\/.*/, 'proposal')).sort(),
    files: thread.files().map((name) => name.slice(0, 'evidence'.length)),
  };
}

export type Round = {
  readonly house: HouseUnderFire;
  readonly thread: Thread;
  readonly run: string;
  readonly changesBefore: number;
  readonly failedBefore: number;
  readonly ledgerBefore: number;
};

/** Everything that is not as it would be without the kill, one sentence each. */
export async function problemsOf(round: Round, what: 'run' | 'fix', expected: Posted | undefined): Promise<string[]> {
  return [
    ...problemsOfThread(round, expected),
    ...(await problemsOfRecords(round, what)),
    ...(await problemsOfLedger(round, what)),
  ];
}

function problemsOfThread({ thread, run }: Round, expected: Posted | undefined): string[] {
  const problems: string[] = [];
  const roots = thread.roots();
  if (roots.length !== 1) problems.push(`There are ${roots.length} root messages.`);
  const stray = thread.messages().filter(({ threadTs }) => threadTs !== undefined && threadTs !== roots[0]?.ts);
  if (stray.length > 0) problems.push(`${stray.length} messages are in another thread.`);
  const keys = thread.messages().flatMap((message) => keyOf(message) ?? []);
  const twice = keys.filter((key, index) => keys.indexOf(key) !== index);
  if (twice.length > 0) problems.push(`Posted more than once: ${twice.join(', ')}.`);
  const posted = postedIn(thread, run);
  if (expected !== undefined && JSON.stringify(posted) !== JSON.stringify(expected)) {
    problems.push(`Posted is ${JSON.stringify(posted)}, and without a kill it is ${JSON.stringify(expected)}.`);
  }
  if (thread.cards().length !== 1) problems.push(`There are ${thread.cards().length} cards.`);
  return problems;
}

async function problemsOfRecords(round: Round, what: 'run' | 'fix'): Promise<string[]> {
  const { house, thread, run, changesBefore, failedBefore } = round;
  const problems: string[] = [];
  const record = await house.records.run(run);
  if (record?.state !== 'finished') problems.push(`The run is ${record?.state ?? 'not there'}.`);
  const made = house.cluster.changes().slice(changesBefore);
  const wanted = what === 'run' ? 0 : 1;
  if (made.length !== wanted) problems.push(`${made.length} changes were made, not ${wanted}: ${made.join(', ')}.`);
  const [id = ''] = record?.proposals ?? [];
  const state = (await house.records.proposal(id))?.state;
  const card = thread.cards()[0];
  const root = thread.roots()[0];
  if (what === 'run') {
    if (state?.is !== 'offered') problems.push(`The fix is ${state?.is ?? 'not there'}, not offered.`);
    if (card !== undefined && !hasButton(card, 'approve')) problems.push('The card has no button.');
  } else {
    const outcome = state?.is === 'done' ? state.proof.outcome : state?.is;
    if (outcome !== 'resolved') problems.push(`The fix ended as ${outcome ?? 'nothing'}.`);
    if (card === undefined || !/Resolved on prod-sh/.test(wordsOf(card))) problems.push('The card shows no outcome.');
    if (root === undefined || !/Resolved/.test(wordsOf(root))) problems.push('The root message shows no outcome.');
  }
  const failed = (await house.failedJobs()) - failedBefore;
  if (failed > 0) problems.push(`${failed} jobs were given up.`);
  if ((await house.records.approvedButUnfinished()).length > 0) problems.push('An approved fix is left unfinished.');
  return problems;
}

async function problemsOfLedger({ house, run, ledgerBefore }: Round, what: 'run' | 'fix'): Promise<string[]> {
  const all: LedgerEntry[] = [];
  for await (const entry of house.ledger.read()) all.push(entry);
  const broken = firstBroken(all, { sequence: 0, hash: chainStart });
  const problems = broken === undefined ? [] : [`The ledger is broken at entry ${broken}.`];
  const entries = all.slice(ledgerBefore).filter((entry) => entry.run === run);
  const count = (event: LedgerEntry['event']): number => entries.filter((entry) => entry.event === event).length;
  const once = what === 'run' ? (['requested', 'reported', 'proposed'] as const) : (['decided', 'proved'] as const);
  for (const event of once) {
    if (count(event) < 1) problems.push(`The ledger does not say that it was ${event}.`);
  }
  if (what === 'fix' && count('changed') !== 1) problems.push(`The ledger has ${count('changed')} changes.`);
  return problems;
}
