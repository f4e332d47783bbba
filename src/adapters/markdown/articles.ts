import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { ReadArticle } from '../../core/article.ts';
import { type ArticleFile, type ArticleProblem, largestFileBytes, listArticles } from './folder.ts';
import { readArticle } from './read-article.ts';

export type { ArticleProblem } from './folder.ts';

/** Reads every article below a folder. A file that cannot be read is named, and does not stop the others. */
export async function readFolder(folder: string): Promise<{ articles: ReadArticle[]; problems: ArticleProblem[] }> {
  const { files, problems } = await listArticles(folder);
  const articles: ReadArticle[] = [];
  for (const file of files) {
    try {
      const { article, problems: said } = readArticle(file.id, (await readBytes(file)).content);
      articles.push(article);
      problems.push(...said.map((because) => ({ file: file.id, because })));
    } catch (error) {
      problems.push({ file: file.id, because: error instanceof Error ? error.message : String(error) });
    }
  }
  return { articles, problems };
}

/** The bytes of a listed file and their hash, which stays the same when the file is moved or fetched anew. */
export async function readBytes({ path, bytes }: ArticleFile): Promise<{ content: Uint8Array; hash: string }> {
  if (bytes > largestFileBytes) {
    throw new Error(`it has ${bytes} bytes; the largest that is read has ${largestFileBytes}`);
  }
  const content = await readFile(path);
  return { content, hash: createHash('sha256').update(content).digest('base64url') };
}
