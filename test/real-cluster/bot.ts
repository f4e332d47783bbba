import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import type { Message, Workspace } from '../../src/local/workspace/workspace.ts';

const root = join(import.meta.dirname, '../..');
const readyWithinMilliseconds = 30_000;

export type Role = 'all' | 'gateway' | 'worker';

/** The unmodified bot, in a process of its own. */
export type Bot = {
  readonly role: Role;
  /** What it wrote on standard error. */
  said(): string;
  isRunning(): boolean;
  /** `kill -9`; returns when it is gone. */
  kill(): Promise<void>;
  /** Asks it to stop, and returns when it has; kills it when it does not. */
  stop(): Promise<void>;
};

export type BotOptions = {
  readonly role: Role;
  /** Path of the file that `writeConfiguration` wrote. */
  readonly configuration: string;
  readonly workspace: Workspace;
  readonly redisUrl: string;
};

type Connect = Readonly<Record<string, unknown>>;

/** Writes what an administrator would: one production cluster named prod-sh, and a group that may approve. */
export async function writeConfiguration(folder: string, connect: Connect): Promise<string> {
  return writeConfigurationOf(folder, [{ name: 'prod-sh', connect }]);
}

/** The same for any number of clusters. */
export async function writeConfigurationOf(
  folder: string,
  named: readonly { readonly name: string; readonly connect: Connect }[],
): Promise<string> {
  const path = join(folder, 'triage.yaml');
  const each = { environment: 'production', mode: 'remediate', policy: 'production' };
  const clusters = named.map((one) => ({ ...each, ...one }));
  const policies = { production: { approverGroups: ['S0APPROVERS'], expiresAfter: '30m' } };
  await writeFile(path, stringify({ clusters, policies, publicUrl: 'http://127.0.0.1' }));
  return path;
}

/** Starts the bot, and returns when it says that it is up. */
export async function startBot({ role, configuration, workspace, redisUrl }: BotOptions): Promise<Bot> {
  const child = spawn(process.execPath, [join(root, 'src/main.ts'), '--role', role], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      TRIAGE_CONFIG: configuration,
      SLACK_API_URL: workspace.apiUrl,
      SLACK_BOT_TOKEN: workspace.botToken,
      SLACK_APP_TOKEN: workspace.appToken,
      REDIS_URL: redisUrl,
      XDG_STATE_HOME: dirname(configuration),
      PORT: '0',
    },
  });
  // Nothing of it is left when the process that started it ends before it was stopped.
  const endWithUs = (): boolean => child.kill('SIGKILL');
  process.once('exit', endWithUs);
  child.once('exit', () => process.off('exit', endWithUs));
  const chunks: Buffer[] = [];
  const said = (): string => Buffer.concat(chunks).toString('utf8');
  const bot: Bot = {
    role,
    said,
    isRunning: () => isRunning(child),
    kill: async () => end(child, 'SIGKILL'),
    stop: async () => end(child, 'SIGTERM'),
  };
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  const give = (why: string): void => reject(new Error(`The bot as ${role} ${why}.\n${said()}`));
  const late = setTimeout(() => give('did not start in time'), readyWithinMilliseconds);
  child.once('exit', () => give('ended at once'));
  child.stderr.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    if (said().includes(`cluster-triage is up as ${role}`)) resolve(undefined);
  });
  try {
    await promise;
  } catch (error) {
    await bot.kill();
    throw error;
  } finally {
    clearTimeout(late);
  }
  return bot;
}

function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}

async function end(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  if (!isRunning(child)) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  const late = setTimeout(() => child.kill('SIGKILL'), 30_000);
  await gone;
  clearTimeout(late);
}

export type CommandResult = { readonly exitCode: number; readonly output: string; readonly said: string };

/** Runs the command line as a person does. */
export async function triage(...words: readonly string[]): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const options = { maxBuffer: 64 * 1024 * 1024, env: { PATH: process.env['PATH'] } };
    execFile(process.execPath, [join(root, 'src/cli.ts'), ...words], options, (error, output, said) => {
      const code = error === null ? 0 : error.code;
      if (typeof code === 'number') resolve({ exitCode: code, output, said });
      else reject(error ?? new Error('The command line did not end.'));
    });
  });
}

export function hasButton({ blocks }: Pick<Message, 'blocks'>, name: string): boolean {
  return JSON.stringify(blocks).includes(`"action_id":"button:${name}"`);
}

/** What a message says in words: every text of its blocks, in order. */
export function wordsOf({ text, blocks }: Pick<Message, 'text' | 'blocks'>): string {
  const found: string[] = [];
  const collect = (part: unknown): void => {
    if (Array.isArray(part)) part.forEach(collect);
    else if (part !== null && typeof part === 'object') {
      for (const [key, value] of Object.entries(part)) {
        if (key === 'text' && typeof value === 'string') found.push(value);
        else if (key !== 'confirm') collect(value);
      }
    }
  };
  collect(blocks);
  return found.length === 0 ? text : found.join('\n');
}
