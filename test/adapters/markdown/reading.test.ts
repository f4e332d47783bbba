import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from '@jest/globals';
import { readFolder } from '../../../src/adapters/markdown/articles.ts';
import { longestText, readArticle } from '../../../src/adapters/markdown/read-article.ts';

const team = fileURLToPath(new URL('../../fixtures/articles/team/', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'articles-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const readTeam = (name: string) => readArticle(name.replace(/\.\w+$/, ''), readFileSync(join(team, name)));
const bytesOf = (text: string) => Buffer.from(text, 'utf8');

describe('reading an article', () => {
  test('puts back the line breaks that were lost, and cuts it into its sections', () => {
    const { article } = readTeam('lost-line-breaks.txt');
    expect(article.title).toBe('2023-03-14 预发环境，服务访问超时');
    expect(article.otherTitles).toContain('子网未就绪导致容器反复重启 节点没有容器网段路由');
    expect(article.sections.map(({ heading, part }) => [heading, part])).toEqual([
      ['2023子网未就绪导致容器反复重启 节点没有容器网段路由', 'other'],
      ['Cause', 'cause'],
      ['Resolution', 'resolution'],
      ['workaround', 'resolution'],
      ['Related Information', 'environment'],
    ]);
    expect(article.sections[1]?.markdown.trim().split('\n')).toEqual([
      '- 控制器访问 apiserver 超时后切换了 leader',
      '- 新的 leader 没有更新子网状态',
    ]);
    expect(article.products).toEqual(['Example Platform']);
    expect(article.identity).toBe('5550001');
    expect(article.language).toBe('zh');
  });

  test('takes the original title when the heading was cut at its first hyphen', () => {
    expect(readTeam('address-held.md').article.title).toBe('2023-04-02  虚拟化集群出现地址冲突');
  });

  test('takes the first paragraph for a title too where the cut heading is a mere number', () => {
    const text =
      '# 2023\n\n虚拟机启动失败 地址已被占用\n\n第二段\n\n## Cause\n\n- 原因\n\n- Original Title: 2023-04-02 地址冲突\n';
    const { title, otherTitles } = readArticle('127416279', bytesOf(text)).article;
    expect([title, ...otherTitles]).toEqual(['2023-04-02 地址冲突', '虚拟机启动失败 地址已被占用']);
  });

  test('leaves a well-formed article as it is written', () => {
    const text = '# A title\n\nOne line with `a ## b` and C# in it, and a rather long tail of words.\n';
    expect(readArticle('a', bytesOf(text)).article.markdown).toBe(text);
  });

  test('cuts several problems of one file into sections with anchors of their own', () => {
    const { sections, title } = readTeam('several-problems.txt').article;
    expect(title).toBe('问题1，表现：容器更新之后 kong 还把请求转发到旧 IP，出现 504 超时（另有 2 个问题）');
    expect(sections.map(({ heading }) => heading)).toEqual([
      '问题1，表现：容器更新之后 kong 还把请求转发到旧 IP，出现 504 超时',
      '问题2，表现：新创建的容器无法访问任何地址',
      '问题3： 执行 kubectl top nodes 报错',
    ]);
    expect(new Set(sections.map(({ anchor }) => anchor)).size).toBe(3);
  });

  test('reads what it can of front matter that is no YAML, and says so', () => {
    const { article, problems } = readTeam('broken-yaml.md');
    expect(article.findings).toEqual(['workload/pleg-unhealthy']);
    expect(article.description).toContain('the runtime is slow');
    expect(problems).toEqual([expect.stringContaining('no valid YAML')]);
  });

  test.each(['title: 7', 'title: [a, b]', 'findings: {a: 1}', '- a\n- b', 'a: &a [*a]', 'kind: !!js/function x', ''])(
    'is not stopped by front matter such as %j',
    (yaml) => {
      const { article } = readArticle('odd', bytesOf(`---\n${yaml}\n---\n# The title\n`));
      expect(article.title).toBe('The title');
    },
  );

  test('does not expand a bomb of aliases', () => {
    const levels = Array.from(
      { length: 9 },
      (_, at) => `l${at + 1}: &l${at + 1} [${Array(10).fill(`*l${at}`).join(', ')}]`,
    );
    const started = performance.now();
    const { problems } = readArticle('bomb', bytesOf(`---\nl0: &l0 [x]\n${levels.join('\n')}\n---\n# T\n`));
    expect(problems).toEqual([expect.stringContaining('no valid YAML')]);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  test.each(['gb18030', 'utf-16le', 'utf-16be'] as const)('reads %s', (encoding) => {
    const text = '# 子网未就绪\n\n节点没有容器网段的路由。\n';
    const wide = Buffer.from(text, 'utf16le');
    const gbk = Buffer.concat([
      bytesOf('# '),
      Buffer.from([0xd7, 0xd3, 0xcd, 0xf8, 0xce, 0xb4, 0xbe, 0xcd, 0xd0, 0xf7]),
      bytesOf('\n'),
    ]);
    const bytes = { gb18030: gbk, 'utf-16le': wide, 'utf-16be': Buffer.from(wide).swap16() }[encoding];
    expect(readArticle('wide', bytes).article.title).toBe('子网未就绪');
  });

  test('refuses bytes that are no text', () => {
    expect(() => readArticle('picture', Buffer.from([0x89, 0x50, 0x00, 0x00, 0x00, 0x0d, 0x01, 0x00]))).toThrow(
      'not text',
    );
  });

  test('cuts an article that is a dump, and says how much was read', () => {
    const { article, problems } = readArticle('dump', bytesOf(`# A dump\n${'x'.repeat(longestText + 10)}`));
    expect(article.title).toBe('A dump');
    expect(problems).toEqual([expect.stringContaining('only the first')]);
  });

  test('reads thousands of nested quotations and brackets within a second', () => {
    const bomb = `${'> '.repeat(20_000)}x\n${'['.repeat(50_000)}\n${'#'.repeat(50_000)} y\n${'<!--'.repeat(20_000)}`;
    const started = performance.now();
    expect(readArticle('bomb', bytesOf(bomb)).article.id).toBe('bomb');
    expect(performance.now() - started).toBeLessThan(3000);
  });
});

describe('reading a folder', () => {
  test('names what cannot be read, follows no link out of it, and reads the rest', async () => {
    mkdirSync(join(scratch, 'deep/er'), { recursive: true });
    writeFileSync(join(scratch, 'deep/er/one.md'), '# One\n');
    writeFileSync(join(scratch, 'deep/er/one.txt'), '# Another\n');
    writeFileSync(join(scratch, 'picture.md'), Buffer.from([1, 0, 0, 2, 0, 0, 0, 9]));
    symlinkSync('/etc/passwd', join(scratch, 'secret.md'));
    const { articles, problems } = await readFolder(scratch);
    expect(articles.map(({ id, title }) => [id, title])).toEqual([
      ['deep/er/one', 'One'],
      ['deep/er/one.txt', 'Another'],
    ]);
    expect(problems.map(({ file }) => file).sort()).toEqual(['picture', 'secret.md']);
  });

  test('says that a folder is missing', async () => {
    const { articles, problems } = await readFolder(join(scratch, 'nowhere'));
    expect(articles).toEqual([]);
    expect(problems).toEqual([expect.objectContaining({ because: expect.stringContaining('cannot be read') })]);
  });
});
