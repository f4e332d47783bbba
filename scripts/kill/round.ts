import { setTimeout as sleep } from 'node:timers/promises';
import { type HouseUnderFire, until } from './house.ts';
import type { Moment } from './moments.ts';
import { channel, followThread, keyOf } from './thread.ts';
import { type Posted, postedIn, problemsOf, type Round } from './verify.ts';

const approve = 'button:approve';
const restartAfterMilliseconds = 1000;
const overWithinMilliseconds = 180_000;

/** One line of the table. */
export type Outcome = {
  readonly what: 'run' | 'fix';
  readonly house: string;
  readonly cluster: string;
  readonly moment: string;
  /** What had been posted when the worker was killed, and after how long. */
  readonly killedAt: string;
  /** Seconds from the kill to the end of everything. */
  readonly overAfter: number;
  readonly problems: readonly string[];
};

/** How a round goes that nobody disturbs: how long it takes, in milliseconds, and what it posts. */
export type Rehearsal = { readonly run: number; readonly fix: number; readonly posted: Posted };

type Begun = Omit<Round, 'run'>;

async function begin(house: HouseUnderFire): Promise<Begun> {
  let ledgerBefore = 0;
  for await (const entry of house.ledger.read()) ledgerBefore = entry.sequence;
  return {
    house,
    thread: followThread(house.workspace),
    changesBefore: house.cluster.changes().length,
    failedBefore: await house.failedJobs(),
    ledgerBefore,
  };
}

/** Asks for a run; the bot answers once the job is stored. */
async function ask({ house: { workspace } }: Begun): Promise<void> {
  const before = workspace.ephemerals('U0ANACHEN1').length;
  await workspace.as('ana').command('/triage', 'subnet prod-sh', { channel });
  await workspace.waitFor(() => workspace.ephemerals('U0ANACHEN1').length > before, {
    withinMs: 10_000,
    what: 'an answer to the command',
  });
}

async function approveCard({ house, thread }: Begun): Promise<void> {
  const card = thread.openCard();
  if (card === undefined) throw new Error('There is no card to approve.');
  await house.workspace.as('bo').press({ messageTs: card.ts, channel, actionId: approve });
}

/** Everything is over when nothing waits any more and the run, and where it was approved the fix, has its end. */
async function awaitEnd(begun: Begun, what: 'run' | 'fix'): Promise<Round> {
  const { house, thread } = begun;
  let run = '';
  const isOver = async (): Promise<boolean> => {
    const [root] = thread.roots();
    run = (root === undefined ? undefined : keyOf(root))?.replace(/^run\//, '') ?? '';
    const record = await house.records.run(run);
    if (record?.state !== 'finished') return false;
    const [id = ''] = record.proposals;
    const state = (await house.records.proposal(id))?.state.is;
    if (what === 'fix' && state !== 'done' && state !== 'void') return false;
    return (await house.unfinishedJobs()) === 0;
  };
  await until(`the ${what} is over`, isOver, overWithinMilliseconds);
  return { ...begun, run };
}

/** Plays one run and one fix without a kill. */
export async function rehearse(house: HouseUnderFire): Promise<Rehearsal> {
  const begun = await begin(house);
  const asked = performance.now();
  await ask(begun);
  const { run: id } = await awaitEnd(begun, 'run');
  const run = performance.now() - asked;
  const posted = postedIn(begun.thread, id);
  if (house.cluster.reset === undefined) return { run, fix: 0, posted };
  const approved = performance.now();
  await approveCard(begun);
  await awaitEnd(begun, 'fix');
  const fix = performance.now() - approved;
  await house.cluster.reset();
  return { run, fix, posted };
}

/** Plays one round in which the worker is killed at a moment, and says what came of it. */
export async function playRound(
  house: HouseUnderFire,
  what: 'run' | 'fix',
  moment: Moment,
  expected: Posted,
): Promise<Outcome> {
  const begun = await begin(house);
  const { thread } = begun;
  const line = { what, house: house.name, cluster: house.cluster.is, moment: moment.name };
  let killed = performance.now();
  let killedAt = 'never';
  try {
    await ask(begun);
    if (what === 'fix') {
      await awaitEnd(begun, 'run');
      await approveCard(begun);
    }
    const from = performance.now();
    await moment.arrives(begun);
    await house.killWorker();
    killed = performance.now();
    const changes = house.cluster.changes().length - begun.changesBefore;
    const seconds = ((killed - from) / 1000).toFixed(2);
    killedAt = `${seconds} s, ${thread.messages().length} posted${what === 'fix' ? `, ${changes} changed` : ''}`;
    await sleep(restartAfterMilliseconds);
    await house.startWorker();
    const round = await awaitEnd(begun, what);
    const overAfter = (performance.now() - killed) / 1000;
    return { ...line, killedAt, overAfter, problems: await problemsOf(round, what, expected) };
  } catch (error) {
    const problems = [error instanceof Error ? error.message : String(error), ...lastWords(house)];
    return { ...line, killedAt, overAfter: (performance.now() - killed) / 1000, problems };
  } finally {
    await house.cluster.reset?.();
  }
}

function lastWords(house: HouseUnderFire): string[] {
  return house.said().trim().split('\n').slice(-5);
}
