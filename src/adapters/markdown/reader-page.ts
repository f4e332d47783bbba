import MarkdownIt from 'markdown-it';
import type { Article } from '../../ports/knowledge.ts';
import { readerStyle } from './reader-style.ts';

// `html: false` shows raw HTML as text, and markdown-it refuses javascript:, vbscript:, file: and data: links.
const markdown = new MarkdownIt({ html: false, linkify: true });

function escape(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}

/** The headers that go with a page: it may run nothing and load nothing from elsewhere but pictures. */
export const readerHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; img-src https: data:; base-uri 'none'; form-action 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/** One article as a page that reads well on a phone, light and dark. */
export function readerPage(article: Article): string {
  const language = /[\u4E00-\u9FFF]/.test(article.title) ? 'zh' : 'en';
  const codes = article.findings.map((code) => `<code>${escape(code)}</code>`).join(' ');
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(article.title)}</title>
<style>${readerStyle}</style>
</head>
<body>
<main>
<p class="codes">${codes}</p>
<h1>${escape(article.title)}</h1>
${markdown.render(article.markdown.replace(/^\s*#\s+.+$/m, ''))}
</main>
</body>
</html>
`;
}
