import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { connectRedis } from '../../src/adapters/redis/connect.ts';
import { WrongUsage } from '../../src/core/errors.ts';
import { ensureProgram } from '../../src/local/redis/program.ts';
import { privateRedis } from '../../src/local/redis.ts';
import { eventually } from '../redis.ts';

const program = join(import.meta.dirname, 'private-redis-process.ts');

let folder = '';
const ends: (() => Promise<unknown> | void)[] = [];

beforeEach(async () => {
  // Where there is no Redis yet it is installed first.
  await ensureProgram((sentence) => void process.stderr.write(`${sentence}\n`));
  folder = await mkdtemp(join(tmpdir(), 'triage-test-'));
}, 300_000);

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
  await rm(folder, { recursive: true, force: true });
});

const start = async (where: string) => {
  const redis = await privateRedis({ folder: where, say: () => {} });
  ends.push(redis.stop);
  return redis;
};

const ask = async (url: string, ...command: [string, ...string[]]) => {
  const connection = connectRedis({ url });
  const answer = await connection.within(2000, async () => connection.client.call(...command));
  await connection.close();
  return answer;
};

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('the private Redis', () => {
  test('keeps what it was told in its folder, over a stop and over a power cut', async () => {
    const first = await start(folder);
    await ask(first.url, 'SET', 'a', '1');
    await first.stop();
    const second = await start(folder);
    expect(await ask(second.url, 'GET', 'a')).toBe('1');
    await ask(second.url, 'SET', 'a', '2');
    process.kill(second.pid, 'SIGKILL');
    await eventually('it is gone', () => !isAlive(second.pid));
    const third = await start(folder);
    expect(await ask(third.url, 'GET', 'a')).toBe('2');
  });

  test('is for this user alone, evicts nothing, and puts nothing elsewhere', async () => {
    const { url } = await start(folder);
    const setting = async (name: string) => ((await ask(url, 'CONFIG', 'GET', name)) as string[])[1];
    expect(await setting('port')).toBe('0');
    expect(await setting('unixsocketperm')).toBe('700');
    expect(await setting('maxmemory-policy')).toBe('noeviction');
    expect(await setting('appendonly')).toBe('yes');
    expect(await setting('dir')).toBe(folder);
  });

  test('starts in a folder whose path is too long for a socket, and has odd characters', async () => {
    const { url } = await start(join(folder, 'x'.repeat(120), 'ein Ordner %20 & mehr'));
    expect(await ask(url, 'PING')).toBe('PONG');
  });

  test('does not share its folder with a second one', async () => {
    await start(folder);
    const second = privateRedis({ folder });
    await expect(second).rejects.toBeInstanceOf(WrongUsage);
    await expect(second).rejects.toThrow(`Another process keeps its Redis in ${folder} at this moment.`);
  });

  test('says the last words of a server that does not start', async () => {
    await mkdir(join(folder, 'appendonlydir'));
    await writeFile(join(folder, 'appendonlydir', 'appendonly.aof.manifest'), 'nonsense\n');
    await writeFile(join(folder, 'appendonly.aof'), 'nonsense\n');
    await expect(privateRedis({ folder })).rejects.toThrow(/did not start\. Its last words: .*(AOF|appendonly)/i);
  });
});

describe('a process with a private Redis', () => {
  const run = (words: readonly string[], path?: string) => {
    const child = spawn(process.execPath, ['--no-warnings', program, ...words], {
      env: { ...process.env, NODE_OPTIONS: '', ...(path === undefined ? {} : { PATH: path }) },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    ends.push(() => void child.kill('SIGKILL'));
    return child;
  };

  const outcomeOf = async (child: ChildProcess): Promise<Record<string, unknown>> => {
    let text = '';
    child.stdout?.on('data', (data: Buffer) => {
      text += data.toString();
    });
    return JSON.parse(await eventually('it says what came of it', () => text.endsWith('\n') && text));
  };

  test.each(['SIGTERM', 'SIGKILL'] as const)('takes it along when it dies of %s', async (signal) => {
    const child = run([folder]);
    const { pid } = await outcomeOf(child);
    expect(isAlive(Number(pid))).toBe(true);
    child.kill(signal);
    await once(child, 'exit');
    await eventually('the server is gone', () => !isAlive(Number(pid)), 5000);
    expect(isAlive(Number(pid))).toBe(false);
  });

  test('ends by itself once it has stopped it', async () => {
    const child = run([folder, 'stop']);
    const { pid } = await outcomeOf(child);
    if (child.exitCode === null) await once(child, 'exit');
    expect(child.exitCode).toBe(0);
    expect(isAlive(Number(pid))).toBe(false);
  });

  /** A PATH with nothing on it but these programs, each a few lines of shell. */
  const pathWith = async (programs: Record<string, string>) => {
    const path = join(folder, 'bin');
    await mkdir(path);
    await symlink('/usr/bin/env', join(path, 'env'));
    for (const [name, lines] of Object.entries(programs)) {
      await writeFile(join(path, name), `#!/bin/sh\n${lines}\n`);
      await chmod(join(path, name), 0o755);
    }
    return path;
  };

  // Stands for sudo too: it runs what it is given.
  const sudo = 'shift; exec "$@"';

  test('installs the package where it may, after refreshing the list, and says so', async () => {
    const found = (await ensureProgram(() => {})) ?? '';
    const there = await whereIs(found);
    const log = join(folder, 'apt.log');
    const aptGet = `echo "$@" >> ${log}\ncase "$*" in *"install --yes"*) /bin/ln -s ${there} ${join(folder, 'bin', 'redis-server')};; esac`;
    const path = await pathWith({ 'apt-get': aptGet, sudo, true: 'exit 0' });
    const outcome = await outcomeOf(run([join(folder, 'data'), 'stop'], path));
    expect(outcome).toMatchObject({ url: expect.stringContaining('redis+unix://') });
    expect(outcome.said).toEqual([
      expect.stringContaining('Installing the package redis-server with apt-get'),
      'The package redis-server is installed.',
    ]);
    const asked = (await readFile(log, 'utf8')).split('\n').filter((line) => !line.includes('--version'));
    expect(asked[0]).toMatch(/ update$/);
    expect(asked[1]).toMatch(/ install --yes --no-install-recommends redis-server$/);
  });

  test('says which command to type where installing does not work', async () => {
    const path = await pathWith({
      'apt-get': 'case "$*" in *check*|*--version*) exit 0;; esac\nexit 100',
      sudo,
      true: 'exit 0',
    });
    const outcome = await outcomeOf(run([join(folder, 'data'), 'stop'], path));
    expect(outcome.refused).toContain('there is no redis-server or valkey-server on this machine');
    expect(outcome.next).toContain('sudo apt-get update && sudo apt-get install --yes redis-server');
  });

  test.each([
    ['dnf', 'sudo dnf install --assumeyes valkey'],
    ['apk', 'sudo apk add redis'],
    ['brew', 'brew install redis'],
    ['nothing', 'docker run'],
  ])('names the command of a platform with %s', async (installer, command) => {
    const path = await pathWith({ [installer]: 'exit 0' });
    const outcome = await outcomeOf(run([join(folder, 'data'), 'stop'], path));
    expect(outcome.next).toContain(command);
    expect(outcome.next).toContain('Or set REDIS_URL');
  });
});

async function whereIs(name: string): Promise<string> {
  const child = spawn('/bin/sh', ['-c', `command -v ${name}`], { stdio: ['ignore', 'pipe', 'inherit'] });
  let path = '';
  child.stdout.on('data', (data: Buffer) => {
    path += data.toString();
  });
  await once(child, 'close');
  return path.trim();
}
