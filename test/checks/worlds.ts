import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { manualClock } from '../../src/adapters/simulated/clock.ts';
import { openWorld } from '../../src/adapters/simulated/open-world.ts';
import { readWorld } from '../../src/adapters/simulated/read-world.ts';
import { apply } from '../../src/app/apply.ts';
import { propose } from '../../src/app/propose.ts';
import { prove } from '../../src/app/prove.ts';
import { type RunWith, runPlaybook } from '../../src/app/run-playbook.ts';
import { catalogue } from '../../src/catalogue.ts';
import { CannotRead } from '../../src/core/errors.ts';
import { chain, chainStart } from '../../src/core/ledger-entry.ts';
import type { Playbook } from '../../src/core/playbook.ts';
import type { Proof } from '../../src/core/record.ts';
import type { ReportedFinding, ReportedRemedy, RunReport, Verdict } from '../../src/core/run.ts';
import { targetKeys } from '../../src/core/target.ts';
import type { World } from '../../src/core/world.ts';
import type { Cluster } from '../../src/ports/cluster.ts';
import type { Ledger } from '../../src/ports/ledger.ts';
import { approved } from '../contracts/approved.ts';

const folder = fileURLToPath(new URL('../worlds/', import.meta.url));

/** Every world there is, as `kube-ovn/subnet-not-ready/leader-change`. */
export const worldNames: readonly string[] = globSync('*/*/*.yaml', { cwd: folder })
  .map((file) => file.replace(/\.yaml$/, ''))
  .sort();

const loaded = new Map<string, World>();

/** A world as it stands in its file. It is read once, and shared: a test that changes it makes a copy. */
export function loadWorld(name: string): World {
  const world = loaded.get(name) ?? readWorld(readFileSync(`${folder}${name}.yaml`, 'utf8'), `${name}.yaml`);
  loaded.set(name, world);
  return world;
}

/** The check that a world is about: its folder. */
export function checkOf(name: string): string {
  return name.split('/').slice(0, 2).join('/');
}

const rest: RunWith = {
  catalogue,
  knowledge: { linksFor: () => [], article: () => undefined, articles: () => [] },
  settings: {},
  checkTimeoutMilliseconds: 10_000,
};

/** Some checks on their own, as the playbook that asks them would; a new check may not be in one yet. */
function playbookOf(...ids: string[]): Playbook {
  const checks = catalogue.checks.filter(({ id }) => ids.includes(id));
  const [first] = catalogue.playbooks.filter((playbook) => checks.every((check) => playbook.checks.includes(check)));
  if (checks.length !== ids.length) throw new TypeError(`there is no check ${ids.join(' or ')}`);
  return { id: 'alone', version: 1, title: 'Alone.', symptoms: ['it'], ...first, takes: targetKeys, checks };
}

export function openCluster(world: World): Cluster {
  return openWorld(world, { clock: manualClock(world.now), mode: 'remediate' });
}

/** The same cluster with all its kubelets silent: the API server answers a question for a log with an error. */
export function openSilent(world: World): Cluster {
  const cluster = openCluster(world);
  const logs = async ({ namespace, pod }: { namespace: string; pod: string }) => {
    throw new CannotRead(`read the log of ${namespace}/${pod}`, 'server-error', 'dial tcp 10.0.0.4:10250: i/o timeout');
  };
  return { ...cluster, reader: { ...cluster.reader, logs } };
}

/** Runs some checks, or a whole playbook, on a world. */
export async function runOn(
  world: World,
  playbook: Playbook,
  cluster = openCluster(world),
  knowledge = rest.knowledge,
): Promise<RunReport> {
  const request = { id: 'r-1', playbook, clusterName: 'world', cluster, target: world.target ?? {} };
  return runPlaybook(request, { ...rest, knowledge });
}

export type Seen = {
  readonly verdict: Verdict;
  readonly findings: readonly ReportedFinding[];
  /** The one finding that a world is about; fails the test when there is not exactly one. */
  readonly finding: () => ReportedFinding;
  readonly report: RunReport;
};

/** What one check says about a world, which a test may have changed. */
export async function look(check: string, world: World | string, open = openCluster): Promise<Seen> {
  const loadedWorld = typeof world === 'string' ? loadWorld(`${check}/${world}`) : world;
  const report = await runOn(loadedWorld, playbookOf(check), open(loadedWorld));
  const [verdict] = report.verdicts;
  if (verdict === undefined) throw new TypeError(`${check} gave no verdict`);
  const finding = () => {
    const [only, ...others] = report.findings;
    if (only === undefined || others.length > 0)
      throw new TypeError(`${check} found ${report.findings.length} things, not one`);
    return only;
  };
  return { verdict, findings: report.findings, finding, report };
}

/** Nothing is ever resumed here, so nothing has to be remembered. */
const forgetful: Ledger = {
  append: async (event) => chain(event, 1, chainStart),
  ofProposal: async () => [],
  async *read() {},
};

/** A person needs at least so long to decide. */
const pauseMilliseconds = 2_000;

/**
 * Does what a remedy of the first finding plans, without asking anybody, and proves it with the same check. A moment
 * later the same has to be planned: that is asked before anything is done, and an approval is bound to it.
 */
export async function carryOut(
  check: string,
  world: World,
  remedy: string | undefined,
  cluster = openCluster(world),
): Promise<Proof> {
  const playbook = playbookOf(check);
  const report = await runOn(world, playbook, cluster);
  const [finding] = report.findings;
  const { writer } = cluster;
  if (finding === undefined || writer === undefined) throw new TypeError(`${check} found nothing to carry out`);
  const chosen = finding.remedies.find(({ id, how, allowed }) =>
    remedy === undefined ? how === 'change' && allowed : id === remedy,
  );
  if (chosen === undefined || !chosen.allowed) throw new TypeError(`${check} does not offer ${remedy ?? 'a change'}`);
  const proposal = await propose(finding, chosen, {
    report,
    playbook,
    environment: 'test',
    requestedBy: 'U0REQUESTER',
    reader: cluster.reader,
    writer,
    now: cluster.clock.now(),
    expiresAfterMilliseconds: 600_000,
  });
  await cluster.clock.sleep(pauseMilliseconds);
  const later = (await runOn(world, playbook, cluster)).findings[0]?.remedies.find(({ id }) => id === chosen.id);
  const changesOf = (steps: ReportedRemedy['steps'] = []) => JSON.stringify(steps.map(({ change }) => change));
  if (changesOf(later?.steps) !== changesOf(chosen.steps)) {
    throw new Error(`What ${chosen.id} does changes with the time alone, so that it can never be approved.`);
  }
  const startedAt = cluster.clock.now();
  const { signal } = new AbortController();
  const onStage = async () => undefined;
  const about = { actor: 'U0APPROVER', cluster: 'world', run: 'r-1', proposal: proposal.id };
  const changes = chosen.steps.flatMap(({ change }) => change ?? []);
  const applied = await apply({ ...approved(...changes), steps: chosen.steps }, writer, {
    ledger: forgetful,
    about,
    digest: proposal.digest,
    keepPrior: async () => undefined,
    cluster,
    clock: cluster.clock,
    signal,
    onStage,
    frozen: async () => undefined,
  });
  if (applied.stopped !== undefined) throw new Error(`It stopped: ${applied.stopped}`);
  const proof = proofOf(check, chosen);
  const before = report.verdicts[0]?.measured ?? [];
  return prove({ proposal, proof, before, done: applied.done, startedAt, cluster, signal, onStage }, rest);
}

function proofOf(check: string, { id }: ReportedRemedy) {
  const remedy = catalogue.checks.find((one) => one.id === check)?.remedies.find((one) => one.id === id);
  if (remedy === undefined) throw new TypeError(`${check} does not list ${id} among its remedies`);
  return remedy.proof;
}
