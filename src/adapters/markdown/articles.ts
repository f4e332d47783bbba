import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReadArticle } from '../../core/article.ts';
import type { Article, Knowledge } from '../../ports/knowledge.ts';
import { type ArticleFile, type ArticleProblem, articleFile, largestFileBytes, listArticles } from './folder.ts';
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
  if (bytes > largestFileBytes) throw new Error(tooLarge(bytes));
  const content = await readFile(path);
  return { content, hash: createHash('sha256').update(content).digest('base64url') };
}

function tooLarge(bytes: number): string {
  return `it has ${bytes} bytes; the largest that is read has ${largestFileBytes}`;
}

/** The same in one go, for a command that does nothing else meanwhile. */
export function readArticles(folder: string): { articles: ReadArticle[]; problems: ArticleProblem[] } {
  const articles: ReadArticle[] = [];
  const problems: ArticleProblem[] = [];
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => articleFile.test(name));
  for (const name of names.sort()) {
    try {
      const { size } = statSync(join(folder, name));
      if (size > largestFileBytes) throw new Error(tooLarge(size));
      const id = name.replaceAll('\\', '/').replace(articleFile, '');
      const { article, problems: said } = readArticle(id, readFileSync(join(folder, name)));
      articles.push(article);
      problems.push(...said.map((because) => ({ file: name, because })));
    } catch (error) {
      problems.push({ file: name, because: error instanceof Error ? error.message : String(error) });
    }
  }
  return { articles, problems };
}

/** Articles by the finding codes that they name in their front matter; a translation stands after its original. */
export function knowledgeOf(articles: readonly Article[], urlOf: (id: string) => string): Knowledge {
  const byId = new Map(articles.map((article) => [article.id, article]));
  const byCode = new Map<string, Article[]>();
  for (const article of articles) {
    for (const code of article.findings) byCode.set(code, [...(byCode.get(code) ?? []), article]);
  }
  return {
    linksFor: (code) => (byCode.get(code) ?? []).map(({ id, title }) => ({ id, title, url: urlOf(id), score: 1 })),
    article: (id) => byId.get(id),
    articles: () => articles,
  };
}
