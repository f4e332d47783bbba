import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { startBot } from '../src/demo-bot.ts';
import { startWorkspace, type Workspace } from '../src/local/workspace/workspace.ts';
import { compare, inTurn, percentile, type Samples } from './measure.ts';

const concurrent = 50;
const rounds = 10;
const goal = 1.5;

/** How long each of 50 commands that are sent at once waits for its acknowledgement, in milliseconds. */
async function burst(workspace: Workspace, text: string, answers: boolean): Promise<Samples> {
  const ana = workspace.as('ana');
  const told = workspace.ephemerals('U0ANACHEN1').length;
  const samples = await Promise.all(
    Array.from({ length: concurrent }, async () => {
      const start = performance.now();
      const outcome = await ana.command('/triage', text, { channel: 'sandbox' });
      if (!outcome.acknowledged) throw new Error(`A command was not acknowledged: ${outcome.error}`);
      return performance.now() - start;
    }),
  );
  // The next burst must not meet the work of this one.
  if (answers) {
    const all = () => workspace.ephemerals('U0ANACHEN1').length >= told + concurrent;
    await workspace.waitFor(all, { withinMs: 30_000, what: 'an answer to every command' });
  }
  return samples;
}

async function connected(workspace: Workspace): Promise<Workspace> {
  await workspace.waitFor(() => workspace.connections() > 0, { withinMs: 30_000, what: 'the bot to connect' });
  return workspace;
}

async function memoryOf(process_: ChildProcess): Promise<number> {
  const { readFile } = await import('node:fs/promises');
  const status = await readFile(`/proc/${process_.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1024;
}

/** Acknowledgement, start-up and memory against a Bolt app that only acknowledges, both over Socket Mode. */
export async function benchAck(folder: string, redisUrl: string): Promise<string[]> {
  const [our, their] = await Promise.all([
    startWorkspace({ delivery: { mode: 'socket' } }),
    startWorkspace({ delivery: { mode: 'socket' } }),
  ]);
  const emptyStart = performance.now();
  const empty = fork(
    fileURLToPath(new URL('empty-bolt.ts', import.meta.url)),
    [their.apiUrl, their.appToken, their.botToken],
    { stdio: 'ignore' },
  );
  await connected(their);
  const emptySeconds = performance.now() - emptyStart;
  const botStart = performance.now();
  const bot = startBot({ workspace: our, folder, redisUrl, port: 0, speed: 1, role: 'gateway' });
  bot.stderr?.resume();
  await connected(our);
  const botSeconds = performance.now() - botStart;
  try {
    await burst(our, 'subnet prod-sh', true);
    await burst(their, 'subnet prod-sh', false);
    const { ours, floor } = await inTurn(
      rounds,
      async () => burst(our, 'subnet prod-sh', true),
      async () => burst(their, 'subnet prod-sh', false),
    );
    return [
      compare(`ack p50, ${concurrent} commands at once`, percentile(ours, 0.5), percentile(floor, 0.5), 'ms'),
      compare(`ack p99, ${concurrent} commands at once`, percentile(ours, 0.99), percentile(floor, 0.99), 'ms', goal),
      compare('start until connected', botSeconds, emptySeconds, 'ms'),
      compare('memory of a gateway', await memoryOf(bot), await memoryOf(empty), 'MiB'),
    ];
  } finally {
    bot.kill('SIGKILL');
    empty.kill('SIGKILL');
    await Promise.all([our.close(), their.close()]);
  }
}
