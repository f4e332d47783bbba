import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { allowedBranch, CannotFetchError, type Git, type GitOptions, gitFor, type Remote } from './git.ts';

export type PushOptions = GitOptions & {
  readonly remote: Remote;
  /** The new branch, which begins at the one that the remote follows. */
  readonly branch: string;
  /** Path of the file inside the repository, `/` between the parts. */
  readonly path: string;
  readonly content: string;
  readonly message: string;
  /** Where a clone may lie for a moment. */
  readonly scratchFolder: string;
};

const author = ['-c', 'user.name=cluster-triage', '-c', 'user.email=cluster-triage@noreply.invalid'];

/**
 * Commits one new file to a new branch and pushes it. A branch that is there already is left alone, whoever made it:
 * reviewers may have worked on it.
 * @throws {CannotFetchError} nothing was pushed, or it is not known whether it was; it is safe to try again
 */
export async function pushBranch(options: PushOptions): Promise<'pushed' | 'already-there'> {
  const { remote, path, content, message, scratchFolder } = options;
  const { git, url, branch: from } = gitFor(remote, options);
  const branch = allowedBranch(options.branch) ?? '';
  if (await isThere(git, url, branch)) return 'already-there';
  await mkdir(scratchFolder, { recursive: true });
  const folder = await mkdtemp(join(scratchFolder, 'draft-'));
  try {
    const which = from === undefined ? [] : ['--branch', from];
    await git(['clone', '--depth', '1', '--no-tags', '--single-branch', ...which, '--', url, folder]);
    await write(folder, path, content);
    await git(['add', '--', path], folder);
    await git([...author, 'commit', '--no-gpg-sign', '-m', message], folder);
    const target = `refs/heads/${branch}`;
    // The lease is empty: the push is refused when somebody made the branch meanwhile.
    await git(['push', `--force-with-lease=${target}:`, 'origin', `HEAD:${target}`], folder);
    return 'pushed';
  } catch (error) {
    if (error instanceof CannotFetchError && (await isThere(git, url, branch).catch(() => false)))
      return 'already-there';
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function isThere(git: Git, url: string, branch: string): Promise<boolean> {
  return (await git(['ls-remote', '--heads', '--', url, `refs/heads/${branch}`])).trim() !== '';
}

async function write(folder: string, path: string, content: string): Promise<void> {
  const file = join(folder, path);
  const inside = relative(folder, file);
  if (inside === '' || inside.startsWith('..') || inside.split(sep)[0] === '.git') {
    throw new CannotFetchError(`the file ${path} lies outside of the repository`);
  }
  await mkdir(dirname(file), { recursive: true });
  try {
    await writeFile(file, content, { flag: 'wx' });
  } catch {
    throw new CannotFetchError(`the file ${path} is there already`);
  }
}
