import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { stringify } from 'yaml';
import { parseTarget } from '../commands/parse-triage.ts';
import { connectRedis } from './adapters/redis/connect.ts';
import { createFeedback } from './adapters/redis/feedback.ts';
import { systemClock } from './adapters/system/clock.ts';
import { createPaint } from './adapters/terminal/paint.ts';
import { renderReport } from './adapters/terminal/report.ts';
import { accessFor } from './app/access.ts';
import { findPlaybook } from './app/catalogue.ts';
import { runPlaybook } from './app/run-playbook.ts';
import { catalogue } from './catalogue.ts';
import { clustersCommand, clustersUsage } from './cli-clusters.ts';
import { kbCommand, kbUsage, knowledgeOptions } from './cli-kb.ts';
import { ledgerCommand, ledgerUsage } from './cli-ledger.ts';
import { defaultTarget, openClusters } from './clusters.ts';
import { readClusterConfig, readKnowledgeConfig } from './config.ts';
import { accessManifests } from './core/access.ts';
import { WrongUsage } from './core/errors.ts';
import type { Miss } from './core/miss.ts';
import type { Playbook } from './core/playbook.ts';
import { type Connection, Registration } from './core/registration.ts';
import { outcomeOf } from './core/run.ts';
import type { Target } from './core/target.ts';
import { type KnowledgeOptions, openKnowledge } from './knowledge.ts';
import { shippedSource } from './knowledge-sources.ts';

const usage = `Usage:
  triage run <playbook> (--kubeconfig FILE [--context C] | --cluster NAME | --world FILE)
             [--target key=value ...] [--articles DIR ...] [--output text|json]
  triage rbac [--playbook P ...] --mode observe|remediate
${clustersUsage}${kbUsage}${ledgerUsage}
Exit codes of run: 0 all clear, 1 something found, 2 nothing found but something unknown, 64 wrong usage.
Exit codes of clusters: 0 everything needed may be done, 1 rules are missing, 2 something is not known, 64 wrong usage.

The playbooks, by what somebody sees:
${catalogue.playbooks.map(({ id, title }) => `  ${id.padEnd(18)}${title}`).join('\n')}

For example:
  triage run subnet --kubeconfig ~/.kube/config
  triage run all --cluster prod-sh --target namespace=shop
  triage kb search "subnet not ready"
`;

const exitCodes = { clear: 0, found: 1, unknown: 2 } as const;
const wrongUsage = 64;
const checkTimeoutMilliseconds = 60_000;

async function run(words: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: words,
    allowPositionals: true,
    options: {
      kubeconfig: { type: 'string' },
      context: { type: 'string' },
      cluster: { type: 'string' },
      world: { type: 'string' },
      target: { type: 'string', multiple: true, default: [] },
      articles: { type: 'string', multiple: true, default: [] },
      output: { type: 'string', default: 'text' },
    },
  });
  const [id, ...rest] = positionals;
  if (id === undefined || rest.length > 0) {
    throw new WrongUsage(
      'Name one playbook.',
      `The playbooks are: ${catalogue.playbooks.map((playbook) => playbook.id).join(', ')}.`,
    );
  }
  const { output } = values;
  if (output !== 'text' && output !== 'json')
    throw new WrongUsage(`There is no output ${output}.`, 'Use text or json.');
  const playbook = findPlaybook(catalogue, id);
  const asked = parseTarget(values.target);
  const { registration, settings } = registrationFrom(values);
  const target = values.target.length > 0 ? asked : targetFor(playbook, defaultTarget(registration));
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort(new Error('interrupted')));
  const knowledge = await openKnowledge(articlesOf(values));
  const clusters = openClusters(() => [registration]);
  const cluster = await clusters.open(registration.name, { signal: controller.signal });
  const report = await runPlaybook(
    {
      id: `cli-${Date.now().toString(36)}`,
      playbook,
      clusterName: registration.name,
      cluster,
      target,
      signal: controller.signal,
      onProgress: progressLine(output),
    },
    {
      catalogue,
      knowledge,
      settings,
      checkTimeoutMilliseconds,
    },
  );
  await clusters.close();
  const paint = createPaint(process.stdout.isTTY && process.stdout.hasColors());
  const width = Math.min(process.stdout.columns ?? 100, 120);
  process.stdout.write(
    output === 'json' ? `${JSON.stringify(report, undefined, 2)}\n` : renderReport(report, { paint, width }),
  );
  return exitCodes[outcomeOf(report)];
}

/** Of the default target of a world what a playbook takes: the same world serves several. */
function targetFor({ takes }: Playbook, target: Target): Target {
  return Object.fromEntries(Object.entries(target).filter(([key]) => takes.some((taken) => taken === key)));
}

/** With `--articles` those folders beside the shipped articles; for a registered cluster what the configuration says. */
function articlesOf({ articles, cluster }: { articles: string[]; cluster?: string | undefined }): KnowledgeOptions {
  if (articles.length === 0) return knowledgeOptions([], cluster === undefined ? () => ({ sources: [] }) : configured);
  const { sources } = knowledgeOptions(articles, configured);
  return { sources: [...sources, shippedSource] };
}

function configured(): KnowledgeOptions {
  const { knowledge, stateFolder } = readKnowledgeConfig();
  return {
    sources: knowledge.sources,
    // Not the folder of a process that serves: two must not fetch into one.
    cacheFolder: join(stateFolder, 'knowledge', 'cli'),
    environment: knowledge.environment,
  };
}

/** What the running house remembers that no article answered. */
async function misses(): Promise<readonly Miss[] | undefined> {
  const { redisUrl: url } = readKnowledgeConfig();
  if (url === undefined) return undefined;
  const connection = connectRedis({ url });
  try {
    return await createFeedback(connection).misses(systemClock.now());
  } finally {
    await connection.close();
  }
}

type Where = {
  kubeconfig?: string | undefined;
  context?: string | undefined;
  cluster?: string | undefined;
  world?: string | undefined;
};

function registrationFrom({ kubeconfig, context, cluster, world }: Where): {
  registration: Registration;
  settings: Readonly<Record<string, unknown>>;
} {
  const given = [kubeconfig, cluster, world].filter((one) => one !== undefined);
  if (given.length !== 1)
    throw new WrongUsage(
      'Say which cluster to look at.',
      'Use one of --kubeconfig FILE, --cluster NAME and --world FILE.',
    );
  if (cluster !== undefined) {
    const config = readClusterConfig();
    const registration = config.clusters.find(({ name }) => name === cluster);
    if (registration === undefined) {
      throw new WrongUsage(
        `The cluster ${cluster} is not registered.`,
        `Registered are: ${config.clusters.map(({ name }) => name).join(', ')}.`,
      );
    }
    return { registration, settings: config.settings };
  }
  // A kubeconfig that somebody names on their own machine is theirs: it may run their login program.
  const connect: Connection =
    world === undefined
      ? { kubeconfig: kubeconfig ?? '', allowExec: true, ...(context === undefined ? {} : { context }) }
      : { world, speed: 1, readMilliseconds: 0 };
  const name = (context ?? 'local')
    .toLowerCase()
    .replace(/[^a-z0-9.-]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '');
  return {
    registration: Registration.parse({ name: name === '' ? 'local' : name.slice(0, 63), mode: 'observe', connect }),
    settings: {},
  };
}

function progressLine(output: string): (progress: { done: number; total: number }) => void {
  const { stderr } = process;
  if (output === 'json' || !stderr.isTTY) return () => undefined;
  return ({ done, total }) => stderr.write(done === total ? '\r\u001B[K' : `\r${done} of ${total} checks done`);
}

function rbac(words: string[]): number {
  const { values } = parseArgs({
    args: words,
    options: { playbook: { type: 'string', multiple: true, default: [] }, mode: { type: 'string' } },
  });
  const { mode, playbook } = values;
  if (mode !== 'observe' && mode !== 'remediate')
    throw new WrongUsage('Say what it may do.', 'Use --mode observe or --mode remediate.');
  const manifests = accessManifests(accessFor(catalogue, { playbooks: playbook, mode }), {
    name: `cluster-triage-${mode}`,
    account: { name: 'cluster-triage', namespace: 'cluster-triage' },
  });
  process.stdout.write(manifests.map((manifest) => `---\n${stringify(manifest)}`).join(''));
  return 0;
}

async function main(): Promise<number> {
  const [verb, ...words] = process.argv.slice(2);
  if (verb === 'run') return run(words);
  if (verb === 'rbac') return rbac(words);
  if (verb === 'kb') return kbCommand(words, { configured, misses });
  if (verb === 'ledger') return ledgerCommand(words);
  if (verb === 'clusters')
    return clustersCommand(words, createPaint(process.stdout.isTTY && process.stdout.hasColors()));
  if (verb === 'help' || verb === '--help') {
    process.stdout.write(usage);
    return 0;
  }
  throw new WrongUsage(verb === undefined ? 'Say what to do.' : `There is no verb ${JSON.stringify(verb)}.`, usage);
}

function isWrongUsage(error: unknown): error is Error {
  return (
    error instanceof WrongUsage ||
    (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))
  );
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!isWrongUsage(error)) throw error;
  // What is said of an option goes on for lines about words that begin with a hyphen.
  const [said = ''] = error.message.split('. To specify');
  process.stderr.write(
    error instanceof WrongUsage ? `${said}\n${error.next}\n` : `${said}.\nSee triage --help for the options.\n`,
  );
  process.exitCode = wrongUsage;
}
