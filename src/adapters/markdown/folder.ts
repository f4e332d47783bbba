import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

export const articleFile = /\.(?:md|markdown|mdx|txt)$/i;
export const largestFileBytes = 16 * 1024 * 1024;

const skipped = new Set(['.git', 'node_modules', '.github']);
const deepest = 32;

export type ArticleFile = {
  /** Path below the folder, without extension, `/` between the parts. */
  readonly id: string;
  readonly path: string;
  readonly bytes: number;
  /** Changes when the content may have changed. */
  readonly version: string;
};

/** What could not be read, or not as it was meant. `because` is one clause without a full stop. */
export type ArticleProblem = { readonly file: string; readonly because: string };

/** Every article below a folder, in the order of their ids. Links are not followed: an article lies inside its folder. */
export async function listArticles(folder: string): Promise<{ files: ArticleFile[]; problems: ArticleProblem[] }> {
  const files: ArticleFile[] = [];
  const problems: ArticleProblem[] = [];
  const taken = new Set<string>();
  const visit = async (below: string, depth: number): Promise<void> => {
    let entries: Dirent[];
    try {
      entries = await readdir(join(folder, below), { withFileTypes: true });
    } catch (error) {
      problems.push({ file: below === '' ? folder : below, because: `the folder cannot be read: ${messageOf(error)}` });
      return;
    }
    for (const entry of entries.sort((one, other) => (one.name < other.name ? -1 : 1))) {
      const name = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) {
        if (skipped.has(entry.name)) continue;
        if (depth >= deepest) problems.push({ file: name, because: `it is more than ${deepest} folders deep` });
        else await visit(name, depth + 1);
      } else if (articleFile.test(entry.name)) {
        if (entry.isFile()) await add(name);
        else problems.push({ file: name, because: 'it is a link or no regular file' });
      }
    }
  };
  const add = async (name: string): Promise<void> => {
    try {
      const path = join(folder, name);
      const { size, mtimeMs, ino } = await stat(path);
      const bare = name.replace(articleFile, '');
      // `guide.md` and `guide.txt` would be one article: the second keeps its extension.
      const id = taken.has(bare) ? name : bare;
      taken.add(id);
      files.push({ id, path, bytes: size, version: `${size}-${mtimeMs}-${ino}` });
    } catch (error) {
      problems.push({ file: name, because: messageOf(error) });
    }
  };
  await visit('', 0);
  return { files, problems };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
