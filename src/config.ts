import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { wrongSettings } from './app/catalogue.ts';
import { catalogue } from './catalogue.ts';
import { WrongUsage } from './core/errors.ts';
import { nearest } from './core/nearest.ts';
import { Policy } from './core/policy.ts';
import { Channels, Registration } from './core/registration.ts';
import { type Problem, readYaml } from './read-yaml.ts';

const File = z.strictObject({
  clusters: z.array(Registration).min(1, 'Register at least one cluster.'),
  policies: z.record(z.string(), Policy).default({}),
  /** What is meant in a channel when nothing else is said there. */
  channels: Channels.default({}),
  /** Where people reach this process's pages, for the links to articles: `https://triage.example.com`. */
  publicUrl: z.url().optional(),
  /** The workspace that may use this house; requests of others are refused. */
  team: z.string().optional(),
  /** Thresholds per check, as the check declares them. */
  settings: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  checkTimeoutSeconds: z.number().int().min(1).max(600).default(60),
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
  /** Where it was read from. */
  readonly file: string;
  /** Identifies what stood there. */
  readonly content: string;
  readonly clusters: readonly Registration[];
  readonly policies: Readonly<Record<string, Policy>>;
  readonly channels: Channels;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly checkTimeoutMilliseconds: number;
  readonly publicUrl: string;
  readonly team: string | undefined;
  readonly slack: SlackConfig;
  readonly redisUrl: string | undefined;
  readonly port: number;
  /** Where a private Redis keeps its data when no REDIS_URL is given. */
  readonly stateFolder: string;
};

/** The registered clusters and the thresholds alone, for the command line, which needs no chat. */
export function readClusterConfig(environment: NodeJS.ProcessEnv = process.env): Pick<Config, 'clusters' | 'settings'> {
  const path = environment['TRIAGE_CONFIG'] ?? usualFile;
  const { clusters, settings } = parseFile(textOf(path), path);
  return { clusters, settings };
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
    channels: file.channels,
    settings: file.settings,
    checkTimeoutMilliseconds: file.checkTimeoutSeconds * 1000,
    publicUrl: (file.publicUrl ?? `http://localhost:${data.PORT}`).replace(/\/$/, ''),
    team: file.team,
    slack: slackConfig(data, file.team),
    redisUrl: data.REDIS_URL,
    port: data.PORT,
    stateFolder: join(data.XDG_STATE_HOME ?? join(data.HOME, '.local/state'), 'cluster-triage'),
  };
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
  return readYaml(text, path, File, (written) => [...wrongNames(written), ...wrongThresholds(written)]);
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
