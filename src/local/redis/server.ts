import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createConnection, type NetConnectOpts } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export type Server = { readonly stop: () => Promise<void> };

// The shell ends the server when its standard input ends, and that it does however this process dies, kill -9
// included. The server is in a group of its own: Ctrl-C in a terminal reaches the bot first, which still needs it.
const endWithParent = `
exec 3<&0
"$@" 3<&- &
server=$!
{ read -r _ <&3; kill "$server"; } &
watch=$!
wait "$server"
status=$?
kill "$watch" 2>/dev/null
exit $status
`;

const startWithinMilliseconds = 15_000;

/**
 * Starts a server of the Redis family and resolves when it answers.
 * @param at where it will listen, to ask whether it is there
 * @param folder where its output goes, in `server.log`
 */
export async function startServer(
  program: string,
  settings: readonly string[],
  at: NetConnectOpts,
  folder: string,
): Promise<Server> {
  const log = join(folder, 'server.log');
  const output = openSync(log, 'a');
  const shell = spawn('/bin/sh', ['-c', endWithParent, 'sh', program, ...settings], {
    stdio: ['pipe', output, output],
    detached: true,
  });
  closeSync(output);
  const ended = new Promise<void>((resolve) => {
    shell.once('exit', () => resolve());
    shell.once('error', () => resolve());
  });
  const stop = async () => end(shell, ended);
  // It must not keep a process alive that has nothing else to do.
  shell.unref();
  letGo(shell);

  const deadline = Date.now() + startWithinMilliseconds;
  while (!(await answers(at))) {
    if (shell.exitCode === null && shell.signalCode === null && Date.now() < deadline) {
      await pause(20);
      continue;
    }
    await stop();
    throw new Error(`The ${program} did not start. Its last words: ${await lastWords(log)}`);
  }
  return { stop };
}

function letGo(shell: ChildProcess): void {
  const input = shell.stdin;
  // The server may be gone first; then there is nobody to tell.
  input?.on('error', () => {});
  if (input !== null && 'unref' in input && typeof input.unref === 'function') input.unref();
}

async function end(shell: ChildProcess, ended: Promise<void>): Promise<void> {
  shell.stdin?.end();
  const late = new AbortController();
  const force = async () => {
    await pause(5000, undefined, { signal: late.signal });
    if (shell.pid !== undefined) process.kill(-shell.pid, 'SIGKILL');
  };
  // It is asked to stop and usually does at once; aborting the timer, or a group that is gone, are no errors.
  void force().catch(() => {});
  shell.ref();
  await ended;
  late.abort();
}

/** Whether something of the Redis family answers there, spoken to in its own few bytes. */
export async function answers(at: NetConnectOpts): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(at);
    const say = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1000, () => say(false));
    socket.once('error', () => say(false));
    socket.once('connect', () => socket.write('PING\r\n'));
    socket.once('data', (data) => say(data.toString().startsWith('+PONG')));
    socket.once('close', () => say(false));
  });
}

async function lastWords(log: string): Promise<string> {
  const text = await readFile(log, 'utf8').catch(() => '');
  const lines = text.trim().split('\n').slice(-3);
  return lines.join(' | ') === '' ? 'none.' : lines.join(' | ');
}
