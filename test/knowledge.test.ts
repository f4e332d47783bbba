import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { manualClock } from '../src/adapters/simulated/clock.ts';
import { kbCommand } from '../src/cli-kb.ts';
import { type ArticleStanding, notJudged } from '../src/core/article-standing.ts';
import { openKnowledge } from '../src/knowledge.ts';
import type { KnowledgeBase } from '../src/ports/knowledge.ts';

let root: string;
let folder: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'knowledge-'));
  folder = join(root, 'team');
  mkdirSync(folder);
  write(
    'net/subnet.md',
    '---\nfindings: [kube-ovn/subnet-not-ready]\nid: 42\n---\n# A subnet is not ready\n\n## Resolution\n\nWait for the controller.\n',
  );
  write('net/mtu.md', '# Large packets are lost\n\nThe MTU is too large.\n');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(name: string, text: string): void {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
}

/** An article stands out from others only where there are others. */
function writeOthers(): void {
  for (let at = 0; at < 30; at += 1)
    write(`other/${at}.md`, `# Number ${at}\n\nAbout printers, paper and ink in the subnet of the office.\n`);
}

describe('the knowledge base', () => {
  test('shows the article of the code first, then the others that match its words', async () => {
    write(
      'net/leader.md',
      '# The kube-ovn-controller lost its leader lease\n\n## Cause\n\nThe subnet prod is not reconciled while kube-ovn-controller has no leader.\n\n## Resolution\n\nWait for the leader.\n',
    );
    writeOthers();
    const knowledge = await openKnowledge({ sources: [{ folder }] });
    expect(knowledge.linksFor('kube-ovn/subnet-not-ready').map(({ id }) => id)).toEqual(['net/subnet']);
    const words =
      'Subnet prod is not ready; kube-ovn-controller lost its leader lease; the leader did not reconcile the subnet';
    const links = knowledge.linksFor('kube-ovn/subnet-not-ready', [words]).map(({ id }) => id);
    expect(links.slice(0, 2)).toEqual(['net/subnet', 'net/leader']);
    expect(knowledge.linksFor('none/such')).toEqual([]);
  });

  test('links a shipped article to its own codes only, however well it matches others', async () => {
    write(
      'shipped.md',
      '---\nfindings: [kong/other]\n---\n# The kube-ovn subnet prod is not ready\n\n## Resolution\n\nWait for the controller of kube-ovn.\n',
    );
    rmSync(join(folder, 'net/subnet.md'));
    writeOthers();
    const linked = async (shipped: boolean) => {
      const knowledge = await openKnowledge({ sources: [{ folder, shipped }] });
      const words = 'A kube-ovn subnet is not ready; the subnet prod of kube-ovn is not ready, its controller waits';
      return knowledge.linksFor('kube-ovn/subnet-not-ready', [words]);
    };
    expect((await linked(false)).map(({ id }) => id)).toEqual(['shipped']);
    expect(await linked(true)).toEqual([]);
  });

  test('lets use decide between articles that answer equally well, and only between those', async () => {
    writeOthers();
    const text = '# Pods lose packets on worker-4\n\n## Resolution\n\nLower the MTU of the overlay.\n';
    for (const name of ['a', 'b', 'c']) write(`same/${name}.md`, text);
    write(
      'better.md',
      '# Pods lose packets on worker-4 when jumbo frames cross the overlay\n\n## Resolution\n\nLower it.\n',
    );
    const used: Readonly<Record<string, ArticleStanding>> = {
      'same/b': { helped: 4, notHelpful: 0, verifiedFixes: 2 },
      'same/a': { helped: 0, notHelpful: 6, verifiedFixes: 0 },
      'same/c': notJudged,
    };
    const standing = (id: string) => used[id] ?? notJudged;
    const knowledge = await openKnowledge({ sources: [{ folder }], standing });
    const found = knowledge.search('pods lose packets worker-4 jumbo frames overlay');
    expect(found.map(({ id }) => id).filter((id) => !id.startsWith('other/') && !id.startsWith('net/'))).toEqual([
      'better',
      'same/b',
      'same/c',
      'same/a',
    ]);
    expect(found.find(({ id }) => id === 'same/b')?.standing).toEqual(used['same/b']);
  });

  test('leads to the section that answers in the reader, and shows its first words', async () => {
    write('guide.md', '# Guide\n\nAbout things.\n\n## Resolution\n\nRestart **the** [agent](x.md) on `worker-4`.\n');
    const readerUrl = 'https://triage.example.com/kb/';
    const knowledge = await openKnowledge({ sources: [{ folder }], readerUrl });
    const [hit] = knowledge.search('restart the agent on worker-4');
    expect(hit?.readAt).toBe('https://triage.example.com/kb/guide#resolution');
    expect(knowledge.passage('guide', 'resolution')).toBe('Restart the agent on worker-4.');
    expect(knowledge.passage('nowhere', 'resolution')).toBe('');
  });

  test('takes the address of an article from the template of its source, else from the reader', async () => {
    const url = async (urlTemplate: string, name: string) => {
      const knowledge = await openKnowledge({
        sources: [{ folder, urlTemplate }],
        readerUrl: 'https://triage.example.com/kb/',
      });
      return knowledge.search(name, { limit: 1 })[0]?.url;
    };
    expect(await url('https://docs.example.com/{path}', 'subnet')).toBe('https://docs.example.com/net/subnet.md');
    expect(await url('https://wiki.example.com/page/{pageId}', 'subnet')).toBe('https://wiki.example.com/page/42');
    expect(await url('https://wiki.example.com/page/{pageId}', 'mtu')).toBe('https://triage.example.com/kb/net/mtu');
    expect(await url('https://wiki.example.com/{slug}', 'mtu')).toBe('https://wiki.example.com/large-packets-are-lost');
  });

  test('reads again what changed, forgets what is gone, and leaves the rest alone', async () => {
    const knowledge = await openKnowledge({ sources: [{ folder }] });
    write('net/mtu.md', '# Jumbo frames are lost\n\nThe switch drops jumbo frames.\n');
    utimesSync(join(folder, 'net/mtu.md'), 1, 1);
    rmSync(join(folder, 'net/subnet.md'));
    write('new.md', '# Something new\n');
    expect(await knowledge.refresh()).toMatchObject({ read: 2, removed: 1 });
    expect(knowledge.articles().map(({ title }) => title)).toEqual(['Jumbo frames are lost', 'Something new']);
    expect(knowledge.search('jumbo frames')[0]?.id).toBe('net/mtu');
    expect(knowledge.article('net/subnet')).toBeUndefined();
    expect(await knowledge.refresh()).toMatchObject({ read: 0, removed: 0 });
  });

  test('answers from what it knew while it reads, and when a folder cannot be read for a moment', async () => {
    const knowledge = await openKnowledge({ sources: [{ folder }] });
    renameSync(folder, `${folder}-away`);
    const refreshing = knowledge.refresh();
    expect(knowledge.search('subnet')[0]?.id).toBe('net/subnet');
    await refreshing;
    expect(knowledge.search('subnet')[0]?.id).toBe('net/subnet');
    expect(knowledge.problems()).toEqual([
      expect.objectContaining({ because: expect.stringContaining('cannot be read') }),
    ]);
  });

  test('gives the article of a second source with the same id an id of its own', async () => {
    const other = join(root, 'other/net');
    mkdirSync(other, { recursive: true });
    writeFileSync(join(other, 'mtu.md'), '# Another one\n');
    const knowledge = await openKnowledge({ sources: [{ folder }, { folder: join(root, 'other') }] });
    expect(knowledge.article('net/mtu~2')?.title).toBe('Another one');
  });

  test('names every file that could not be read, and goes on without it', async () => {
    write('bad.md', 'x');
    writeFileSync(join(folder, 'bad.md'), Buffer.from([0, 1, 2, 0, 0]));
    const knowledge = await openKnowledge({ sources: [{ folder }, { folder: join(root, 'nowhere') }] });
    expect(knowledge.articles()).toHaveLength(2);
    expect(knowledge.problems().map(({ file }) => file)).toEqual(['bad', join(root, 'nowhere')]);
  });

  test('says when a remote cannot be reached, and keeps the other sources', async () => {
    const remote = { url: pathToFileURL(join(root, 'no.git')).href };
    const knowledge = await openKnowledge({
      sources: [{ folder: '', remote }, { folder }],
      cacheFolder: join(root, 'cache'),
    });
    expect(knowledge.articles()).toHaveLength(2);
    expect(knowledge.problems()[0]?.because).toMatch(/not|does/);
  });

  test('starts without waiting for a remote, and asks it no more often than it was told', async () => {
    const remote = join(root, 'remote.git');
    const work = join(root, 'work');
    const git = (...words: string[]) =>
      execFileSync('git', ['-c', 'user.name=Ana', '-c', 'user.email=ana@example.com', ...words], { stdio: 'ignore' });
    const publish = (name: string) => {
      writeFileSync(join(work, 'docs', name), `# About ${name}\n`);
      git('-C', work, 'add', '-A');
      git('-C', work, 'commit', '-m', 'Write an article');
      git('-C', work, 'push', 'origin', 'HEAD:main');
    };
    git('init', '--bare', '--initial-branch=main', remote);
    git('clone', remote, work);
    mkdirSync(join(work, 'docs'));
    publish('one.md');
    const clock = manualClock(new Date('2026-01-05T10:00:00Z'));
    const source = { folder: 'docs', remote: { url: pathToFileURL(remote).href }, everyMilliseconds: 600_000 };
    const options = { sources: [source], cacheFolder: join(root, 'cache'), clock, fetchLater: true };
    const knowledge = await openKnowledge(options);
    expect([knowledge.articles().length, knowledge.problems()[0]?.because]).toEqual([0, 'it was not fetched yet']);
    await knowledge.refresh();
    expect([knowledge.articles().length, knowledge.problems()]).toEqual([1, []]);
    publish('two.md');
    await knowledge.refresh();
    expect(knowledge.articles()).toHaveLength(1);
    clock.advance(600_000);
    await knowledge.refresh();
    expect(knowledge.sources()).toEqual([{ source: `${pathToFileURL(remote).href} docs`, articles: 2 }]);
  });

  test('says that there is no place for a remote, and keeps the other sources', async () => {
    writeFileSync(join(root, 'file'), '');
    const remote = { url: pathToFileURL(join(root, 'no.git')).href };
    const sources = [{ folder: '', remote }, { folder }];
    const knowledge = await openKnowledge({ sources, cacheFolder: join(root, 'file') });
    expect(knowledge.articles()).toHaveLength(2);
    expect(knowledge.problems()[0]?.because).toContain('it cannot be checked out here: ');
  });

  test('says until it is reached again that a remote cannot be reached', async () => {
    const clock = manualClock(new Date('2026-01-05T10:00:00Z'));
    const source = {
      folder: '',
      remote: { url: pathToFileURL(join(root, 'no.git')).href },
      everyMilliseconds: 600_000,
    };
    const knowledge = await openKnowledge({ sources: [source], cacheFolder: join(root, 'cache'), clock });
    const problems = knowledge.problems();
    expect(problems.length).toBeGreaterThan(0);
    await knowledge.refresh();
    expect(knowledge.problems()).toEqual(problems);
  });

  test('starts from its cache with the same answers', async () => {
    const options = { sources: [{ folder }], cacheFolder: join(root, 'cache') };
    const first = await openKnowledge(options);
    expect(existsSync(join(root, 'cache/knowledge.index'))).toBe(true);
    const second = await openKnowledge(options);
    expect(second.search('subnet not ready')).toEqual(first.search('subnet not ready'));
    expect(second.article('net/mtu')?.markdown).toContain('The MTU is too large.');
  });
});

describe('kb search', () => {
  test('answers a file of questions with one line of JSON each', async () => {
    const lines: string[] = [];
    const file = join(root, 'questions.jsonl');
    writeFileSync(file, '{"id":"a","query":"subnet"}\n{"id":"b","query":"mtu"}\n');
    const words = ['search', '--queries', file, '--articles', folder, '--limit', '1'];
    expect(await kbCommand(words, { print: (text) => lines.push(text) })).toBe(0);
    const answers = lines.map((line) => JSON.parse(line) as { id: string; results: { id: string }[] });
    expect(answers.map(({ id, results }) => [id, results.map((one) => one.id)])).toEqual([
      ['a', ['net/subnet']],
      ['b', ['net/mtu']],
    ]);
  });

  test('reports the sources, what could not be read, and what no article answered', async () => {
    const lines: string[] = [];
    writeFileSync(join(folder, 'bad.md'), Buffer.from([0, 1, 2, 0, 0]));
    const misses = [
      { kind: 'finding' as const, what: 'kong/new', count: 3, last: '2026-01-05T10:00:00.000Z' },
      { kind: 'question' as const, what: 'who moved', count: 1, last: '2026-01-04T10:00:00.000Z' },
    ];
    const configured = () => ({ sources: [{ folder }] });
    await kbCommand(['report'], { configured, misses: async () => misses, print: (text) => lines.push(text) });
    const report = lines.join('');
    expect(report).toContain(`2 articles were read from ${folder}.`);
    expect(report).toContain(`• ${folder}: bad: `);
    expect(report).toContain('• kong/new (3 times, last on 2026-01-05)');
    expect(report).toContain('• who moved (once, last on 2026-01-04)');
  });

  test('says what to set when nothing tells where questions are remembered', async () => {
    const lines: string[] = [];
    await kbCommand(['report', '--articles', folder], { print: (text) => lines.push(text) });
    expect(lines.join('')).toContain('Set REDIS_URL');
  });

  test.each([
    [['search']],
    [['search', 'x', '--output', 'xml']],
    [['search', 'x', '--limit', '0']],
    [['search', 'x', '--articles', '/nowhere/at/all']],
    [['find', 'x']],
    [['search', '--queries', '/nowhere.jsonl']],
  ])('refuses %j with a sentence', async (words) => {
    await expect(kbCommand(words)).rejects.toThrow(/\.$/);
  });
});

const shared = fileURLToPath(new URL('../../shared/', import.meta.url));
const samples = join(shared, 'samples/articles');
const corpus = join(shared, 'kb/corpus');

/** Questions and the files that answer them, in both languages; only where such articles lie beside the repository. */
const questions: readonly (readonly [string, string])[] = [
  [
    '000_',
    'the subnet stays not ready after kube-ovn-controller lost its leader lease, so nodes have no route to pods',
  ],
  ['000_', 'Subnet prod-net not ready; reconcileSubnet failed; kube-ovn-controller v1.9.8 leader changed'],
  ['000_', 'pods fail their health checks and restart because they cannot reach the apiserver; kube-ovn subnet status'],
  ['000_', 'resetAcl was not run after reconcileSubnet failed, so the subnet status was not updated'],
  ['000_', '子网状态 not ready，节点缺少容器网络路由'],
  ['000_', 'reconcileSubnet 失败以后没有执行 resetAcl，子网状态没更新'],
  ['000_', '健康检查失败 pod 一直 crash 重启，节点上缺路由'],
  ['001_', 'in staging many pods cannot reach the apiserver and one pod has an IP address conflict with another pod'],
  ['001_', 'reconcileSubnet complains that the portName does not exist and addresses are allocated twice'],
  ['001_', 'address allocation conflict under stress test: IPAM switches between releaseList and freeList'],
  ['001_', 'kube-ovn-controller 切主之后子网没有就绪，大量 pod 访问不了 apiserver'],
  ['001_', 'reconcileSubnet 报 portName 不存在，pod 地址冲突'],
  ['001_', 'Staging 环境 svc 访问不了'],
  ['002_', 'kube-ovn says the IP address is occupied by another LSP and the VM cannot start'],
  ['002_', 'initIPAM did not restore the IPAM records of pods that are not running'],
  [
    '002_',
    'after a restart of kube-ovn-controller a virtual machine got an address conflict with a leftover logical switch port',
  ],
  ['002_', '虚拟机启动失败，IP 地址已被其他 LSP 占用'],
  ['002_', '重启 kube-ovn-controller 后虚机地址冲突'],
  ['002_', '残留 LSP 占用 IP，IPAM 没有恢复'],
  ['003_', 'canal pod CIDR differs from the controller-manager, pods cannot reach the API server'],
  ['003_', 'canal: pod to 10.43.0.1 port 443 fails, no SNAT, dropped by reverse path filtering on flannel.1'],
  ['003_', 'the pod-cidr in the canal configuration conflicts with kube-controller-manager'],
  ['003_', 'Pod 内访问不了 api-server，canal 网络'],
  ['003_', 'canal 的 pod-cidr 和 controller-manager 不一致'],
  ['003_', '10.43.0.1 的 443 不通，没有做 SNAT，反向路径过滤'],
  ['004_', 'kong proxy forwards to the old pod IP after an update and returns 504, konga database stopped'],
  [
    '004_',
    'confd/watchercache.go 188: Failed to perform list of current data during resync error=The resourceVersion for the provided list is too old.',
  ],
  ['004_', 'calico-node resourceVersion too old, routes of newly created pods are not written on the node'],
  ['004_', 'kong-admin 连的 pg 数据库停了，请求还转发到旧 IP'],
  ['004_', '新创建的容器访问不了外部，calico-node 同步数据失败，没有生成路由'],
  ['004_', 'locallife 更新后 504，kong 的 upstream 没有更新'],
];

// The fixtures of test/adapters/search hold articles of the same shapes, for machines that do not have these.
if (existsSync(samples) && existsSync(corpus)) {
  describe('the articles of a team among two thousand others', () => {
    let knowledge: KnowledgeBase;
    beforeAll(async () => {
      knowledge = await openKnowledge({ sources: [{ folder: corpus }, { folder: samples }] });
    }, 120_000);

    test.each(questions)('%s is found first for %j', (id, text) => {
      expect(knowledge.search(text, { limit: 1 })[0]?.id).toMatch(new RegExp(`^${id}`));
    });
  });
}
