import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A program of the control plane, so that any process can start it again: it is kept as a file in the folder. */
type Program = { readonly name: string; readonly command: string; readonly args: readonly string[] };

/**
 * Reads its standard input, which is a pipe from the process that owns the control plane. The pipe ends when that
 * process does, in whatever way, and then nothing of the control plane is left: programs first, folder after.
 */
const guardScript = `
trap '' HUP INT TERM
cat >/dev/null
kill -KILL $(cat "$1"/pids/* 2>/dev/null) 2>/dev/null
for _ in 1 2 3 4 5 6 7 8 9 10; do
  kill -0 $(cat "$1"/pids/* 2>/dev/null) 2>/dev/null || break
  sleep 0.1
done
rm -rf "$1"
`;

/** Writes its own process id before it becomes the program, so that there is no moment at which the guard misses it. */
const startScript = 'echo $$ >"$0" && exec "$@"';

/** Ties the life of everything that is started in a folder to the life of this process. The result lets go of it. */
export async function guard(folder: string): Promise<() => void> {
  await mkdir(join(folder, 'pids'), { recursive: true });
  await mkdir(join(folder, 'logs'), { recursive: true });
  await mkdir(join(folder, 'programs'), { recursive: true });
  // Detached, so that Ctrl-C in the terminal does not reach it before it has done its work.
  const process = spawn('/bin/sh', ['-c', guardScript, 'guard', folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  process.unref();
  const { stdin } = process;
  stdin.on('error', () => undefined);
  // The pipe must not keep this process alive either.
  if ('unref' in stdin && typeof stdin.unref === 'function') stdin.unref();
  return () => stdin.end();
}

/** Starts a program with its output in `logs/<name>.log`. It is remembered for `restart`. */
export async function start(folder: string, program: Program): Promise<void> {
  await writeFile(join(folder, 'programs', `${program.name}.json`), JSON.stringify(program));
  const log = openSync(join(folder, 'logs', `${program.name}.log`), 'a');
  const pid = join(folder, 'pids', program.name);
  const child = spawn('/bin/sh', ['-c', startScript, pid, program.command, ...program.args], {
    cwd: folder,
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  child.unref();
  await until(async () => (await pidOf(folder, program.name)) === child.pid, 5000, `${program.name} did not start`);
}

/** Starts a program that was killed again, with the arguments it had. */
export async function restart(folder: string, name: string): Promise<void> {
  const program = JSON.parse(await readFile(join(folder, 'programs', `${name}.json`), 'utf8')) as Program;
  await start(folder, program);
}

/** Sends a signal to one program; SIGKILL returns when it is gone. */
export async function signal(folder: string, name: string, which: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL'): Promise<void> {
  const pid = await pidOf(folder, name);
  if (pid === undefined || !isAlive(pid)) return;
  process.kill(pid, which);
  if (which !== 'SIGKILL') return;
  await until(async () => !isAlive(pid), 10_000, `${name} did not end`);
  await rm(join(folder, 'pids', name), { force: true });
}

/** Kills everything that was started in a folder. */
export async function killAll(folder: string): Promise<void> {
  const names = await readdir(join(folder, 'pids')).catch(() => []);
  await Promise.all(names.map(async (name) => signal(folder, name, 'SIGKILL')));
}

/** Throws with the end of its log when a program is not running any more. */
export async function requireRunning(folder: string, name: string): Promise<void> {
  const pid = await pidOf(folder, name);
  if (pid !== undefined && isAlive(pid)) return;
  const log = await readFile(join(folder, 'logs', `${name}.log`), 'utf8').catch(() => '');
  throw new Error(`${name} ended by itself. Its last words:\n${log.slice(-2000)}`);
}

/** Asks again and again, 50 ms apart, until it is so; throws after the deadline. */
export async function until(isSo: () => Promise<boolean>, milliseconds: number, otherwise: string): Promise<void> {
  const deadline = Date.now() + milliseconds;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`${otherwise} within ${milliseconds / 1000} seconds.`);
    await sleep(50);
  }
}

/** Different ports of the loopback interface that nobody listens on at this moment. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      return new Promise<Server>((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
    }),
  );
  return Promise.all(
    servers.map(async (server) => {
      const address = server.address();
      await new Promise((resolve) => server.close(resolve));
      return address !== null && typeof address === 'object' ? address.port : 0;
    }),
  );
}

async function pidOf(folder: string, name: string): Promise<number | undefined> {
  const text = await readFile(join(folder, 'pids', name), 'utf8').catch(() => '');
  return text === '' ? undefined : Number(text);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
