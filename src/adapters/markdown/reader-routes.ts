import { posix } from 'node:path';
import type { Hit, KnowledgeBase } from '../../ports/knowledge.ts';
import { pageWords, readerHeaders, readerLayout } from './reader-layout.ts';
import { readerPage } from './reader-page.ts';
import { escapeHtml, type ResolveLink } from './render.ts';

export type PageAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

const articleEnding = /\.(?:md|markdown|mdx|txt)$/i;
const mostHits = 20;
const longestQuestion = 4000;
const longestId = 1000;

/**
 * The pages of the reader: `/kb` searches with `?q=`, `/kb/<id>` shows an article. Answers undefined for other paths.
 * An id is only ever looked up among the articles, so that no path leads to another file.
 */
export function kbRoutes(knowledge: KnowledgeBase): (path: string, query: URLSearchParams) => PageAnswer | undefined {
  return (path, query) => {
    if (path === '/kb' || path === '/kb/')
      return searchPage(knowledge, (query.get('q') ?? '').slice(0, longestQuestion).trim());
    if (!path.startsWith('/kb/') || path.length > longestId) return undefined;
    const id = path.slice('/kb/'.length);
    const article = knowledge.article(id);
    return article === undefined ? missingPage() : page(200, readerPage(article, resolverFor(id, knowledge)));
  };
}

export function articlePath(id: string): string {
  return `/kb/${id.split('/').map(encodeURIComponent).join('/')}`;
}

function page(status: number, body: string): PageAnswer {
  return { status, headers: readerHeaders, body };
}

/** Links between articles of one tree lead to their pages here. */
function resolverFor(id: string, knowledge: KnowledgeBase): ResolveLink {
  return (target) => {
    const [file = '', fragment] = target.split('#');
    if (!articleEnding.test(file)) return undefined;
    let decoded: string;
    try {
      decoded = decodeURIComponent(file);
    } catch {
      return undefined;
    }
    const other = posix.normalize(posix.join(posix.dirname(id), decoded)).replace(articleEnding, '');
    if (!knowledge.articles().some((article) => article.id === other)) return undefined;
    return `${articlePath(other)}${fragment === undefined ? '' : `#${encodeURIComponent(decodeOr(fragment))}`}`;
  };
}

function decodeOr(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function searchPage(knowledge: KnowledgeBase, asked: string): PageAnswer {
  const language = /[\u4E00-\u9FFF]/.test(asked) ? 'zh' : 'en';
  const hits = asked === '' ? [] : knowledge.search(asked, { limit: mostHits });
  const body = `<div class="page"><main>
<h1>${asked === '' ? pageWords.en.search : escapeHtml(asked)}</h1>
${asked === '' ? introduction(knowledge) : results(hits, language)}
</main></div>`;
  return page(200, readerLayout({ title: asked === '' ? 'Knowledge base' : asked, language, asked, body }));
}

function introduction(knowledge: KnowledgeBase): string {
  const count = knowledge.articles().length;
  return `<p class="note">${count === 1 ? 'One article is' : `${count.toLocaleString('en')} articles are`} here. Ask in English or Chinese, with an error line, a finding or your own words. 可以用中文提问。</p>`;
}

function results(hits: readonly Hit[], language: 'en' | 'zh'): string {
  const zh = language === 'zh';
  if (hits.length === 0)
    return `<p class="note">${zh ? '没有文章包含这些词。' : 'No article holds any of these words.'}</p>`;
  const doubt = zh
    ? '没有把握的答案；以下文章包含相同的词。'
    : 'No article is sure to answer. These share words with the question.';
  const note = hits.some(({ worthShowing }) => worthShowing) ? '' : `<p class="note">${doubt}</p>`;
  return `${note}<ol class="hits">
${hits.map((hit) => result(hit, zh)).join('\n')}
</ol>`;
}

function result({ id, title, score, section, because, worthShowing }: Hit, zh: boolean): string {
  const anchor = section === undefined || section.anchor === '' ? '' : `#${encodeURIComponent(section.anchor)}`;
  const words = because.map(({ asked, found }) =>
    asked === found ? `<mark>${escapeHtml(found)}</mark>` : `<mark>${escapeHtml(asked)} → ${escapeHtml(found)}</mark>`,
  );
  const where =
    section === undefined || section.heading === '' || section.heading === title
      ? ''
      : `<p class="where">${escapeHtml(section.heading)}</p>`;
  return `<li${worthShowing ? ' class="sure"' : ''}><a href="${escapeHtml(articlePath(id) + anchor)}">${escapeHtml(title)}</a>
${where}<p class="because">${words.join(' ')}</p>
<meter min="0" max="1" value="${score}" title="${zh ? '把握' : 'surety'} ${Math.round(score * 100)} %">${Math.round(score * 100)} %</meter></li>`;
}

function missingPage(): PageAnswer {
  const body = `<div class="page"><main><h1>This article is not here</h1>
<p class="note">It may have been moved or removed. Search for it above. 文章不存在，可在上方搜索。</p></main></div>`;
  return page(404, readerLayout({ title: 'Not here', language: 'en', body }));
}
