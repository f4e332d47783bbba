import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { compare } from './measure.ts';
import type { Order, Outcome } from './scale-run.ts';
import type { Served } from './scale-server.ts';
import type { Size } from './scale-world.ts';

const small: Size = { nodes: 500, pods: 10_000, subnets: 200 };
const large: Size = { nodes: 5000, pods: 100_000, subnets: 2000 };
/** Each takes a while; what disturbs one of them does not disturb the other. */
const rounds = 3;
const timeGoal = 1.3;
const memoryGoal = 600;

const fileOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const megabytes = (bytes: number) => Math.round(bytes / 1024 / 1024);

async function answerOf<Answer>(child: ChildProcess): Promise<Answer> {
  const gone = once(child, 'exit').then(([code]) => {
    throw new Error(`a process of the benchmark ended with ${String(code)}`);
  });
  const [answer] = (await Promise.race([once(child, 'message'), gone])) as [Answer];
  return answer;
}

type Measured = { readonly ours: readonly Outcome[]; readonly floor: readonly Outcome[]; readonly served: Served };

/** Each side in a process of its own, so that its memory is its own, in turn. */
async function measure(size: Size): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'cluster-triage-scale-'));
  const server = fork(fileOf('./scale-server.ts'), [JSON.stringify(size)]);
  try {
    const { port } = await answerOf<{ port: number }>(server);
    const address = `http://127.0.0.1:${port}`;
    const kubeconfig = join(folder, 'kubeconfig');
    writeFileSync(kubeconfig, kubeconfigOf(address));
    const run = async (order: Order): Promise<{ outcome: Outcome; served: Served }> => {
      // The floor is Node as it comes, whatever flags we start with.
      const flags = order.side === 'floor' ? { execArgv: [] } : {};
      const outcome = await answerOf<Outcome>(fork(fileOf('./scale-run.ts'), [JSON.stringify(order)], flags));
      server.send('report');
      return { outcome, served: await answerOf<Served>(server) };
    };
    const ours: Outcome[] = [];
    const floor: Outcome[] = [];
    let served: Served | undefined;
    for (let round = 0; round < rounds; round += 1) {
      const look = await run({ side: 'ours', kubeconfig });
      served = look.served;
      ours.push(look.outcome);
      floor.push((await run({ side: 'floor', server: address, lists: served.lists })).outcome);
    }
    if (served === undefined) throw new TypeError('nothing was measured');
    return { ours, floor, served };
  } finally {
    server.kill();
    rmSync(folder, { recursive: true });
  }
}

function kubeconfigOf(server: string): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'large', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'nobody', user: {} }],
    contexts: [{ name: 'large', context: { cluster: 'large', user: 'nobody' } }],
    'current-context': 'large',
  });
}

/** The better of the rounds in time, and the worse of them in memory. */
const least = (outcomes: readonly Outcome[], field: 'milliseconds' | 'processorMilliseconds') =>
  Math.min(...outcomes.map((outcome) => outcome[field]));
const most = (outcomes: readonly Outcome[]) => Math.max(...outcomes.map(({ peakMemory }) => peakMemory));

function describe({ nodes, pods, subnets }: Size, { ours, served }: Measured): string[] {
  const [first] = ours;
  const count = (word: string) => first?.verdicts.filter(({ is }) => is === word).length ?? 0;
  const unknown =
    first?.verdicts.filter(({ is }) => is === 'unknown').map(({ because }) => `    ${because ?? ''}`) ?? [];
  return [
    `scale: ${pods} pods on ${nodes} nodes, ${subnets} subnets; ${served.requests} requests, ${served.pages} of them pages of whole lists; ${served.objects} objects, ${megabytes(served.bytes)} MB`,
    `  verdicts: ${count('clear')} clear, ${count('found')} found, ${count('unknown')} unknown, ${count('not-applicable')} not applicable`,
    ...unknown,
    `  pages read twice: ${served.pagesTwice.length}  (goal none: ${served.pagesTwice.length === 0 ? 'met' : `NOT met, such as ${served.pagesTwice[0] ?? ''}`})`,
    `  objects read twice: ${sayTwice(served)}`,
  ];
}

function sayTwice({ objectsTwice, objects }: Served): string {
  if (objectsTwice.length === 0) return 'none  (goal none: met)';
  return `${objectsTwice.length} of ${objects}: ${objectsTwice.slice(0, 5).join(', ')}  (goal none: NOT met)`;
}

/**
 * The playbook `all` on a cluster of 100,000 pods and on one of a tenth of that, over HTTP and page by page, against
 * reading and parsing the same pages and doing nothing with them.
 */
export async function benchScale(): Promise<string[]> {
  const tenth = await measure(small);
  const whole = await measure(large);
  const memory = megabytes(most(whole.ours));
  const growth = (what: string, of: (measured: Measured) => number) =>
    `  ${what} grows ${(of(whole) / of(tenth)).toFixed(1)}x from ${small.pods} to ${large.pods} pods`;
  return [
    ...describe(small, tenth),
    ...describe(large, whole),
    compare('  all, 10,000 pods', ...both(tenth, 'milliseconds'), 'ms'),
    compare('  all, 100,000 pods', ...both(whole, 'milliseconds'), 'ms', timeGoal),
    compare('  all, 100,000 pods, processor time', ...both(whole, 'processorMilliseconds'), 'ms'),
    `  peak memory ${memory} MB (floor ${megabytes(most(whole.floor))} MB; 10,000 pods ${megabytes(most(tenth.ours))} MB)  (goal ${memoryGoal} MB: ${memory <= memoryGoal ? 'met' : 'NOT met'})`,
    growth('the time', ({ ours }) => least(ours, 'milliseconds')),
    growth('the floor', ({ floor }) => least(floor, 'milliseconds')),
    growth('the peak memory', ({ ours }) => most(ours)),
    growth('the number of requests', ({ served }) => served.requests),
    growth('the number of bytes', ({ served }) => served.bytes),
  ];
}

function both({ ours, floor }: Measured, field: 'milliseconds' | 'processorMilliseconds'): [number, number] {
  return [least(ours, field), least(floor, field)];
}
