import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { NotPrepared } from '../test/real-cluster/control-plane/build.ts';
import { realCluster, type WitnessedCluster, worldCluster } from './kill/clusters.ts';
import { type HouseUnderFire, startHouse } from './kill/house.ts';
import { type Moment, momentsOfFix, momentsOfRun, seeded, whenChanged, whenHeld } from './kill/moments.ts';
import { type Outcome, playRound, rehearse } from './kill/round.ts';

const say = (sentence: string): unknown => process.stdout.write(`${sentence}\n`);

type Plan = (house: HouseUnderFire, random: () => number) => Promise<Outcome[]>;

async function playAll(
  house: HouseUnderFire,
  what: 'run' | 'fix',
  moments: readonly Moment[],
  rehearsal: Awaited<ReturnType<typeof rehearse>>,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const moment of moments) {
    const outcome = await playRound(house, what, moment, rehearsal.posted);
    process.stderr.write(`House ${house.name}, ${what}: ${moment.name}: ${wordOf(outcome)}.\n`);
    outcomes.push(outcome);
  }
  return outcomes;
}

/** The ten moments of a run, or every second of them. */
const runs =
  (isMine: (at: number) => boolean = () => true): Plan =>
  async (house, random) => {
    const rehearsal = await rehearse(house);
    const moments = momentsOfRun(rehearsal.run, random).filter((_, at) => isMine(at));
    return playAll(house, 'run', moments, rehearsal);
  };

const tenFixes: Plan = async (house, random) => {
  const rehearsal = await rehearse(house);
  return playAll(house, 'fix', momentsOfFix(rehearsal.fix, random), rehearsal);
};

/** A fix on a real cluster is held for a real minute and cannot be taken back, so each house makes one, at its end. */
const thenFixAt =
  (moment: Moment, before: Plan): Plan =>
  async (house, random) => {
    const outcomes = await before(house, random);
    const rehearsal = await rehearse(house);
    return [...outcomes, ...(await playAll(house, 'fix', [moment], rehearsal))];
  };

type Site = {
  readonly name: string;
  readonly open: (folder: string) => Promise<WitnessedCluster>;
  readonly plan: Plan;
};

/** Houses that are played side by side, each with everything of its own. */
async function sites(): Promise<Site[]> {
  const fixes: Site = { name: 'C', open: worldCluster, plan: tenFixes };
  try {
    const first = await realCluster(say);
    say(
      'Runs are killed on real API servers, and two fixes; ten fixes are on a world with a journal, which is faster.',
    );
    return [
      {
        name: 'A',
        open: async () => first,
        plan: thenFixAt(
          whenHeld,
          runs((at) => at % 2 === 0),
        ),
      },
      {
        name: 'B',
        open: async () => realCluster(say),
        plan: thenFixAt(
          whenChanged,
          runs((at) => at % 2 === 1),
        ),
      },
      fixes,
    ];
  } catch (error) {
    if (!(error instanceof NotPrepared)) throw error;
    say(`${error.message} Everything is played on a world with a journal instead.`);
    return [{ name: 'A', open: worldCluster, plan: runs() }, fixes];
  }
}

async function playSite(site: Site, folder: string, seed: number): Promise<Outcome[]> {
  const house = await startHouse(site.name, join(folder, site.name), site.open);
  try {
    return await site.plan(house, seeded(seed));
  } finally {
    await house.stop();
  }
}

const heading = ['', 'house', '', 'cluster', 'killed when', 'which was after', 'over in'];

function tableOf(outcomes: readonly Outcome[]): string[] {
  const rows = outcomes.map((outcome) => [
    wordOf(outcome),
    outcome.house,
    outcome.what,
    outcome.cluster,
    outcome.moment,
    outcome.killedAt,
    `${outcome.overAfter.toFixed(1)} s`,
  ]);
  const widths = heading.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const details = outcomes.map(({ problems }) => problems.map((problem) => `        ${problem}`));
  return [line(heading), ...rows.flatMap((row, index) => [line(row), ...(details[index] ?? [])])];
}

function wordOf({ problems }: Outcome): string {
  return problems.length === 0 ? 'passed' : 'FAILED';
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { seed: { type: 'string' } } });
  const seed = values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed);
  const began = performance.now();
  say(`The seed is ${seed}; the same moments come again with: npm run test:kill -- --seed ${seed}`);
  const folder = await mkdtemp(join(tmpdir(), 'cluster-triage-kill-'));
  try {
    const played = await Promise.allSettled((await sites()).map(async (site) => playSite(site, folder, seed)));
    const outcomes = played.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
    const broken = played.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
    for (const reason of broken) say(reason instanceof Error ? (reason.stack ?? reason.message) : String(reason));
    const failed = outcomes.filter(({ problems }) => problems.length > 0).length + broken.length;
    say(`\n${tableOf(outcomes).join('\n')}\n`);
    say(`It took ${((performance.now() - began) / 1000).toFixed(0)} s.`);
    say(`${outcomes.length + broken.length - failed} passed, ${failed} failed`);
    return failed === 0 ? 0 : 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
process.exitCode = await main();
