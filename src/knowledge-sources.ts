import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { checkout } from './adapters/git/checkout.ts';
import { CannotFetchError, type Remote, withoutPassword } from './adapters/git/git.ts';
import type { Clock } from './ports/clock.ts';

export type KnowledgeSource = {
  /** The folder of the Markdown tree; of a remote, the folder inside it, '' for all of it. */
  readonly folder: string;
  /** A remote whose files are fetched. */
  readonly remote?: Remote | undefined;
  /** How often a remote is fetched at most; at every refresh when not given. */
  readonly everyMilliseconds?: number | undefined;
  /**
   * The address of an article where the team keeps it: `{path}` with extension, `{id}` without, `{slug}` of the title,
   * `{pageId}` of the front matter. An article that lacks what the template asks for gets the reader's address.
   */
  readonly urlTemplate?: string | undefined;
  /** Came with the product: an article is linked for its own finding codes and not for others. */
  readonly shipped?: boolean;
};

/** The articles that come with the product. */
export const shippedSource: KnowledgeSource = {
  folder: fileURLToPath(new URL('../knowledge', import.meta.url)),
  shipped: true,
};

/** What a template of addresses may ask for. */
export const addressFields = ['path', 'id', 'slug', 'pageId'];

export type WhereSourcesLie = {
  /** Where remotes are checked out. */
  readonly cacheFolder?: string | undefined;
  /** What git may need to reach remotes: the environment of this process. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** False: remotes are not asked now, and what was fetched before is there already. */
  readonly fetch: boolean;
};

type Place = { readonly folder?: string; readonly problem?: string };

/** How a source is called in a report; a password in its address is left out. */
export function nameOf({ folder, remote }: KnowledgeSource): string {
  return remote === undefined ? folder : `${withoutPassword(remote.url)} ${folder}`.trim();
}

/** Knows where the files of each source lie, and when each remote was asked last. */
export function createPlaces(clock: Clock) {
  const asked = new Map<string, { at: number; problem: string | undefined }>();

  /**
   * Where the files of a source lie now. A remote that cannot be reached leaves what was fetched before, and says why,
   * until it was reached again; a source without any place for its files has no folder.
   */
  return async (source: KnowledgeSource, { cacheFolder, environment = {}, fetch }: WhereSourcesLie): Promise<Place> => {
    const { folder, remote, everyMilliseconds = 0 } = source;
    if (remote === undefined) return { folder };
    if (cacheFolder === undefined) return { problem: 'a remote needs a cache folder to be fetched into' };
    const key = keyOf(remote);
    const root = join(cacheFolder, 'remotes', key);
    const inside = join(root, folder);
    if (inside !== root && !isInside(root, inside)) {
      return { problem: `the folder ${folder} lies outside of the remote` };
    }
    if (!fetch && !existsSync(root)) return { problem: 'it was not fetched yet' };
    const before = asked.get(key);
    const at = clock.now().getTime();
    const due = fetch && (before === undefined || at - before.at >= everyMilliseconds);
    const problem = due ? await problemOf(remote, root, environment) : before?.problem;
    if (due) asked.set(key, { at, problem });
    return { folder: inside, ...(problem === undefined ? {} : { problem }) };
  };
}

async function problemOf(
  remote: Remote,
  folder: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  try {
    await checkout({ remote, folder, environment });
    return undefined;
  } catch (error) {
    if (error instanceof CannotFetchError) return error.because;
    return `it cannot be checked out here: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Two sources in one branch of one remote share its checkout. */
function keyOf({ url, branch }: Remote): string {
  return createHash('sha256')
    .update(JSON.stringify([url, branch]))
    .digest('hex')
    .slice(0, 16);
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

/** The reader's pages have an anchor for each section; what the team's own pages have is not known. */
export function sectionAddress(url: string, anchor: string, readerUrl: string | undefined): string {
  const isReaders = readerUrl !== undefined && url.startsWith(readerUrl);
  return isReaders && anchor !== '' ? `${url}#${encodeURIComponent(anchor)}` : url;
}

function slugOf(title: string): string {
  const words = title.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-');
  return words.replace(/^-|-$/g, '');
}

function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
