import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { commands } from '../commands/index.ts';
import { catalogue } from './catalogue.ts';
import { completions, createScenarios, startBot } from './demo-bot.ts';
import { playScript } from './demo-script.ts';
import { privateRedis } from './local/redis.ts';
import { startWorkspace, type Workspace } from './local/workspace/workspace.ts';

const usualPort = 4390;
const startWithinMilliseconds = 60_000;

/** A port that is free now; the bot's own pages are served there. */
async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { script: { type: 'boolean', default: false }, port: { type: 'string' } } });
  const folder = mkdtempSync(join(tmpdir(), 'cluster-triage-demo-'));
  const ends: (() => Promise<void> | void)[] = [() => rmSync(folder, { recursive: true, force: true })];
  const end = async () => {
    for (const close of ends.splice(0).toReversed()) await Promise.resolve(close()).catch(() => undefined);
  };
  process.once('SIGINT', () => void end().then(() => process.exit(0)));
  process.once('SIGTERM', () => void end().then(() => process.exit(0)));
  try {
    const workspace = await open(folder, values.script, Number(values.port ?? (values.script ? 0 : usualPort)), ends);
    if (values.script) {
      process.exitCode = (await playScript(workspace, (line) => process.stdout.write(`${line}\n`))) ? 0 : 1;
      await end();
    } else {
      process.stdout.write(welcome(workspace));
    }
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
    await end();
  }
}

async function open(
  folder: string,
  script: boolean,
  port: number,
  ends: (() => Promise<void> | void)[],
): Promise<Workspace> {
  process.stderr.write('Starting a private Redis, a workspace and the bot …\n');
  const redis = await privateRedis({ folder: join(folder, 'redis') });
  ends.push(redis.stop);
  const scenarios = createScenarios(join(folder, 'world'), () => workspace.scenariosChanged());
  const workspace: Workspace = await startWorkspace({
    delivery: { mode: 'socket' },
    port,
    rateLimits: true,
    scenarios,
    commands: commands.map(({ name, summary, usageHint }) => ({
      command: `/${name}`,
      description: summary,
      usageHint,
      completions: completions(name, catalogue.playbooks) ?? [],
      shouldEscape: true,
    })),
  });
  ends.push(async () => workspace.close());
  const bot = startBot({
    workspace,
    folder: join(folder, 'world'),
    redisUrl: redis.url,
    port: await freePort(),
    speed: script ? 40 : 6,
    readMilliseconds: script ? 0 : 350,
  });
  const said: string[] = [];
  bot.stderr?.on('data', (chunk: Buffer) => said.push(chunk.toString('utf8')));
  ends.push(() => {
    bot.kill('SIGTERM');
  });
  await workspace
    .waitFor(() => workspace.connections() > 0 || bot.exitCode !== null, {
      withinMs: startWithinMilliseconds,
      what: 'the bot to connect',
    })
    .catch((error: unknown) => {
      throw new Error(`The bot did not start.\n${said.join('')}`, { cause: error });
    });
  if (bot.exitCode !== null) throw new Error(`The bot ended at once.\n${said.join('')}`);
  return workspace;
}

function welcome(workspace: Workspace): string {
  return [
    '',
    `  cluster-triage is running at ${workspace.address}`,
    '',
    '  Open it, type /triage subnet prod-sh, and approve the fix as Bo Larsen.',
    '  Press Ctrl+C to stop; nothing is left behind.',
    '',
    '',
  ].join('\n');
}

await main();
