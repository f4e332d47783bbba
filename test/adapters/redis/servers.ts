import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureProgram } from '../../../src/local/redis/program.ts';
import { type Server, startServer } from '../../../src/local/redis/server.ts';

/** Real servers on free ports of this machine, which end together and with this process. */
export type Servers = {
  /** The command-line client that came with the servers. */
  readonly client: string;
  readonly start: (settings?: readonly string[]) => Promise<number>;
  readonly startSentinel: (name: string, master: number) => Promise<number>;
  readonly stop: () => Promise<void>;
};

export async function openServers(): Promise<Servers> {
  const program = await ensureProgram((sentence) => void process.stderr.write(`${sentence}\n`));
  const folder = await mkdtemp(join(tmpdir(), 'triage-servers-'));
  const servers: Server[] = [];

  const launch = async (port: number, settings: readonly string[]) => {
    const data = join(folder, String(port));
    await mkdir(data);
    const common = ['--port', String(port), '--bind', '127.0.0.1', '--dir', data];
    servers.push(await startServer(program, [...settings, ...common], { host: '127.0.0.1', port }, data));
    return port;
  };

  return {
    client: program.replace('-server', '-cli'),
    start: async (settings = []) => launch(await freePort(), ['--save', '', ...settings]),
    startSentinel: async (name, master) => {
      const port = await freePort();
      // A Sentinel writes what it learns into its configuration, so it has to be a file.
      const configuration = join(folder, `sentinel-${port}.conf`);
      await writeFile(
        configuration,
        [
          `sentinel monitor ${name} 127.0.0.1 ${master} 1`,
          `sentinel down-after-milliseconds ${name} 500`,
          `sentinel failover-timeout ${name} 3000`,
          '',
        ].join('\n'),
      );
      return launch(port, [configuration, '--sentinel']);
    },
    stop: async () => {
      await Promise.all(servers.map(async (server) => server.stop()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Makes a Redis Cluster of three masters. Their second ports, for talking among themselves, are 10,000 higher. */
export async function openCluster(servers: Servers): Promise<number[]> {
  const ports: number[] = [];
  for (let node = 0; node < 3; node += 1) {
    ports.push(await servers.start(['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000']));
  }
  const nodes = ports.map((port) => `127.0.0.1:${port}`);
  await runToEnd(servers.client, ['--cluster', 'create', ...nodes, '--cluster-yes']);
  return ports;
}

async function runToEnd(program: string, words: readonly string[]): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const child = spawn(program, [...words], { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    child.stdout.on('data', (data: Buffer) => {
      said += data.toString();
    });
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`${program} ended with ${code}: ${said}`)),
    );
  });
}

/**
 * A free port whose second one, 10,000 higher, is free too. Both are below the ports that systems give to outgoing
 * connections, one of which could take it before the server does.
 */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 11_000 + Math.floor(Math.random() * 10_000);
    if ((await isFree(port)) && (await isFree(port + 10_000))) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
