import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Article, Knowledge } from '../../ports/knowledge.ts';

const FrontMatter = z.looseObject({
  title: z.string().optional(),
  findings: z.array(z.string()).default([]),
});

const articleFile = /\.(?:md|markdown|mdx|txt)$/i;
const largestArticleBytes = 2 * 1024 * 1024;

export type ArticleProblem = { readonly file: string; readonly because: string };

/** Reads one folder of Markdown articles. A file that cannot be read is named, and does not stop the others. */
export function readArticles(folder: string): { articles: Article[]; problems: ArticleProblem[] } {
  const articles: Article[] = [];
  const problems: ArticleProblem[] = [];
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => articleFile.test(name));
  for (const name of names.sort()) {
    const file = join(folder, name);
    try {
      const { size } = statSync(file);
      if (size > largestArticleBytes)
        throw new Error(`it has ${size} bytes; the largest that is read has ${largestArticleBytes}`);
      const id = relative(folder, file).split(sep).join('/').replace(articleFile, '');
      articles.push(readArticle(id, readFileSync(file, 'utf8')));
    } catch (error) {
      problems.push({ file: name, because: error instanceof Error ? error.message : String(error) });
    }
  }
  return { articles, problems };
}

function readArticle(id: string, text: string): Article {
  const match = /^---\r?\n([\s\S]*?)\r?\n---\r?\n/.exec(text);
  const front = FrontMatter.parse(match === null ? {} : (parse(match[1] ?? '') ?? {}));
  const markdown = match === null ? text : text.slice(match[0].length);
  const heading = /^#\s+(.+)$/m.exec(markdown)?.[1];
  return { id, title: front.title ?? heading ?? id, markdown, findings: front.findings };
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
