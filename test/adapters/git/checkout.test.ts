import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { checkout } from '../../../src/adapters/git/checkout.ts';
import { CannotFetchError } from '../../../src/adapters/git/git.ts';

let root: string;
let remote: string;
let work: string;
let folder: string;

const git = (directory: string, ...words: string[]) =>
  execFileSync('git', ['-c', 'user.name=Ana', '-c', 'user.email=ana@example.com', ...words], {
    cwd: directory,
    stdio: ['ignore', 'pipe', 'ignore'],
    encoding: 'utf8',
  });

function publish(name: string, text: string): void {
  writeFileSync(join(work, name), text);
  git(work, 'add', '-A');
  git(work, 'commit', '-m', `Write ${name}`);
  git(work, 'push', 'origin', 'main');
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'checkout-'));
  remote = join(root, 'remote.git');
  work = join(root, 'work');
  folder = join(root, 'cache/articles');
  git(root, 'init', '--bare', '--initial-branch=main', remote);
  git(root, 'clone', remote, work);
  git(work, 'checkout', '-b', 'main');
  publish('one.md', '# One\n');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const fetchIt = async (branch?: string) => checkout({ remote: { url: pathToFileURL(remote).href, branch }, folder });

describe('a checkout of a remote', () => {
  test('brings its files, and later what changed, also when history was rewritten', async () => {
    const first = await fetchIt();
    expect(readFileSync(join(folder, 'one.md'), 'utf8')).toBe('# One\n');
    git(work, 'rm', '-q', 'one.md');
    publish('two.md', '# Two\n');
    git(work, 'commit', '--amend', '-m', 'Rewritten');
    git(work, 'push', '--force', 'origin', 'main');
    writeFileSync(join(folder, 'stray.md'), 'left here by somebody');
    const second = await fetchIt('main');
    expect(second).not.toBe(first);
    expect(existsSync(join(folder, 'one.md'))).toBe(false);
    expect(existsSync(join(folder, 'stray.md'))).toBe(false);
    expect(readFileSync(join(folder, 'two.md'), 'utf8')).toBe('# Two\n');
  });

  test('keeps what it has when the remote is gone, and says why', async () => {
    await fetchIt();
    rmSync(remote, { recursive: true });
    await expect(fetchIt()).rejects.toBeInstanceOf(CannotFetchError);
    expect(readFileSync(join(folder, 'one.md'), 'utf8')).toBe('# One\n');
  });

  test('starts anew when the folder holds something else', async () => {
    await fetchIt();
    const other = join(root, 'other.git');
    git(root, 'clone', '--bare', remote, other);
    await checkout({ remote: { url: pathToFileURL(other).href }, folder });
    expect(git(folder, 'config', '--get', 'remote.origin.url').trim()).toBe(pathToFileURL(other).href);
  });

  test('writes a symbolic link as a file, so that none leads out of the folder', async () => {
    execFileSync('ln', ['-s', '/etc/passwd', join(work, 'secret.md')]);
    publish('three.md', '# Three\n');
    await fetchIt();
    expect(readFileSync(join(folder, 'secret.md'), 'utf8')).toBe('/etc/passwd');
  });

  test.each([
    'ext::sh -c touch% /tmp/taken',
    'git@example.com:team/articles.git',
    '--upload-pack=touch /tmp/taken',
    'http://example.com/a.git',
    'ssh://-oProxyCommand=touch/x',
    'file:///tmp/a b',
  ])('refuses the address %s', async (url) => {
    await expect(checkout({ remote: { url }, folder })).rejects.toThrow('could not be fetched');
  });

  test.each(['--force', 'a..b', 'a b', ''])('refuses the branch %j', async (branch) => {
    await expect(fetchIt(branch)).rejects.toThrow('no name of a branch');
  });

  test('says nothing of a password', async () => {
    const url = 'https://ana:hunter2@127.0.0.1:1/articles.git';
    const failure = await checkout({ remote: { url }, folder }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(CannotFetchError);
    expect(String(failure)).not.toContain('hunter2');
  });

  test.each([
    ['a token', 'https://git.example.com/kb.git', () => 's3cret', 'x-access-token:s3cret'],
    ['a token and a user', 'https://bot@git.example.com/kb.git', () => 's3cret', 'bot:s3cret'],
    ['a password in the address', 'https://bot:s3cret@git.example.com/kb.git', undefined, 'bot:s3cret'],
  ])('hands over %s in the environment of git alone, and to this host only', async (_what, url, token, login) => {
    const bin = join(root, 'bin');
    mkdirSync(bin);
    writeFileSync(
      join(bin, 'git'),
      `#!/bin/sh\necho "$@" >> ${root}/words\n/usr/bin/env >> ${root}/environment\n/bin/mkdir -p ${folder}\n`,
    );
    chmodSync(join(bin, 'git'), 0o755);
    await checkout({ remote: { url, token }, folder, environment: { PATH: bin } });
    const environment = readFileSync(join(root, 'environment'), 'utf8');
    expect(readFileSync(join(root, 'words'), 'utf8')).not.toMatch(/s3cret|bot@/);
    expect(environment).toContain('GIT_CONFIG_KEY_0=http.https://git.example.com/.extraHeader');
    expect(environment).toContain(`Authorization: Basic ${Buffer.from(login).toString('base64')}`);
    expect(environment).toContain('GIT_CONFIG_KEY_1=http.followRedirects');
  });

  test('says that the token cannot be read', async () => {
    const token = () => {
      throw new Error('the variable KB_TOKEN is not set');
    };
    const failure = checkout({ remote: { url: 'https://git.example.com/kb.git', token }, folder });
    await expect(failure).rejects.toThrow('the token for it cannot be read: the variable KB_TOKEN is not set');
  });

  test('goes on after a git that was killed in the middle', async () => {
    await fetchIt();
    writeFileSync(join(folder, '.git/index.lock'), '');
    publish('later.md', '# Later\n');
    await fetchIt();
    expect(existsSync(join(folder, 'later.md'))).toBe(true);
  });
});
