import { createHash } from 'node:crypto';
import { join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CannotFetchError, checkout, type Remote } from './adapters/git/checkout.ts';

export type KnowledgeSource = {
  /** The folder of the Markdown tree; of a remote, the folder inside it, '' for all of it. */
  readonly folder: string;
  /** A remote whose files are fetched at every refresh. */
  readonly remote?: Remote | undefined;
  /**
   * The address of an article where the team keeps it: `{path}` with extension, `{id}` without, `{slug}` of the title,
   * `{pageId}` of the front matter. An article that lacks what the template asks for gets the reader's address.
   */
  readonly urlTemplate?: string | undefined;
};

export type WhereSourcesLie = {
  /** Where remotes are checked out. */
  readonly cacheFolder?: string | undefined;
  /** What git may need to reach remotes: the environment of this process. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
};

/** How a source is called in a report; a password in its address is left out. */
export function nameOf({ folder, remote }: KnowledgeSource): string {
  return remote === undefined ? folder : `${remote.url.replace(/\/\/[^@/]+@/, '//')} ${folder}`.trim();
}

/**
 * Where the files of a source lie now. A remote that cannot be reached leaves what was fetched before, and says why;
 * a source without any place for its files has no folder.
 */
export async function folderOf(
  { folder, remote }: KnowledgeSource,
  { cacheFolder, environment = {} }: WhereSourcesLie,
): Promise<{ folder?: string; problem?: string }> {
  if (remote === undefined) return { folder };
  if (cacheFolder === undefined) return { problem: 'a remote needs a cache folder to be fetched into' };
  const name = createHash('sha256')
    .update(JSON.stringify([remote.url, remote.branch]))
    .digest('hex');
  const root = join(cacheFolder, 'remotes', name.slice(0, 16));
  const inside = join(root, folder);
  if (inside !== root && !isInside(root, inside)) return { problem: `the folder ${folder} lies outside of the remote` };
  try {
    await checkout({ remote, folder: root, environment });
    return { folder: inside };
  } catch (error) {
    if (error instanceof CannotFetchError) return { folder: inside, problem: error.because };
    throw error;
  }
}

export function isInside(folder: string, path: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);
}

export type Addressed = {
  readonly id: string;
  readonly title: string;
  readonly identity: string | undefined;
  /** The file, and the folder of its source. */
  readonly path: string;
  readonly root: string;
};

/** The address of an article: where its team keeps it, else the reader's, else its file. */
export function addressOf(article: Addressed, urlTemplate: string | undefined, readerUrl: string | undefined): string {
  const { id, title, identity, path, root } = article;
  const own = readerUrl === undefined ? pathToFileURL(path).href : `${readerUrl}${encodePath(id)}`;
  if (urlTemplate === undefined) return own;
  const fields: Readonly<Record<string, string | undefined>> = {
    path: encodePath(relative(root, path).split(sep).join('/')),
    id: encodePath(id),
    slug: encodeURIComponent(slugOf(title)),
    pageId: identity === undefined ? undefined : encodeURIComponent(identity),
  };
  const lacking = [...urlTemplate.matchAll(/\{(\w+)\}/g)].some(([, name = '']) => fields[name] === undefined);
  return lacking ? own : urlTemplate.replace(/\{(\w+)\}/g, (_, name: string) => fields[name] ?? '');
}

function slugOf(title: string): string {
  const words = title.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-');
  return words.replace(/^-|-$/g, '');
}

function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
