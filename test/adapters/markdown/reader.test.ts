import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { readArticle } from '../../../src/adapters/markdown/read-article.ts';
import { readerPage } from '../../../src/adapters/markdown/reader-page.ts';
import { kbRoutes } from '../../../src/adapters/markdown/reader-routes.ts';
import type { Article, Hit, KnowledgeBase } from '../../../src/ports/knowledge.ts';

const fixtures = fileURLToPath(new URL('../../fixtures/articles/', import.meta.url));
const read = (id: string, ending = 'md') => readArticle(id, readFileSync(`${fixtures}${id}.${ending}`)).article;
const articleOf = (markdown: string): Article => ({ id: 'a', title: 'A title', markdown, findings: [] });

function knowledgeWith(articles: readonly Article[], hits: readonly Hit[] = []): KnowledgeBase {
  return {
    linksFor: () => [],
    passage: () => '',
    sources: () => [],
    article: (id) => articles.find((one) => one.id === id),
    articles: () => articles,
    search: () => hits,
    problems: () => [],
    refresh: async () => ({ read: 0, removed: 0, milliseconds: 0 }),
  };
}

const team = [read('team/mtu', 'mdx'), read('team/address-held'), read('hostile/script')];
const hit: Hit = {
  id: 'team/address-held',
  title: 'An <b>address</b>',
  url: '/kb/team/address-held',
  score: 0.8,
  worthShowing: true,
  because: [{ asked: '"><script>', found: '<i>' }],
  section: { anchor: 'cause', heading: 'Cause' },
  readAt: '/kb/team/address-held#cause',
  standing: { helped: 0, notHelpful: 0, verifiedFixes: 0 },
};
const get = (path: string, query = '', hits: readonly Hit[] = [hit]) =>
  kbRoutes(knowledgeWith(team, hits))(path, new URLSearchParams(query));

describe('the page of an article', () => {
  test('gives every section an anchor, and lists them beside the text', () => {
    const page = readerPage(read('team/several-problems', 'txt'));
    expect([...page.matchAll(/<h2 id="([^"]+)"/g)]).toHaveLength(3);
    expect(page).toContain('<nav class="contents" aria-label="本页内容">');
    expect(page).not.toContain('id="not-a-heading"');
  });

  test('shows what is hostile as text, and makes no tag, script or address of it', () => {
    const page = readerPage(read('hostile/script'));
    expect(page).not.toMatch(/<script|<img(?![^>]*src="https:)|javascript:[^<]*"|href="(?:data|file|javascript):/i);
    expect(page).not.toMatch(/\sonerror="/i);
    expect(page).toContain('&lt;!channel&gt;');
  });

  test('says the name of a picture that it cannot show', () => {
    expect(readerPage(read('team/mtu', 'mdx'))).toContain('<span class="missing">a drawing</span>');
  });

  test('knows in every section the link definitions of all', () => {
    const page = readerPage(articleOf('# One\n\nSee [the guide][1].\n\n## Two\n\n[1]: https://example.com/guide\n'));
    expect(page).toContain('href="https://example.com/guide"');
  });

  test.each([
    ['quotations', '> '.repeat(60_000)],
    ['brackets', '['.repeat(100_000)],
    ['images', '!['.repeat(60_000)],
    ['lists', Array.from({ length: 3000 }, (_, at) => `${' '.repeat(at)}- x`).join('\n')],
    ['emphasis', '*a **b '.repeat(20_000)],
    ['headings', '# a\n'.repeat(20_000)],
    ['links', '[a](b '.repeat(20_000)],
    ['addresses', 'http://a.b/'.repeat(10_000)],
    ['a table', `${'|a'.repeat(2000)}\n${'|-'.repeat(2000)}\n${`${'|b'.repeat(2000)}\n`.repeat(40)}`],
  ])('is written within two seconds for a bomb of %s', (_name, markdown) => {
    const started = performance.now();
    expect(readerPage(articleOf(markdown))).toContain('</html>');
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe('the reader', () => {
  test('finds an article by its id, and links articles of one tree with each other', () => {
    const page = get('/kb/team/mtu');
    expect(page?.status).toBe(200);
    expect(page?.body).toContain('href="/kb/team/address-held#cause"');
    expect(page?.body).not.toContain('etc/passwd"');
  });

  test.each([
    '/kb/../../etc/passwd',
    '/kb/team/../../../etc/passwd',
    '/kb/team',
    '/kb//etc/passwd',
    '/kb/team/mtu\u0000',
  ])('has no page at %j', (path) => {
    expect(get(path)?.status).toBe(404);
  });

  test('leaves other paths to others', () => {
    expect(get('/kbx')).toBeUndefined();
    expect(get('/healthz')).toBeUndefined();
  });

  test('shows hits with their section and the words that matched, as text', () => {
    const page = get('/kb', 'q=%3Cscript%3E');
    expect(page?.body).toContain('href="/kb/team/address-held#cause"');
    expect(page?.body).toContain('An &lt;b&gt;address&lt;/b&gt;');
    expect(page?.body).toContain('&quot;&gt;&lt;script&gt; → &lt;i&gt;');
    expect(page?.body).not.toContain('<script');
  });

  test('says when nothing was found, and when no answer is sure', () => {
    expect(get('/kb', 'q=x', [])?.body).toContain('No article holds any of these words.');
    expect(get('/kb', 'q=x', [{ ...hit, worthShowing: false }])?.body).toContain('No article is sure to answer.');
    expect(get('/kb', 'q=丢包', [])?.body).toContain('没有文章包含这些词。');
  });

  test('forbids scripts and frames on every page', () => {
    for (const page of [get('/kb'), get('/kb', 'q=a'), get('/kb/team/mtu'), get('/kb/none')]) {
      expect(page?.headers['content-security-policy']).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    }
  });
});
