import type { Article, Section } from '../../core/article.ts';
import { pageWords, readerLayout } from './reader-layout.ts';
import { escapeHtml, longestShown, type ResolveLink, renderSections } from './render.ts';
import { sectionsOf } from './sections.ts';

export { readerHeaders } from './reader-layout.ts';

const leastForContents = 3;
const mostInContents = 80;
const nowhere: ResolveLink = () => undefined;

/**
 * One article as a page that reads well on a phone, light and dark: title, contents, sections with anchors.
 * @param resolve where a relative link leads; without it such links are shown as text
 */
export function readerPage(article: Article, resolve: ResolveLink = nowhere): string {
  const language = /[\u4E00-\u9FFF]/.test(article.title) ? 'zh' : 'en';
  const sections = sectionsOf(article.markdown);
  const rendered = renderSections(sections, resolve);
  const listed = sections.filter(({ level, anchor }) => level >= 2 && level <= 3 && anchor !== '');
  const contents = listed.length >= leastForContents ? contentsOf(listed.slice(0, mostInContents), language) : '';
  const codes = article.findings.map((code) => `<code>${escapeHtml(code)}</code>`).join(' ');
  const cut = article.markdown.length > longestShown ? `<p class="note">${pageWords[language].cut}</p>` : '';
  const body = `<div class="page${contents === '' ? '' : ' wide'}">
${contents}
<main>
<article>
${codes === '' ? '' : `<p class="codes">${codes}</p>`}
<h1>${escapeHtml(article.title)}</h1>
${sections.map((section, index) => renderSection(section, rendered[index] ?? '', article.title)).join('\n')}
${cut}
</article>
</main>
</div>`;
  return readerLayout({ title: article.title, language, body });
}

function renderSection({ anchor, heading, level }: Section, html: string, title: string): string {
  // The first heading is mostly the title, which stands above already, or a part of it without any word.
  if (level === 0 || (level === 1 && (heading === title || !/\p{L}/u.test(heading)))) return html;
  const tag = `h${Math.min(Math.max(level, 2), 5)}`;
  const name = escapeHtml(anchor);
  return `<section><${tag} id="${name}"><a class="anchor" href="#${name}" aria-hidden="true" tabindex="-1">#</a>${escapeHtml(heading)}</${tag}>
${html}</section>`;
}

function contentsOf(sections: readonly Section[], language: 'en' | 'zh'): string {
  const items = sections.map(
    ({ anchor, heading, level }) =>
      `<li class="level${level}"><a href="#${escapeHtml(anchor)}">${escapeHtml(heading)}</a></li>`,
  );
  return `<nav class="contents" aria-label="${pageWords[language].contents}">
<details open><summary>${pageWords[language].contents}</summary>
<ol>
${items.join('\n')}
</ol></details>
</nav>`;
}
