import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { AlertSettings } from './core/alert-route.ts';
import { parseDuration } from './core/duration.ts';
import { WrongUsage } from './core/errors.ts';
import { escalatesAfter } from './core/escalation.ts';
import { Policy } from './core/policy.ts';
import { Registration } from './core/registration.ts';
import { RoleGrant } from './core/role.ts';
import { type KnowledgeConfig, KnowledgeSettings, knowledgeConfigOf } from './knowledge-config.ts';
import { readYaml } from './read-yaml.ts';

const File = z.strictObject({
  clusters: z.array(Registration).min(1, 'Register at least one cluster.'),
  policies: z.record(z.string(), Policy).default({}),
  /** Who is what; everybody is an operator when it is left out. */
  roles: z.array(RoleGrant).optional(),
  /** Where people reach this process's pages, for the links to articles: `https://triage.example.com`. */
  publicUrl: z.url().optional(),
  /** The workspace that may use this house; requests of others are refused. */
  team: z.string().optional(),
  /** Which of Alertmanager's alerts are looked into. */
  alerts: AlertSettings.optional(),
  /** Thresholds per check, as the check declares them. */
  settings: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  checkTimeoutSeconds: z.number().int().min(1).max(600).default(60),
  /** Where the team's own articles are kept. */
  knowledge: KnowledgeSettings.prefault({}),
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
  ALERTMANAGER_TOKEN: z.string().min(16, 'A token has at least 16 characters.').optional(),
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
  readonly roles: readonly RoleGrant[] | undefined;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly checkTimeoutMilliseconds: number;
  readonly publicUrl: string;
  readonly knowledge: KnowledgeConfig;
  readonly slack: SlackConfig;
  /** With the bearer token that Alertmanager has to send. */
  readonly alerts: (AlertSettings & { readonly token: string }) | undefined;
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
    roles: file.roles,
    settings: file.settings,
    checkTimeoutMilliseconds: file.checkTimeoutSeconds * 1000,
    publicUrl: (file.publicUrl ?? `http://localhost:${data.PORT}`).replace(/\/$/, ''),
    knowledge: knowledgeConfigOf(file.knowledge, environment),
    slack: slackConfig(data, file.team),
    alerts: alertConfig(file.alerts, data.ALERTMANAGER_TOKEN),
    redisUrl: data.REDIS_URL,
    port: data.PORT,
    stateFolder: stateFolderOf(data),
    ledgerMirror: file.ledger.mirror,
  };
}

type Homes = { readonly XDG_STATE_HOME?: string | undefined; readonly HOME?: string | undefined };

function stateFolderOf({ XDG_STATE_HOME, HOME = '.' }: Homes): string {
  return join(XDG_STATE_HOME ?? join(HOME, '.local/state'), 'cluster-triage');
}

/** What the articles need alone, for the command line; without a configuration file there are no configured sources. */
export function readKnowledgeConfig(
  environment: NodeJS.ProcessEnv = process.env,
): Pick<Config, 'knowledge' | 'redisUrl' | 'stateFolder'> {
  const { TRIAGE_CONFIG: named, REDIS_URL: redisUrl } = environment;
  const settings =
    named === undefined && !existsSync(usualFile)
      ? KnowledgeSettings.parse({})
      : readFile(named ?? usualFile).knowledge;
  return { knowledge: knowledgeConfigOf(settings, environment), redisUrl, stateFolder: stateFolderOf(environment) };
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
  const problems = [...duplicates(file.clusters), ...missingPolicies(file), ...vainEscalations(file)];
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

/** An escalation that could never come would be noticed on the night when it was needed. */
function vainEscalations(file: z.infer<typeof File>): string[] {
  return Object.entries(file.policies).flatMap(([name, policy]) => {
    const { escalateAfter, escalateTo, expiresAfter } = policy;
    const half = (escalateAfter === undefined) !== (escalateTo.length === 0);
    if (half) return [`  policies: ${name} needs both escalateAfter and escalateTo, or neither`];
    const after = escalatesAfter(policy);
    if (after === undefined || after < (parseDuration(expiresAfter) ?? 0)) return [];
    return [`  policies: ${name} escalates after ${escalateAfter}, when its offers have expired (${expiresAfter})`];
  });
}

function missingPolicies(file: z.infer<typeof File>): string[] {
  return file.clusters
    .filter(({ policy }) => policy !== 'default' && file.policies[policy] === undefined)
    .map(({ name, policy }) => `  clusters: ${name} names the policy "${policy}", which is not under policies`);
}

function alertConfig(alerts: AlertSettings | undefined, token: string | undefined): Config['alerts'] {
  if (alerts === undefined) return undefined;
  if (token !== undefined) return { ...alerts, token };
  throw new WrongUsage(
    'The configuration has alerts, but ALERTMANAGER_TOKEN is not set.',
    'Choose a token of 16 characters or more, set it here, and give it to Alertmanager as the credentials of its webhook.',
  );
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
