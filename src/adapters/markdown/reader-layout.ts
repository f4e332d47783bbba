import { readerStyle } from './reader-style.ts';
import { escapeHtml } from './render.ts';

/** The headers that go with a page: it may run nothing and load nothing from elsewhere but pictures. */
export const readerHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; img-src https: data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

export type PageParts = {
  readonly title: string;
  readonly language: 'en' | 'zh';
  /** What stands in the search box. */
  readonly asked?: string;
  readonly body: string;
};

/** Words of the page itself, in the language of what it shows. */
export const pageWords = {
  en: {
    contents: 'On this page',
    search: 'Search the knowledge base',
    find: 'Search',
    cut: 'This article is longer; its rest is not shown.',
  },
  zh: { contents: '本页内容', search: '搜索知识库', find: '搜索', cut: '文章较长，其余部分未显示。' },
} as const;

/** The frame of every page: a search box above, one readable column below, no script. */
export function readerLayout({ title, language, asked = '', body }: PageParts): string {
  const words = pageWords[language];
  return `<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>${readerStyle}</style>
</head>
<body>
<header class="bar">
<a class="home" href="/kb"><svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true"><path d="M12 2.5 20.5 7v10L12 21.5 3.5 17V7Z" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linejoin="round"/><path d="M7.5 12.5h2l1.5-4 2 7 1.5-3h2" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round"/></svg><span>Knowledge</span></a>
<form role="search" action="/kb" method="get">
<input type="search" name="q" value="${escapeHtml(asked)}" placeholder="${words.search}" aria-label="${words.search}" autocomplete="off" maxlength="4000">
<button type="submit">${words.find}</button>
</form>
</header>
${body}
</body>
</html>
`;
}
