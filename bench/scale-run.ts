import { request } from 'undici';
import { kubernetesClusters } from '../src/adapters/kubernetes/clusters.ts';
import { systemClock } from '../src/adapters/system/clock.ts';
import { findPlaybook } from '../src/app/catalogue.ts';
import { type RunWith, runPlaybook } from '../src/app/run-playbook.ts';
import { catalogue } from '../src/catalogue.ts';
import { Registration } from '../src/core/registration.ts';
import type { Verdict } from '../src/core/run.ts';
import { installedWorld } from './scale-world.ts';

/** What a process of its own is asked to do: the run, or no more than to read and parse the same lists. */
export type Order =
  | { readonly side: 'ours'; readonly kubeconfig: string }
  | { readonly side: 'floor'; readonly server: string; readonly lists: readonly string[] };

export type Outcome = {
  /** On the clock, and of all processors together. */
  readonly milliseconds: number;
  readonly processorMilliseconds: number;
  /** Bytes. */
  readonly peakMemory: number;
  readonly verdicts: readonly Pick<Verdict, 'check' | 'is' | 'because'>[];
};

type Spent = Pick<Outcome, 'milliseconds' | 'processorMilliseconds'>;

async function spent<Result>(work: () => Promise<Result>): Promise<Spent & { result: Result }> {
  const [clock, processors] = [performance.now(), process.cpuUsage()];
  const result = await work();
  const { user, system } = process.cpuUsage(processors);
  return { result, milliseconds: performance.now() - clock, processorMilliseconds: (user + system) / 1000 };
}

const rest: RunWith = {
  catalogue,
  knowledge: { linksFor: () => [], article: () => undefined, articles: () => [] },
  settings: {},
  checkTimeoutMilliseconds: 300_000,
};

/** The run of the playbook `all`; the client library, which a process loads once, is not part of it. */
async function look(kubeconfig: string): Promise<Omit<Outcome, 'peakMemory'>> {
  const registration = Registration.parse({ name: 'large', connect: { kubeconfig } });
  const connect = { kubeconfig, allowExec: false };
  const clusters = kubernetesClusters(() => [{ ...registration, connect }], systemClock);
  const cluster = await clusters.open('large');
  const { now } = installedWorld();
  const run = {
    id: 'bench',
    playbook: findPlaybook(catalogue, 'all'),
    clusterName: 'large',
    // The logs and conditions of the cluster were written around this time.
    cluster: { ...cluster, clock: { ...cluster.clock, now: () => now } },
    target: {},
  };
  const { result, ...time } = await spent(async () => runPlaybook(run, rest));
  await clusters.close();
  return { ...time, verdicts: result.verdicts.map(({ check, is, because }) => ({ check, is, because })) };
}

/** As many lists at a time as the run has, each page by page. */
async function readBare(server: string, lists: readonly string[]): Promise<Omit<Outcome, 'peakMemory'>> {
  const pages = async (path: string): Promise<void> => {
    let token: string | undefined;
    do {
      const more = token === undefined ? '' : `&continue=${token}`;
      const { body } = await request(`${server}${path}?limit=500${more}`);
      const page = JSON.parse(await body.text()) as { metadata: { continue?: string } };
      token = page.metadata.continue;
    } while (token !== undefined);
  };
  const { milliseconds, processorMilliseconds } = await spent(async () => Promise.all(lists.map(pages)));
  return { milliseconds, processorMilliseconds, verdicts: [] };
}

const order = JSON.parse(process.argv[2] ?? '{}') as Order;
const measured = order.side === 'ours' ? await look(order.kubeconfig) : await readBare(order.server, order.lists);
const outcome: Outcome = { ...measured, peakMemory: process.resourceUsage().maxRSS * 1024 };
process.send?.(outcome);
process.disconnect();
