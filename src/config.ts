import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { wrongRoutes } from './app/alerts.ts';
import { wrongSettings } from './app/catalogue.ts';
import { catalogue } from './catalogue.ts';
import { AlertSettings } from './core/alert-route.ts';
import { parseDuration } from './core/duration.ts';
import { WrongUsage } from './core/errors.ts';
import { escalatesAfter } from './core/escalation.ts';
import { nearest } from './core/nearest.ts';
import { Policy } from './core/policy.ts';
import { Channels, Registration } from './core/registration.ts';
import { RoleGrant } from './core/role.ts';
import { type KnowledgeConfig, KnowledgeSettings, knowledgeConfigOf } from './knowledge-config.ts';
import { type Problem, readYaml } from './read-yaml.ts';

const File = z.strictObject({
  clusters: z.array(Registration).min(1, 'Register at least one cluster.'),
  policies: z.record(z.string(), Policy).default({}),
  /** Who is what; everybody is an operator when it is left out. */
  roles: z.array(RoleGrant).optional(),
  /** What is meant in a channel when nothing else is said there. */
  channels: Channels.default({}),
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
  /** Where it was read from. */
  readonly file: string;
  /** Identifies what stood there. */
  readonly content: string;
  readonly clusters: readonly Registration[];
  readonly policies: Readonly<Record<string, Policy>>;
  readonly roles: readonly RoleGrant[] | undefined;
  readonly channels: Channels;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly checkTimeoutMilliseconds: number;
  readonly publicUrl: string;
  readonly knowledge: KnowledgeConfig;
  readonly team: string | undefined;
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
  const path = environment['TRIAGE_CONFIG'] ?? usualFile;
  const { clusters, settings } = parseFile(textOf(path), path);
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
  const text = textOf(data.TRIAGE_CONFIG);
  const file = parseFile(text, data.TRIAGE_CONFIG);
  return {
    file: data.TRIAGE_CONFIG,
    content: contentOf(text),
    clusters: file.clusters,
    policies: { default: Policy.parse({}), ...file.policies },
    roles: file.roles,
    channels: file.channels,
    settings: file.settings,
    checkTimeoutMilliseconds: file.checkTimeoutSeconds * 1000,
    publicUrl: (file.publicUrl ?? `http://localhost:${data.PORT}`).replace(/\/$/, ''),
    knowledge: knowledgeConfigOf(file.knowledge, environment),
    team: file.team,
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
      : parseFile(textOf(named ?? usualFile), named ?? usualFile).knowledge;
  return { knowledge: knowledgeConfigOf(settings, environment), redisUrl, stateFolder: stateFolderOf(environment) };
}

/** Equal for equal texts of a configuration file. */
export function contentOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new WrongUsage(
      `The configuration file ${path} cannot be read.`,
      'Set TRIAGE_CONFIG to its path; deploy/triage.example.yaml shows what goes in.',
    );
  }
}

function parseFile(text: string, path: string): z.infer<typeof File> {
  return readYaml(text, path, File, (written) => [
    ...wrongNames(written),
    ...wrongThresholds(written),
    ...vainEscalations(written),
    ...lostRoutes(written),
  ]);
}

/** The names in a file, whatever else is wrong with it. */
const Names = z
  .object({
    clusters: z.array(z.object({ name: z.string(), policy: z.string() }).partial().catch({})).catch([]),
    policies: z.record(z.string(), z.unknown()).catch({}),
    channels: z.record(z.string(), z.object({ cluster: z.string() }).partial().catch({})).catch({}),
  })
  .catch({ clusters: [], policies: {}, channels: {} });

function wrongNames(written: unknown): Problem[] {
  const { clusters, policies, channels } = Names.parse(written);
  const names = clusters.map(({ name }) => name);
  const twice = names.flatMap((name, index) =>
    name === undefined || names.indexOf(name) === index
      ? []
      : [{ path: ['clusters', index, 'name'], message: `the name ${name} is used more than once` }],
  );
  const lost = clusters.flatMap(({ name, policy = 'default' }, index) =>
    policy === 'default' || policies[policy] !== undefined
      ? []
      : [
          {
            path: ['clusters', index, 'policy'],
            message: `${name ?? 'it'} names the policy "${policy}", which is not under policies`,
          },
        ],
  );
  const strangers = Object.entries(channels).flatMap(([channel, { cluster }]) => {
    if (cluster === undefined || names.includes(cluster)) return [];
    const near = nearest(
      cluster,
      names.filter((name) => name !== undefined),
    );
    const hint = near === undefined ? '' : `; did you mean ${near}`;
    return [{ path: ['channels', channel, 'cluster'], message: `there is no cluster ${cluster}${hint}` }];
  });
  return [...twice, ...lost, ...strangers];
}

const Thresholds = z.object({ settings: z.record(z.string(), z.unknown()).catch({}) }).catch({ settings: {} });

function wrongThresholds(written: unknown): Problem[] {
  const { settings } = Thresholds.parse(written);
  return wrongSettings(catalogue, settings).map(({ path, message }) => ({ path: ['settings', ...path], message }));
}

const Policies = z.object({ policies: z.record(z.string(), z.unknown()).catch({}) }).catch({ policies: {} });

/** An escalation that could never come would be noticed on the night when it was needed. */
function vainEscalations(written: unknown): Problem[] {
  return Object.entries(Policies.parse(written).policies).flatMap(([name, given]) => {
    const parsed = Policy.safeParse(given);
    if (!parsed.success) return [];
    const path = ['policies', name];
    const { escalateAfter, escalateTo, expiresAfter } = parsed.data;
    const half = (escalateAfter === undefined) !== (escalateTo.length === 0);
    if (half) return [{ path, message: `${name} needs both escalateAfter and escalateTo, or neither` }];
    const after = escalatesAfter(parsed.data);
    if (after === undefined || after < (parseDuration(expiresAfter) ?? 0)) return [];
    return [
      { path, message: `${name} escalates after ${escalateAfter}, when its offers have expired (${expiresAfter})` },
    ];
  });
}

const Alerts = z.object({ alerts: AlertSettings.optional() });

/** Routes that lead to nothing: an alert must not be the first to find out. */
function lostRoutes(written: unknown): Problem[] {
  const parsed = Alerts.safeParse(written);
  if (!parsed.success || parsed.data.alerts === undefined) return [];
  const clusters = Names.parse(written).clusters.flatMap(({ name }) => name ?? []);
  return wrongRoutes(parsed.data.alerts, catalogue, clusters);
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
