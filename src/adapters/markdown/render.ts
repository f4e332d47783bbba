import MarkdownIt from 'markdown-it';
import type { Section } from '../../core/article.ts';

// `html: false` shows raw HTML as text, and markdown-it refuses javascript:, vbscript:, file: and data: links.
// Nesting beyond a few levels is an attack or an accident: what is deeper is shown as text.
const markdown = new MarkdownIt({ html: false, linkify: true, maxNesting: 24 });

/** What a page shows of an article; the rest of a longer one is left out, and the page says so. */
export const longestShown = 200_000;
const longestLine = 20_000;

export function escapeHtml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}

/** Where a relative link of an article leads, or undefined when it leads nowhere that a reader can go. */
export type ResolveLink = (target: string) => string | undefined;

type Environment = { resolve: ResolveLink };

const absolute = /^(?:https?:|mailto:|#)/i;

markdown.core.ruler.push('articles_links', (state) => {
  const { resolve } = state.env as Environment;
  for (const block of state.tokens) {
    const children = block.children ?? [];
    for (const [index, token] of children.entries()) {
      if (token.type === 'link_open') {
        const target = String(token.attrGet('href') ?? '');
        const leadsTo = absolute.test(target) ? target : resolve(target);
        if (leadsTo === undefined) token.attrs = [['class', 'nowhere']];
        else token.attrSet('href', leadsTo);
        if (/^https?:/i.test(leadsTo ?? '')) token.attrSet('rel', 'noreferrer noopener');
      } else if (token.type === 'image') {
        const source = String(token.attrGet('src') ?? '');
        if (/^https:/i.test(source)) {
          token.attrSet('loading', 'lazy');
          continue;
        }
        // Pictures lie beside the article, where this page cannot fetch them: their name is better than a broken frame.
        const missing = new state.Token('html_inline', '', 0);
        missing.content = `<span class="missing">${escapeHtml(token.content || (source.split('/').at(-1) ?? 'picture'))}</span>`;
        children[index] = missing;
      }
    }
  }
});

/** Renders sections one by one, so that each has its anchor; link definitions of one are known to all. */
export function renderSections(sections: readonly Section[], resolve: ResolveLink): string[] {
  const environment: Environment = { resolve };
  const texts = bounded(sections);
  const definitions = texts.join('\n\n').match(/^ {0,3}\[[^\]\n]{1,200}\]:\s*\S{1,2000}.*$/gm) ?? [];
  markdown.render(definitions.slice(0, 1000).join('\n'), environment);
  return texts.map((text) => markdown.render(text, environment));
}

function bounded(sections: readonly Section[]): string[] {
  let left = longestShown;
  return sections.map(({ markdown: text }) => {
    const shown = withoutTags(text.slice(0, Math.max(0, left)));
    left -= text.length;
    return shown;
  });
}

/** Takes away lines that hold nothing but tags of HTML or MDX, and cuts lines that no person wrote; code stays. */
function withoutTags(text: string): string {
  let fence: string | undefined;
  return text
    .split('\n')
    .map((line) => {
      const mark = /^\s*(`{3,}|~{3,})/.exec(line)?.[1];
      if (mark !== undefined) fence = fence === undefined ? mark : line.trim() === fence ? undefined : fence;
      const cut = line.length > longestLine ? `${line.slice(0, longestLine)} ...` : line;
      if (fence !== undefined || mark !== undefined) return cut;
      if (/^\s*<\/?[A-Za-z][^<>]{0,500}>\s*$/.test(cut)) return '';
      return shallow(cut.replace(/<br\s*\/?>/gi, ' '));
    })
    .join('\n');
}

/** Hundreds of brackets or quotation marks in a row mean nothing and cost much. */
function shallow(line: string): string {
  return line.replace(/[[\]()>*_`!]{40,}/g, (run) => run.slice(0, 40)).replace(/(?:> ?){20,}/g, '> > > ');
}
