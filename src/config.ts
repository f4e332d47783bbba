import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { WrongUsage } from './core/errors.ts';
import { Policy } from './core/policy.ts';
import { Registration } from './core/registration.ts';
import { readYaml } from './read-yaml.ts';

const File = z.strictObject({
  clusters: z.array(Registration).min(1, 'Register at least one cluster.'),
  policies: z.record(z.string(), Policy).default({}),
  /** Where people reach this process's pages, for the links to articles: `https://triage.example.com`. */
  publicUrl: z.url().optional(),
  /** The workspace that may use this house; requests of others are refused. */
  team: z.string().optional(),
  /** Thresholds per check, as the check declares them. */
  settings: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  checkTimeoutSeconds: z.number().int().min(1).max(600).default(60),
  ledger: z
    .strictObject({
      /** Where each entry is also written as one line of JSON: `stdout`, or the path of a file. */
      mirror: z
        .union([z.literal('stdout'), z.string().startsWith('/', 'A file is named by its whole path.')])
        .optional(),
    })
    .default({}),
});

const usualFile = 'triage.yaml';

const Environment = z.object({
  TRIAGE_CONFIG: z.string().default(usualFile),
  XDG_STATE_HOME: z.string().optional(),
  HOME: z.string().default('.'),
  SLACK_BOT_TOKEN: z.string().startsWith('xoxb-', 'A bot token starts with xoxb-.').optional(),
  SLACK_APP_TOKEN: z.string().startsWith('xapp-', 'An app-level token starts with xapp-.').optional(),
  SLACK_SIGNING_SECRET: z.string().min(8).optional(),
  SLACK_API_URL: z.url().optional(),
  REDIS_URL: z.string().optional(),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
});

export type SlackConfig = {
  readonly botToken: string;
  readonly apiUrl: string | undefined;
  readonly team: string | undefined;
} & (
  | { readonly mode: 'socket'; readonly appToken: string }
  | { readonly mode: 'http'; readonly signingSecret: string }
);

export type Config = {
  readonly clusters: readonly Registration[];
  readonly policies: Readonly<Record<string, Policy>>;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly checkTimeoutMilliseconds: number;
  readonly publicUrl: string;
  readonly slack: SlackConfig;
  readonly redisUrl: string | undefined;
  readonly port: number;
  /** Where a private Redis keeps its data when no REDIS_URL is given. */
  readonly stateFolder: string;
  /** `stdout` or a path: where every ledger entry is written once more. */
  readonly ledgerMirror: string | undefined;
};

/** The registered clusters and the thresholds alone, for the command line, which needs no chat. */
export function readClusterConfig(environment: NodeJS.ProcessEnv = process.env): Pick<Config, 'clusters' | 'settings'> {
  const { clusters, settings } = readFile(environment['TRIAGE_CONFIG'] ?? usualFile);
  return { clusters, settings };
}

/** Where the shared store is, for the command line, which needs no chat. */
export function readStoreConfig(
  environment: NodeJS.ProcessEnv = process.env,
): Pick<Config, 'redisUrl' | 'stateFolder'> {
  const { REDIS_URL, XDG_STATE_HOME, HOME } = Environment.pick({
    REDIS_URL: true,
    XDG_STATE_HOME: true,
    HOME: true,
  }).parse(environment);
  return { redisUrl: REDIS_URL, stateFolder: stateFolderOf({ XDG_STATE_HOME, HOME }) };
}

function stateFolderOf(from: { XDG_STATE_HOME?: string | undefined; HOME: string }): string {
  return join(from.XDG_STATE_HOME ?? join(from.HOME, '.local/state'), 'cluster-triage');
}

/** Reads the configuration file and the environment; every problem is said at once. The only reader of both. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const variables = Environment.safeParse(environment);
  if (!variables.success) {
    const problems = variables.error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`);
    throw new WrongUsage(
      `The environment is not right:\n${problems.join('\n')}`,
      'Correct these variables and start again.',
    );
  }
  const { data } = variables;
  const file = readFile(data.TRIAGE_CONFIG);
  return {
    clusters: file.clusters,
    policies: { default: Policy.parse({}), ...file.policies },
    settings: file.settings,
    checkTimeoutMilliseconds: file.checkTimeoutSeconds * 1000,
    publicUrl: (file.publicUrl ?? `http://localhost:${data.PORT}`).replace(/\/$/, ''),
    slack: slackConfig(data, file.team),
    redisUrl: data.REDIS_URL,
    port: data.PORT,
    stateFolder: stateFolderOf(data),
    ledgerMirror: file.ledger.mirror,
  };
}

function readFile(path: string): z.infer<typeof File> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new WrongUsage(
      `The configuration file ${path} cannot be read.`,
      'Set TRIAGE_CONFIG to its path; deploy/triage.example.yaml shows what goes in.',
    );
  }
  const file = readYaml(text, path, File);
  const problems = [...duplicates(file.clusters), ...missingPolicies(file)];
  if (problems.length > 0)
    throw new WrongUsage(`${path} is not right:\n${problems.join('\n')}`, 'Correct it and start again.');
  return file;
}

function duplicates(clusters: readonly Registration[]): string[] {
  const names = clusters.map(({ name }) => name);
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))].map(
    (name) => `  clusters: the name ${name} is used more than once`,
  );
}

function missingPolicies(file: z.infer<typeof File>): string[] {
  return file.clusters
    .filter(({ policy }) => policy !== 'default' && file.policies[policy] === undefined)
    .map(({ name, policy }) => `  clusters: ${name} names the policy "${policy}", which is not under policies`);
}

function slackConfig(data: z.infer<typeof Environment>, team: string | undefined): SlackConfig {
  const { SLACK_BOT_TOKEN: botToken, SLACK_APP_TOKEN: appToken, SLACK_SIGNING_SECRET: signingSecret } = data;
  if (botToken === undefined) {
    throw new WrongUsage(
      'SLACK_BOT_TOKEN is not set.',
      'Install the Slack app (README, "Install it in Slack") and set the token it gives.',
    );
  }
  const common = { botToken, team, apiUrl: data.SLACK_API_URL };
  if (appToken !== undefined) return { ...common, mode: 'socket', appToken };
  if (signingSecret !== undefined) return { ...common, mode: 'http', signingSecret };
  throw new WrongUsage(
    'Neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET is set.',
    'Set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET to receive events at /slack/events.',
  );
}
