import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFolder } from '../../../src/adapters/markdown/articles.ts';
import { readArticle } from '../../../src/adapters/markdown/read-article.ts';
import { createIndexer, type SearchIndex } from '../../../src/adapters/search/search-index.ts';
import { alignedTexts, findTwins } from '../../../src/adapters/search/twins.ts';
import type { ReadArticle } from '../../../src/core/article.ts';

const fixtures = fileURLToPath(new URL('../../fixtures/articles/', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'search-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

let articles: ReadArticle[];
let index: SearchIndex;
beforeAll(async () => {
  ({ articles } = await readFolder(fixtures));
  const indexer = createIndexer();
  index = indexer.index(articles.map((article) => indexer.analyse(article)));
});

const found = (text: string, limit = 3) => index.search(text, limit).map(({ article }) => articles[article]?.id);

describe('search', () => {
  test.each([
    ['team/lost-line-breaks', 'subnet not ready, pods keep restarting and the node has no route to the pod network'],
    [
      'team/lost-line-breaks',
      'Subnet ovn-default not ready; kube-ovn-controller leader changed 2 times; apiserver timeout',
    ],
    ['team/lost-line-breaks', '控制器切换 leader 之后子网一直没就绪'],
    ['team/address-held', 'a VM cannot start because its address is taken by another logical switch port'],
    ['team/address-held', '重启控制器后虚机报地址已经被占'],
    [
      'team/canal-cidr',
      'canal and the controller-manager disagree about the pod CIDR, replies are dropped by reverse path filtering',
    ],
    ['team/canal-cidr', '容器连不上集群 apiserver 的 443'],
    ['team/several-problems', 'kong still sends requests to the old pod address, 504'],
    [
      'team/several-problems',
      'felix/watchercache.go 175: Failed to perform list of current data during resync error=The resourceVersion for the provided list is too old.',
    ],
    ['team/broken-yaml', 'kubelet[99]: PLEG is not healthy: pleg was last seen active 9m2.7s ago; threshold is 3m0s'],
    ['team/mtu', 'https 握手不成功，ping 是通的，隧道的 mtu 太大'],
  ])('finds %s first for %j', (id, text) => {
    expect(found(text)[0]).toBe(id);
  });

  test('forgives misspelled words', () => {
    expect(found('subent not redy, contoller leader swich')[0]).toBe('team/lost-line-breaks');
  });

  test('leads to the one of several problems that answers', () => {
    const [first] = index.search('calico-node resourceVersion too old, new pods have no route', 1);
    expect(first?.section?.heading).toContain('问题2');
  });

  test('takes each of several problems for an article of its own, and names the article once', () => {
    const told = (number: number, fault: string) =>
      `- 问题${number}：${fault}\n- 分析：${'其他原因很多，这里不展开。'.repeat(40)}\n`;
    const write = (name: string, markdown: string) => writeFileSync(join(scratch, name), markdown);
    write(
      'several.md',
      ['打印机卡纸', '投影仪闪屏', '门禁卡失灵'].map((fault, at) => told(at + 1, fault)).join('---\n'),
    );
    write('one.md', `# 门禁系统概览\n\n${'门禁设备的安装步骤和日常维护。'.repeat(20)}\n\n门禁卡。\n`);
    const indexer = createIndexer();
    const read = ['several.md', 'one.md'].map((name) => readArticle(name, readFileSync(join(scratch, name))).article);
    const own = indexer.index(read.map((article) => indexer.analyse(article)));
    const hits = own.search('门禁卡失灵', 5);
    expect(hits.map(({ article }) => article)).toEqual([0, 1]);
    expect(hits[0]?.section?.heading).toContain('门禁卡失灵');
    expect(own.naming(['门禁'])).toEqual(new Set([0, 1]));
  });

  test('understands one Chinese character by what it is called in two', () => {
    expect(found('kube-ovn 重启控制器后 ip 撞了')[0]).toBe('team/address-held');
  });

  test('says which words matched, and by which words of the other language', () => {
    const [first] = index.search('subnet not ready', 1);
    expect(first?.because).toContainEqual({ asked: 'subnet', found: '子网' });
  });

  test.each(['', '   ', '????', '的', 'a', '🙂', '\u0000', 'zzzzqqqq'])('finds nothing for %j', (text) => {
    expect(index.search(text, 5)).toEqual([]);
  });

  test.each(['how do I reset my laptop password', '怎么申请年假', 'a recipe for tomato soup', '打印机卡纸了'])(
    'shows nothing unasked for %j',
    (text) => {
      expect(index.search(text, 5).filter(({ worthShowing }) => worthShowing)).toEqual([]);
    },
  );

  test('answers a log of a hundred thousand lines, and remembers nothing of it', () => {
    const log = Array.from(
      { length: 100_000 },
      (_, at) => `E0101 00:00:00.${at} 1 pod.go:${at}] subnet x${at} not ready`,
    );
    const started = performance.now();
    expect(index.search(log.join('\n'), 1)).toHaveLength(1);
    expect(performance.now() - started).toBeLessThan(1000);
  });

  test('gives the same answer every time', async () => {
    const indexer = createIndexer();
    const again = indexer.index(articles.map((article) => indexer.analyse(article)));
    for (const text of ['subnet not ready', '地址冲突', 'mtu'])
      expect(again.search(text, 5)).toEqual(index.search(text, 5));
  });

  test('prefers what people said helped, when articles match alike', () => {
    const plain = index.search('mtu 大包', 3);
    const last = plain.at(-1)?.article ?? -1;
    const helped = index.search('mtu 大包', 3, { boost: (article) => (article === last ? 2 : 1) });
    expect(helped[0]?.article).toBe(last);
  });

  test('finds nothing in an index without articles', () => {
    expect(createIndexer().index([]).search('subnet', 5)).toEqual([]);
  });
});

describe('articles in both languages', () => {
  test('are recognised by a shared identity, or by the commands that they share', () => {
    const twins = findTwins(articles).map(({ en, zh }) => [en.id, zh.id]);
    expect(twins).toEqual([
      ['twins/mtu.en', 'twins/mtu.zh'],
      ['twins/route.en', 'twins/route.zh'],
    ]);
  });

  test('say the same at the same place', () => {
    const [twins] = findTwins(articles);
    expect(twins === undefined ? [] : alignedTexts(twins)[0]).toEqual([
      'The gateway drops large packets',
      '网关丢弃大包',
    ]);
  });
});

describe('the cache', () => {
  test('gives back what was analysed, and the same answers', async () => {
    const file = join(scratch, 'kept/knowledge.index');
    const first = createIndexer();
    const analysed = new Map(articles.map((article) => [article.id, first.analyse(article)]));
    await first.save(file, analysed);
    const second = createIndexer();
    const loaded = await second.load(file);
    expect([...loaded.keys()]).toEqual([...analysed.keys()]);
    const answers = second.index([...loaded.values()]).search('子网 not ready', 3);
    expect(answers).toEqual(index.search('子网 not ready', 3));
  });

  test.each([
    ['missing', undefined],
    ['empty', Buffer.alloc(0)],
    ['of nonsense', Buffer.from('nonsense of some length that is no index at all')],
    ['cut short', 'cut'],
    ['with a header that is too long', Buffer.from([255, 255, 255, 255, 0, 0, 0, 0, 1, 2, 3])],
  ] as const)('is as good as none when it is %s', async (name, content) => {
    const file = join(scratch, `${name}.index`);
    const indexer = createIndexer();
    if (content === 'cut') {
      await indexer.save(file, new Map(articles.map((article) => [article.id, indexer.analyse(article)])));
      writeFileSync(file, readFileSync(file).subarray(0, -40));
    } else if (content !== undefined) {
      writeFileSync(file, content);
    }
    expect((await createIndexer().load(file)).size).toBe(0);
  });
});
