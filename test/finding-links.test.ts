import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { catalogue } from '../src/catalogue.ts';
import { openKnowledge } from '../src/knowledge.ts';
import { shippedSource } from '../src/knowledge-sources.ts';
import type { KnowledgeBase } from '../src/ports/knowledge.ts';
import { checkOf, loadWorld, openCluster, runOn, worldNames } from './checks/worlds.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'links-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): void {
  mkdirSync(join(folder, name, '..'), { recursive: true });
  writeFileSync(join(folder, name), text);
}

const incident =
  '# Pods of one subnet lost the API server\n\n## Symptom\n\nThe Kube-OVN subnet was not ready and nodes had no route to its pods.\n\n## Cause\n\nkube-ovn-controller changed its leader and did not reconcile the subnet.\n\n## Resolution\n\nWait until the controller has made the subnet ready again.\n';

const code = 'kube-ovn/subnet-not-ready';
const asked = ['Subnet not ready; The subnet prod is not ready: kube-ovn-controller could not add its routes.'];

async function linked(questions: readonly string[] = asked): Promise<string[]> {
  const knowledge = await openKnowledge({ sources: [{ folder }, shippedSource] });
  return knowledge
    .linksFor(code, questions)
    .map(({ id }) => id)
    .filter((id) => !id.startsWith('kube-ovn/'));
}

describe('the articles of a team that a finding leads to', () => {
  beforeEach(() => {
    write('incident.md', incident);
    write(
      'other-fault.md',
      '# Kube-OVN leaves the MAC address of a cloned machine twice\n\n## Cause\n\nThe clone keeps the MAC address annotation.\n\n## Resolution\n\nRemove the annotation mac_address from the clone of the machine.\n',
    );
    write(
      'other-product.md',
      '# Pods of one subnet lost the API server\n\n## Symptom\n\nThe Cilium subnet was not ready and nodes had no route to its pods.\n\n## Cause\n\nThe operator changed its leader and did not reconcile the subnet.\n\n## Resolution\n\nWait until the operator has made the subnet ready again.\n',
    );
  });

  test('tell of its fault and of its product', async () => {
    expect(await linked()).toEqual(['incident']);
  });

  test('are found in Chinese by an English finding, because the shipped article knows the fault in both languages', async () => {
    rmSync(join(folder, 'incident.md'));
    write(
      'chinese.md',
      '# 大量 Pod 访问不了接口\n\n## 现象\n\nkube-ovn 子网状态未就绪，节点缺少到容器网段的路由。\n\n## 原因\n\n控制器切换 leader，没有继续处理子网。\n\n## 解决\n\n等待控制器更新子网状态。\n',
    );
    expect(await linked()).toEqual(['chinese']);
  });

  test('are not asked for without a question, and not found by one about something else', async () => {
    expect(await linked([])).toEqual([]);
    rmSync(join(folder, 'incident.md'));
    expect(await linked()).toEqual([]);
  });

  test('give way to those that say what the cause is and what to do', async () => {
    write(
      'plan.md',
      '# Pods of one subnet lost the API server\n\nThe Kube-OVN subnet was not ready and nodes had no route to its pods. kube-ovn-controller changed its leader and did not reconcile the subnet.\n',
    );
    expect((await linked())[0]).toBe('incident');
  });

  test('are at most two, surest first', async () => {
    for (const name of ['a', 'b']) write(`${name}.md`, incident);
    const knowledge = await openKnowledge({ sources: [{ folder }, shippedSource] });
    const scores = knowledge.linksFor(code, asked).filter(({ id }) => !id.startsWith('kube-ovn/'));
    expect(scores).toHaveLength(2);
    expect(scores.map(({ score }) => score)).toEqual(scores.map(({ score }) => score).toSorted((a, b) => b - a));
    for (const { score } of scores) expect(score).toBeGreaterThanOrEqual(0.5);
  });
});

const shared = fileURLToPath(new URL('../../shared/', import.meta.url));
const samples = join(shared, 'samples/articles');
const corpus = join(shared, 'kb/corpus');

/** Which article the finding of a code leads to first, on every world in which its check finds it. */
async function firstLinks(knowledge: KnowledgeBase, of: string): Promise<(string | undefined)[]> {
  const shipped = new Set(catalogue.checks.map(({ id }) => id.split('/')[0] ?? ''));
  const names = worldNames.filter((name) => checkOf(name) === of && loadWorld(name).expect?.found?.includes(of));
  const playbook = catalogue.playbooks.find(({ checks }) => checks.some(({ id }) => id === of));
  if (playbook === undefined) throw new TypeError(`no playbook asks ${of}`);
  const alone = { ...playbook, checks: playbook.checks.filter(({ id }) => id === of) };
  const reports = await Promise.all(
    names.map(async (name) => runOn(loadWorld(name), alone, openCluster(loadWorld(name)), knowledge)),
  );
  return reports.map(({ findings }) => {
    const articles = findings.find((finding) => finding.code === of)?.articles ?? [];
    return articles.find(({ id }) => !shipped.has(id.split('/')[0] ?? ''))?.id;
  });
}

// The articles above have their shape, for machines that do not have these.
if (existsSync(samples) && existsSync(corpus)) {
  describe('the findings of the playbooks lead first to the article of a team that knows their fault', () => {
    test.each([
      // Both tell of the same incident.
      ['kube-ovn/subnet-not-ready', /^00[01]_/],
      ['kube-ovn/address-conflict', /^001_/],
      ['kube-ovn/leftover-switch-port', /^002_/],
      ['kube-ovn/vm-address-not-restored', /^002_/],
      ['canal/pod-cidr-mismatch', /^003_/],
      ['calico/stale-watch', /^004_/],
      ['kong/stale-targets', /^004_/],
      ['control-plane/apiservice-unavailable', /^004_/],
      ['control-plane/client-certificate-expiring', /^004_/],
    ])('%s to %s, when the team has five', async (of, id) => {
      const knowledge = await openKnowledge({ sources: [{ folder: samples }, shippedSource] });
      const first = await firstLinks(knowledge, of);
      expect(first.length).toBeGreaterThan(0);
      expect(first.filter((one) => !id.test(one ?? ''))).toEqual([]);
    });

    test('among two thousand others', async () => {
      const knowledge = await openKnowledge({ sources: [{ folder: corpus }, { folder: samples }, shippedSource] });
      for (const [of, id] of [
        ['kube-ovn/subnet-not-ready', /^00[01]_/],
        ['kube-ovn/leftover-switch-port', /^002_/],
        ['kube-ovn/vm-address-not-restored', /^002_/],
        ['canal/pod-cidr-mismatch', /^003_/],
        ['calico/stale-watch', /^004_/],
        ['kong/stale-targets', /^004_/],
      ] as const) {
        const first = await firstLinks(knowledge, of);
        expect({ of, others: first.filter((one) => !id.test(one ?? '')) }).toEqual({ of, others: [] });
      }
      // An incident told twice: by most findings of a subnet the first telling comes first, of an address the second.
      for (const [of, id] of [
        ['kube-ovn/subnet-not-ready', '000_'],
        ['kube-ovn/address-conflict', '001_'],
      ] as const) {
        const first = await firstLinks(knowledge, of);
        expect(first.filter((one) => one?.startsWith(id)).length).toBeGreaterThan(first.length / 2);
      }
    }, 120_000);
  });
}
