import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Figures, figuresOf } from './chaos/figures.ts';
import { type ChaoticHouse, startChaoticHouse } from './chaos/house.ts';
import { type Played, play } from './chaos/player.ts';
import { seeded } from './kill/moments.ts';

const say = (sentence: string): unknown => process.stdout.write(`${sentence}\n`);

/** Milliseconds between two kills, and between a kill and the new start. */
const betweenKills = { least: 400, most: 4_000 };
const downFor = { least: 0, most: 1_500 };
const gatewayShare = 0.2;

type Kills = Record<string, number>;

/** Kills a process at random moments, and starts it again, until told to stop. */
async function killAtRandom(house: ChaoticHouse, random: () => number, isOver: () => boolean): Promise<Kills> {
  const kills: Kills = { gateway: 0, worker: 0 };
  const between = ({ least, most }: { least: number; most: number }): number => least + random() * (most - least);
  while (!isOver()) {
    await sleep(between(betweenKills));
    const role = random() < gatewayShare ? 'gateway' : 'worker';
    const candidates = house.processes.filter((one) => one.role === role);
    const chosen = candidates[Math.floor(random() * candidates.length)];
    if (chosen === undefined || isOver()) continue;
    await chosen.kill();
    kills[role] = (kills[role] ?? 0) + 1;
    await sleep(between(downFor));
    await chosen.start();
  }
  return kills;
}

async function playAll(
  house: ChaoticHouse,
  clusters: readonly string[],
  channels: readonly string[],
): Promise<Played[]> {
  const waiting = [...clusters];
  const played: Played[] = [];
  const inChannel = async (channel: string): Promise<void> => {
    for (let cluster = waiting.shift(); cluster !== undefined; cluster = waiting.shift()) {
      played.push(await play(house, channel, cluster));
      if (played.length % 25 === 0) process.stderr.write(`${played.length} of ${clusters.length} runs are over.\n`);
    }
  };
  await Promise.all(channels.map(inChannel));
  return played;
}

function report(played: readonly Played[], kills: Kills, figures: Figures, seconds: number): number {
  const again = (pick: (one: Played) => number): number => played.reduce((sum, one) => sum + Math.max(0, pick(one)), 0);
  const outcomes = Object.entries(figures.outcomes).map(([outcome, count]) => `${count} ${outcome}`);
  for (const problem of figures.problems.slice(0, 40)) say(problem);
  say(`\n${played.length} runs with an approved fix each, in ${seconds.toFixed(0)} s: ${outcomes.join(', ')}`);
  say(`Killed with kill -9: ${kills['worker']} times a worker, ${kills['gateway']} times the gateway`);
  say(
    `Typed again for want of an answer: ${again((one) => one.askedAgain)}; pressed again: ${again((one) => one.pressedAgain)}`,
  );
  say(`Changes applied twice: ${figures.changesTwice}`);
  say(`Changes said to be made and not made: ${figures.changesMissing}`);
  say(`Approvals lost: ${figures.approvalsLost}`);
  say(`Final posts missing: ${figures.finalPostsMissing}`);
  say(`Posts doubled: ${figures.postsDoubled}`);
  say(`Ledger broken: ${figures.ledgerBroken}`);
  const { changesTwice, changesMissing, approvalsLost, finalPostsMissing, postsDoubled, ledgerBroken } = figures;
  const wrong = changesTwice + changesMissing + approvalsLost + finalPostsMissing + postsDoubled + ledgerBroken;
  const failed = Math.min(played.length, wrong);
  say(`${played.length - failed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      runs: { type: 'string', default: '1000' },
      'at-once': { type: 'string', default: '8' },
    },
  });
  const seed = values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed);
  const [runs, atOnce] = [Number(values.runs), Number(values['at-once'])];
  say(`The seed is ${seed}; the same kills are drawn again with: npm run chaos -- --seed ${seed} --runs ${runs}`);
  const clusters = Array.from({ length: runs }, (_, index) => `c${String(index + 1).padStart(4, '0')}`);
  const channels = Array.from({ length: atOnce }, (_, index) => `chaos-${index + 1}`);
  const folder = await mkdtemp(join(tmpdir(), 'cluster-triage-chaos-'));
  const house = await startChaoticHouse(folder, clusters, channels);
  try {
    const began = performance.now();
    let over = false;
    const killing = killAtRandom(house, seeded(seed), () => over);
    const played = await playAll(house, clusters, channels);
    over = true;
    const kills = await killing;
    return report(played, kills, await figuresOf(house, played, channels), (performance.now() - began) / 1000);
  } finally {
    await house.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
process.exitCode = await main();
