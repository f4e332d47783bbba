import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import { promisify } from 'node:util';

const run = promisify(execFile);

export type Remote = {
  /** https://, ssh:// or file://; `git@host:path` is written ssh://git@host/path. */
  readonly url: string;
  /** The branch that is followed; the remote's own default when not given. */
  readonly branch?: string | undefined;
  /** A token for https, asked for each time, because mounted tokens are rotated. */
  readonly token?: (() => string) | undefined;
};

export type GitOptions = {
  /** The environment of this process; git gets of it only what it needs to reach a remote. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
  readonly timeoutMilliseconds?: number | undefined;
};

/** Runs git with these words in a directory; gives back what it printed. */
export type Git = (words: readonly string[], directory?: string) => Promise<string>;

const usualTimeoutMilliseconds = 120_000;
const mostOutputBytes = 1024 * 1024;

/** Git could not bring or take the files. `because` is one clause without a full stop, and holds no password. */
export class CannotFetchError extends Error {
  override readonly name = 'CannotFetchError';
  readonly because: string;

  constructor(because: string) {
    super(`The articles could not be fetched: ${because}.`);
    this.because = because;
  }
}

/**
 * Git for one remote. Nothing of the remote is run: no hooks, no submodules, no prompts, no filters of its own. What
 * it logs in with stands in the environment of git alone: not in its words, which every user of the machine can list,
 * and not in the checkout.
 * @returns how to call it, and the address to call it with, which holds no password
 * @throws {CannotFetchError} when the address or the branch is none
 */
export function gitFor(
  remote: Remote,
  { environment = {}, timeoutMilliseconds = usualTimeoutMilliseconds }: GitOptions,
): { git: Git; url: string; branch: string | undefined } {
  const given = allowedUrl(remote.url);
  const login = loginOf(given, remote.token);
  const url = login === undefined ? remote.url : withoutLogin(given);
  const call = { timeout: timeoutMilliseconds, environment, url: remote.url, settings: settingsOf(given, login) };
  return {
    git: async (words, directory) => callGit(words, directory, call),
    url,
    branch: allowedBranch(remote.branch),
  };
}

function allowedUrl(url: string): URL {
  const parsed = URL.parse(url);
  if (parsed === null) {
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
  return parsed;
}

export function allowedBranch(branch: string | undefined): string | undefined {
  if (branch !== undefined && !/^(?!-)(?!.*\.\.)[\w./-]{1,200}$/.test(branch)) {
    throw new CannotFetchError(`${JSON.stringify(branch.slice(0, 60))} is no name of a branch`);
  }
  return branch;
}

/** Hosts that take any name beside a token, and the one that wants its own, take this one. */
const userOfTokens = 'x-access-token';

/** `user:password` for https, from the token or from the address. */
function loginOf({ protocol, username, password }: URL, token: Remote['token']): string | undefined {
  if (protocol !== 'https:') return undefined;
  const user = decodeURIComponent(username);
  if (token !== undefined) return `${user === '' ? userOfTokens : user}:${read(token)}`;
  return password === '' ? undefined : `${user}:${decodeURIComponent(password)}`;
}

function read(token: () => string): string {
  try {
    return token();
  } catch (error) {
    throw new CannotFetchError(
      `the token for it cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function withoutLogin(url: URL): string {
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  return bare.href;
}

/** A header of ours would follow a redirect to any host, so that with one none is followed. */
function settingsOf({ origin }: URL, login: string | undefined): readonly (readonly [string, string])[] {
  if (login === undefined) return [];
  return [
    [`http.${origin}/.extraHeader`, `Authorization: Basic ${Buffer.from(login).toString('base64')}`],
    ['http.followRedirects', 'false'],
  ];
}

// Of the environment git gets what it needs to reach a remote, and nothing that changes what it does.
const passedOn = ['SSH_AUTH_SOCK', 'https_proxy', 'HTTPS_PROXY', 'no_proxy', 'NO_PROXY', 'SSL_CERT_FILE'];
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
  readonly timeout: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly url: string;
  readonly settings: readonly (readonly [string, string])[];
};

async function callGit(
  words: readonly string[],
  directory: string | undefined,
  { timeout, environment, url, settings }: Call,
): Promise<string> {
  const inherited = passedOn.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]]));
  const given = settings.flatMap(([key, value], at) => [
    [`GIT_CONFIG_KEY_${at}`, key],
    [`GIT_CONFIG_VALUE_${at}`, value],
  ]);
  try {
    const { stdout } = await run('git', [...options, ...words], {
      ...(directory === undefined ? {} : { cwd: directory }),
      env: {
        ...Object.fromEntries([...inherited, ...given]),
        GIT_CONFIG_COUNT: String(settings.length),
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
export function withoutPassword(text: string): string {
  return text.replace(/(\w+:\/\/)[^@/\s]+@/g, '$1');
}
