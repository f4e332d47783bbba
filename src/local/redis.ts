import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { WrongUsage } from '../core/errors.ts';
import { ensureProgram } from './redis/program.ts';
import { answers, startServer } from './redis/server.ts';

export type PrivateRedis = {
  /** What `REDIS_URL` would hold. */
  readonly url: string;
  /** The process id of the server itself. */
  readonly pid: number;
  /** Ends the server; everything that was acknowledged is in the folder. */
  readonly stop: () => Promise<void>;
};

export type PrivateRedisOptions = {
  /** Where the data is kept, for this Redis alone; made when it is not there. */
  readonly folder: string;
  /** Told what takes a while. Standard error unless told. */
  readonly say?: (sentence: string) => void;
};

// A socket's path has to fit into 104 bytes on macOS and 108 on Linux.
const longestSocketPath = 100;
const socketName = 'redis.sock';

/**
 * A real Redis for this process alone: it listens on a socket that only this user may open, keeps everything it
 * acknowledged in its folder, and ends when this process ends, however that happens.
 */
export async function privateRedis({ folder, say = sayOnStandardError }: PrivateRedisOptions): Promise<PrivateRedis> {
  const program = await ensureProgram(say);
  const data = resolve(folder);
  await mkdir(data, { recursive: true, mode: 0o700 });
  const { socket, forget } = await socketFor(data);
  if (await answers({ path: socket })) {
    throw new WrongUsage(
      `Another process keeps its Redis in ${data} at this moment.`,
      'Stop that one first, or choose another folder.',
    );
  }
  const pidFile = join(data, 'server.pid');
  const server = await startServer(program, settings({ data, socket, pidFile }), { path: socket }, data);
  return {
    url: urlOf(socket),
    pid: Number(await readFile(pidFile, 'utf8')),
    stop: async () => {
      await server.stop();
      await forget();
    },
  };
}

/** The address of the private Redis that another process runs in this folder now; undefined when none answers. */
export async function runningRedis(folder: string): Promise<string | undefined> {
  const socket = join(resolve(folder), socketName);
  return (await answers({ path: socket })) ? urlOf(socket) : undefined;
}

function urlOf(socket: string): string {
  return `redis+unix://${socket.split('/').map(encodeURIComponent).join('/')}`;
}

type Places = { readonly data: string; readonly socket: string; readonly pidFile: string };

/** Every write is in the append-only file before it is acknowledged by the system; nothing is ever evicted. */
function settings({ data, socket, pidFile }: Places): string[] {
  return Object.entries({
    port: '0',
    unixsocket: socket,
    unixsocketperm: '700',
    dir: data,
    pidfile: pidFile,
    daemonize: 'no',
    appendonly: 'yes',
    appendfsync: 'everysec',
    save: '',
    'maxmemory-policy': 'noeviction',
  }).flatMap(([name, value]) => [`--${name}`, value]);
}

async function socketFor(data: string): Promise<{ socket: string; forget: () => Promise<void> }> {
  const inFolder = join(data, socketName);
  if (Buffer.byteLength(inFolder) <= longestSocketPath) return { socket: inFolder, forget: async () => {} };
  const short = await mkdtemp(join(tmpdir(), 'triage-'));
  return { socket: join(short, 'redis.sock'), forget: async () => rm(short, { recursive: true, force: true }) };
}

function sayOnStandardError(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}
