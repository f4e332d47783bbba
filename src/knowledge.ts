import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readBytes } from './adapters/markdown/articles.ts';
import { type ArticleFile, listArticles } from './adapters/markdown/folder.ts';
import { plainWords } from './adapters/markdown/plain-words.ts';
import { readArticle, readingVersion } from './adapters/markdown/read-article.ts';
import { type AnalysedArticle, createIndexer, type SearchIndex } from './adapters/search/search-index.ts';
import { systemClock } from './adapters/system/clock.ts';
import type { Article, ArticleSummary, ReadArticle } from './core/article.ts';
import { type ArticleStanding, boostOf, notJudged } from './core/article-standing.ts';
import { createFindingLinks } from './finding-links.ts';
import {
  addressOf,
  createPlaces,
  isInside,
  type KnowledgeSource,
  nameOf,
  sectionAddress,
} from './knowledge-sources.ts';
import type { Clock } from './ports/clock.ts';
import type { ArticleProblem, Hit, KnowledgeBase } from './ports/knowledge.ts';

export type { KnowledgeSource } from './knowledge-sources.ts';

export type KnowledgeOptions = {
  readonly sources: readonly KnowledgeSource[];
  /** Where what was understood is kept between starts, and remotes are checked out. Nothing is kept without it. */
  readonly cacheFolder?: string | undefined;
  /** The address of the reader, such as `https://triage.example.com/kb/`; without it links lead to the files. */
  readonly readerUrl?: string | undefined;
  /** What people and fixes said about an article. */
  readonly standing?: (id: string) => ArticleStanding;
  /** What git may need to reach remotes: the environment of this process. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** True: remotes are fetched at the first `refresh`, not while this opens, and so never hold up a start. */
  readonly fetchLater?: boolean;
  readonly clock?: Clock;
};

/** A file that was read, before it has its id and address among all others. */
type Reading = {
  readonly file: ArticleFile;
  readonly source: KnowledgeSource;
  readonly root: string;
  /** Of the bytes: the same content is not analysed twice, wherever it lies. */
  readonly hash: string;
  readonly analysed: AnalysedArticle;
};

type Kept = ArticleSummary & Reading & { readonly url: string };

type Current = {
  readonly articles: readonly Kept[];
  readonly byId: ReadonlyMap<string, Kept>;
  readonly byCode: ReadonlyMap<string, readonly Kept[]>;
  readonly index: SearchIndex;
  readonly links: ReturnType<typeof createFindingLinks>;
  readonly problems: readonly ArticleProblem[];
};

const usualLimit = 10;
const filesAtOnce = 16;

/** Reads all sources and answers from memory; `refresh` reads again what changed. */
export async function openKnowledge(options: KnowledgeOptions): Promise<KnowledgeBase> {
  const indexer = createIndexer(readingVersion);
  const cacheFile = options.cacheFolder === undefined ? undefined : join(options.cacheFolder, 'knowledge.index');
  const cached = cacheFile === undefined ? new Map<string, AnalysedArticle>() : await indexer.load(cacheFile);
  let current: Current | undefined;
  let refreshing: ReturnType<KnowledgeBase['refresh']> | undefined;
  const placeOf = createPlaces(options.clock ?? systemClock);
  const standing = options.standing ?? (() => notJudged);

  const analyse = ({ id }: ArticleFile, content: Uint8Array): AnalysedArticle => {
    const { article, problems } = readArticle(id, content);
    return indexer.analyse(article, problems);
  };

  /** Reads what is new or changed of one source; what could not be read is named in `problems`. */
  const readSource = async (source: KnowledgeSource, before: ReadonlyMap<string, Kept>, problems: ArticleProblem[]) => {
    const say = (file: string, because: string) => problems.push({ source: nameOf(source), file, because });
    const fetch = current !== undefined || options.fetchLater !== true;
    const { folder: root, problem } = await placeOf(source, { ...options, fetch });
    if (problem !== undefined) say('', problem);
    if (root === undefined) return [];
    const listed = await listArticles(root);
    for (const { file, because } of listed.problems) say(file, because);
    // A folder that cannot be read for a moment does not take its articles away.
    if (listed.problems.some(({ file }) => file === root)) {
      return [...before.values()].filter(({ file }) => isInside(root, file.path));
    }
    const read: Reading[] = [];
    for (let at = 0; at < listed.files.length; at += filesAtOnce) {
      const batch = listed.files.slice(at, at + filesAtOnce);
      const contents = await Promise.allSettled(
        batch.map(async (file) => (before.get(file.path)?.file.version === file.version ? undefined : readBytes(file))),
      );
      for (const [index, file] of batch.entries()) {
        try {
          const content = contents[index];
          if (content?.status === 'rejected') throw content.reason;
          const known = before.get(file.path);
          if (content?.value === undefined) {
            if (known !== undefined) read.push({ ...known, file });
            continue;
          }
          const { hash, content: bytes } = content.value;
          const same = known?.hash === hash ? known.analysed : cached.get(cacheKey(hash, file));
          read.push({ file, source, root, hash, analysed: same ?? analyse(file, bytes) });
        } catch (error) {
          say(file.id, error instanceof Error ? error.message : String(error));
        }
      }
    }
    for (const { file, analysed } of read) for (const because of analysed.problems) say(file.id, because);
    return read;
  };

  const refresh = async () => {
    const started = performance.now();
    const before = new Map(current?.articles.map((article) => [article.file.path, article]));
    const problems: ArticleProblem[] = [];
    const read: Reading[] = [];
    for (const source of options.sources) read.push(...(await readSource(source, before, problems)));
    const articles = identified(read, options.readerUrl);
    const paths = new Set(articles.map(({ file }) => file.path));
    const removed = [...before.keys()].filter((path) => !paths.has(path)).length;
    const changed = articles.filter(({ file, analysed }) => before.get(file.path)?.analysed !== analysed).length;
    const index =
      current !== undefined && changed + removed === 0
        ? current.index
        : indexer.index(articles.map(({ analysed }) => analysed));
    current = currentOf(articles, index, problems, boost);
    cached.clear();
    if (cacheFile !== undefined && changed + removed > 0) {
      const analysed = new Map(articles.map((one) => [cacheKey(one.hash, one.file), one.analysed]));
      await indexer.save(cacheFile, analysed).catch((error: unknown) => {
        problems.push({ source: 'the cache', file: cacheFile, because: `it cannot be written: ${String(error)}` });
      });
    }
    return { read: changed, removed, milliseconds: Math.round(performance.now() - started) };
  };

  const now = (): Current => {
    if (current === undefined) throw new Error('The articles were not read yet.');
    return current;
  };
  const boost = (at: number) => boostOf(standing(now().articles[at]?.id ?? ''));
  const search = (text: string, limit: number): Hit[] => {
    const { articles, index } = now();
    return index.search(text, limit, { boost }).flatMap(({ article, ...found }) => {
      const kept = articles[article];
      if (kept === undefined) return [];
      const { id, title, url } = kept;
      const readAt = sectionAddress(url, found.section?.anchor ?? '', options.readerUrl);
      return [{ id, title, url, ...found, readAt, standing: standing(id) }];
    });
  };

  const base: KnowledgeBase = {
    linksFor: (code, questions = []) => {
      const own = (now().byCode.get(code) ?? []).map(({ id, title, url }) => ({ id, title, url, score: 1 }));
      if (questions.length === 0) return own;
      const shown = new Set(own.map(({ id }) => id));
      return [
        ...own,
        ...now()
          .links(code, questions)
          .filter(({ id }) => !shown.has(id)),
      ];
    },
    article: (id) => articleOf(now().byId.get(id)),
    articles: () => now().articles,
    search: (text, { limit = usualLimit } = {}) => search(text, limit),
    passage: (id, anchor) => passageOf(now().byId.get(id), anchor),
    sources: () =>
      options.sources.map((source) => ({
        source: nameOf(source),
        articles: now().articles.filter((article) => article.source === source).length,
      })),
    problems: () => now().problems,
    refresh: async () => {
      refreshing ??= refresh().finally(() => {
        refreshing = undefined;
      });
      return refreshing;
    },
  };
  await base.refresh();
  return base;
}

function currentOf(
  articles: readonly Kept[],
  index: SearchIndex,
  problems: readonly ArticleProblem[],
  boost: (article: number) => number,
): Current {
  const byCode = new Map<string, Kept[]>();
  for (const article of articles) {
    for (const code of article.findings) byCode.set(code, [...(byCode.get(code) ?? []), article]);
  }
  const linked = articles.map((kept) => ({
    ...kept,
    shipped: kept.source.shipped === true,
    solves: kept.analysed.solves,
    read: () => readAgain(kept),
  }));
  const links = createFindingLinks(linked, index, boost);
  return { articles, byId: new Map(articles.map((article) => [article.id, article])), byCode, index, links, problems };
}

/** Read again from its file: texts are not kept in memory. A file that is gone meanwhile is no article. */
function readAgain({ file }: Kept): ReadArticle | undefined {
  try {
    return readArticle(file.id, readFileSync(file.path)).article;
  } catch {
    return undefined;
  }
}

function articleOf(kept: Kept | undefined): Article | undefined {
  const read = kept === undefined ? undefined : readAgain(kept);
  if (kept === undefined || read === undefined) return undefined;
  return { id: kept.id, title: kept.title, findings: kept.findings, markdown: read.markdown };
}

function passageOf(kept: Kept | undefined, anchor: string): string {
  const read = kept === undefined ? undefined : readAgain(kept);
  return plainWords(read?.sections.find((section) => section.anchor === anchor)?.markdown ?? '');
}

/** Gives every article its id, and the address that goes with it: the second of the same id is called `id~2`. */
function identified(read: readonly Reading[], readerUrl: string | undefined): Kept[] {
  const ids = new Set<string>();
  return read.map((reading) => {
    const { file, source, root, analysed } = reading;
    let id = file.id;
    for (let count = 2; ids.has(id); count += 1) id = `${file.id}~${count}`;
    ids.add(id);
    const { title, findings, identity } = analysed;
    const url = addressOf({ id, title, identity, path: file.path, root }, source.urlTemplate, readerUrl);
    return { id, title, findings, file, source, root, hash: reading.hash, analysed, url };
  });
}

function cacheKey(hash: string, { id }: ArticleFile): string {
  return `${hash} ${id}`;
}
