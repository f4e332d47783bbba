import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export type Remote = {
  /** https://, ssh:// or file://; `git@host:path` is written ssh://git@host/path. */
  readonly url: string;
  /** The branch that is followed; the remote's own default when not given. */
  readonly branch?: string | undefined;
};

export type CheckoutOptions = {
  readonly remote: Remote;
  /** Where the files are put; owned by this function. */
  readonly folder: string;
  /** The environment of this process; git gets of it only what it needs to reach a remote. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly timeoutMilliseconds?: number;
};

const usualTimeoutMilliseconds = 120_000;
const mostOutputBytes = 1024 * 1024;

/** Git could not bring the files. `because` is one clause without a full stop, and holds no password. */
export class CannotFetchError extends Error {
  override readonly name = 'CannotFetchError';
  readonly because: string;

  constructor(because: string) {
    super(`The articles could not be fetched: ${because}.`);
    this.because = because;
  }
}

/**
 * Brings the newest files of a remote into a folder: a clone without history at first, later only what is new.
 * Nothing of the remote is run: no hooks, no submodules, no prompts, no filters of its own.
 * @returns the commit that the folder now holds
 * @throws {CannotFetchError} the folder then keeps what it had
 */
export async function checkout({
  remote,
  folder,
  environment = {},
  timeoutMilliseconds = usualTimeoutMilliseconds,
}: CheckoutOptions): Promise<string> {
  const url = allowedUrl(remote.url);
  const branch = allowedBranch(remote.branch);
  const git = (words: readonly string[], directory?: string) =>
    call(words, { directory, timeout: timeoutMilliseconds, environment, url });
  if (existsSync(join(folder, '.git')) && (await holds(git, folder, url))) {
    await git(['fetch', '--depth', '1', '--no-tags', '--force', 'origin', branch ?? 'HEAD'], folder);
    await git(['reset', '--hard', 'FETCH_HEAD'], folder);
    await git(['clean', '-ffdx'], folder);
  } else {
    await rm(folder, { recursive: true, force: true });
    await mkdir(dirname(folder), { recursive: true });
    const which = branch === undefined ? [] : ['--branch', branch];
    await git(['clone', '--depth', '1', '--no-tags', '--single-branch', ...which, '--', url, folder]);
  }
  return (await git(['rev-parse', 'HEAD'], folder)).trim();
}

type Git = (words: readonly string[], directory?: string) => Promise<string>;

/** False when the folder follows another remote, or is no whole checkout. */
async function holds(git: Git, folder: string, url: string): Promise<boolean> {
  try {
    return (await git(['config', '--get', 'remote.origin.url'], folder)).trim() === url;
  } catch {
    return false;
  }
}

function allowedUrl(url: string): string {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw new CannotFetchError('the address is no URL; write it as https://, ssh:// or file://');
  }
  if (!['https:', 'ssh:', 'file:'].includes(parsed.protocol)) {
    throw new CannotFetchError(
      `addresses that begin with ${parsed.protocol} are not fetched, only https, ssh and file`,
    );
  }
  // A host or path that begins with a dash would be read as an option of ssh.
  if (parsed.hostname.startsWith('-') || parsed.username.startsWith('-') || /[\u0000-\u0020]/.test(url)) {
    throw new CannotFetchError('the address holds what no address of a repository holds');
  }
  return url;
}

function allowedBranch(branch: string | undefined): string | undefined {
  if (branch !== undefined && !/^(?!-)(?!.*\.\.)[\w./-]{1,200}$/.test(branch)) {
    throw new CannotFetchError(`${JSON.stringify(branch.slice(0, 60))} is no name of a branch`);
  }
  return branch;
}

// Of the environment git gets what it needs to reach a remote, and nothing that changes what it does.
const passedOn = ['SSH_AUTH_SOCK', 'https_proxy', 'HTTPS_PROXY', 'no_proxy', 'NO_PROXY'];
const usualPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const options = [
  'core.hooksPath=/dev/null',
  'core.symlinks=false',
  'core.fsmonitor=false',
  'core.autocrlf=false',
  'protocol.allow=never',
  'protocol.https.allow=always',
  'protocol.ssh.allow=always',
  'protocol.file.allow=always',
  'submodule.recurse=false',
  'credential.interactive=false',
].flatMap((setting) => ['-c', setting]);

type Call = {
  readonly directory: string | undefined;
  readonly timeout: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly url: string;
};

async function call(words: readonly string[], { directory, timeout, environment, url }: Call): Promise<string> {
  const inherited = passedOn.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]]));
  try {
    const { stdout } = await run('git', [...options, ...words], {
      ...(directory === undefined ? {} : { cwd: directory }),
      env: {
        ...Object.fromEntries(inherited),
        PATH: environment['PATH'] ?? usualPath,
        HOME: environment['HOME'] ?? homedir(),
        LC_ALL: 'C',
        GIT_TERMINAL_PROMPT: '0',
        GIT_ASKPASS: 'true',
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_LFS_SKIP_SMUDGE: '1',
        GIT_SSH_COMMAND: 'ssh -o BatchMode=yes -o ConnectTimeout=15',
      },
      timeout,
      killSignal: 'SIGKILL',
      maxBuffer: mostOutputBytes,
      encoding: 'utf8',
    });
    return stdout;
  } catch (error) {
    throw new CannotFetchError(explain(error, timeout, url));
  }
}

function explain(error: unknown, timeout: number, url: string): string {
  const { code, killed, stderr } = error as { code?: unknown; killed?: boolean; stderr?: string };
  if (code === 'ENOENT') return 'git is not installed here';
  if (killed === true) return `git did not end within ${Math.round(timeout / 1000)} s`;
  const lines = (stderr ?? '').split('\n').filter((line) => /^(?:fatal|error|remote):/.test(line));
  const said = (lines.at(-1) ?? 'git gave no reason').replace(/^\w+:\s*/, '').replace(/\.$/, '');
  return withoutPassword(said.replaceAll(url, withoutPassword(url))).slice(0, 300);
}

/** The user and password of a URL are nobody's business in a report. */
function withoutPassword(text: string): string {
  return text.replace(/(\w+:\/\/)[^@/\s]+@/g, '$1');
}
