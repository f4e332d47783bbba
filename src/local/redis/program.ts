import { spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { WrongUsage } from '../../core/errors.ts';

const programs = ['redis-server', 'valkey-server'] as const;

/** The first of the Redis family on this machine's PATH. */
export async function findProgram(): Promise<string | undefined> {
  for (const program of programs) {
    if ((await run(program, ['--version'])) === 0) return program;
  }
  return undefined;
}

/**
 * Finds a Redis server, installing Debian's package when there is none and this process may. Throws `WrongUsage`
 * with the command to type when it may not.
 * @param say told what is being done, as whole sentences: installing takes a while
 */
export async function ensureProgram(say: (sentence: string) => void): Promise<string> {
  const found = await findProgram();
  if (found !== undefined) return found;
  const asRoot = await apt();
  if (asRoot === undefined) throw notInstalled(await commandOfPlatform());
  say(
    'There is no redis-server on this machine. Installing the package redis-server with apt-get; this takes about a minute.',
  );
  // Several programs that start at once all come here, and apt-get lets one of them work at a time.
  for (let attempt = 1; attempt <= 20; attempt += 1) {
    await run(...asRoot('update'));
    await run(...asRoot('install', '--yes', '--no-install-recommends', 'redis-server'));
    const installed = await findProgram();
    if (installed !== undefined) {
      say('The package redis-server is installed.');
      return installed;
    }
    if (attempt >= 2 && !(await isLocked(asRoot))) break;
    await pause(1500);
  }
  throw notInstalled('sudo apt-get update && sudo apt-get install --yes redis-server');
}

type Command = [program: string, words: readonly string[]];
type AsRoot = (...words: string[]) => Command;

/** How apt-get is run with the rights it needs, or undefined when there is none or nobody may. */
async function apt(): Promise<AsRoot | undefined> {
  const words = ['-qq', '-o', 'DPkg::Lock::Timeout=120'];
  if ((await run('apt-get', ['--version'])) !== 0) return undefined;
  if (process.getuid?.() === 0)
    return (...more) => ['env', ['DEBIAN_FRONTEND=noninteractive', 'apt-get', ...words, ...more]];
  if ((await run('sudo', ['-n', 'true'])) !== 0) return undefined;
  return (...more) => ['sudo', ['-n', 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...words, ...more]];
}

/** Whether somebody else is installing: then waiting helps, and otherwise it does not. */
async function isLocked(asRoot: AsRoot): Promise<boolean> {
  return (await run(...asRoot('-o', 'DPkg::Lock::Timeout=0', 'check'))) !== 0;
}

async function commandOfPlatform(): Promise<string> {
  const commands: [string, string][] = [
    ['apt-get', 'sudo apt-get update && sudo apt-get install --yes redis-server'],
    ['dnf', 'sudo dnf install --assumeyes valkey'],
    ['apk', 'sudo apk add redis'],
    ['brew', 'brew install redis'],
  ];
  for (const [installer, command] of commands) {
    if ((await run(installer, ['--version'])) === 0) return command;
  }
  return 'docker run --rm --publish 127.0.0.1:6379:6379 redis:7 and set REDIS_URL=redis://127.0.0.1:6379';
}

function notInstalled(command: string): WrongUsage {
  return new WrongUsage(
    'The bot keeps its jobs and records in Redis, and there is no redis-server or valkey-server on this machine.',
    `Install one with: ${command}. Or set REDIS_URL to one that runs elsewhere.`,
  );
}

/** Runs a program to its end and gives back its exit code; -1 when it is not there. What it prints is an error's. */
async function run(program: string, words: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(program, [...words], { stdio: ['ignore', 'ignore', 'ignore'] });
    child.once('error', () => resolve(-1));
    child.once('exit', (code) => resolve(code ?? -1));
  });
}
