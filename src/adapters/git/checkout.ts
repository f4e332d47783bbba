import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Git, type GitOptions, gitFor, type Remote } from './git.ts';

export type CheckoutOptions = GitOptions & {
  readonly remote: Remote;
  /** Where the files are put; owned by this function. */
  readonly folder: string;
};

/**
 * Brings the newest files of a remote into a folder: a clone without history at first, later only what is new.
 * @returns the commit that the folder now holds
 * @throws {CannotFetchError} the folder then keeps what it had
 */
export async function checkout({ remote, folder, ...options }: CheckoutOptions): Promise<string> {
  const { git, url, branch } = gitFor(remote, options);
  if (existsSync(join(folder, '.git')) && (await holds(git, folder, url))) {
    // Left by a process that was killed; the folder is nobody else's.
    for (const lock of ['index.lock', 'shallow.lock']) await rm(join(folder, '.git', lock), { force: true });
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

/** False when the folder follows another remote, or is no whole checkout. */
async function holds(git: Git, folder: string, url: string): Promise<boolean> {
  try {
    return (await git(['config', '--get', 'remote.origin.url'], folder)).trim() === url;
  } catch {
    return false;
  }
}
