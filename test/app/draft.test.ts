import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readArticle } from '../../src/adapters/markdown/read-article.ts';
import { decide } from '../../src/app/decide.ts';
import { requestDraft, showDraft } from '../../src/app/draft.ts';
import { draftArticle } from '../../src/app/draft-article.ts';
import { jobHandlers } from '../../src/app/jobs.ts';
import { remediate } from '../../src/app/remediate.ts';
import { triage } from '../../src/app/triage.ts';
import type { DraftJob } from '../../src/core/job.ts';
import type { NoticeScreen } from '../../src/core/screen.ts';
import { openKnowledge } from '../../src/knowledge.ts';
import { shippedSource } from '../../src/knowledge-sources.ts';
import type { Offered } from '../../src/ports/drafts.ts';
import { doneScreen, finding, report } from '../adapters/slack/samples.ts';
import { aContext, aJob, houseOf, people, type TestHouse } from './house-of.ts';

let house: TestHouse;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'draft-'));
  const world = houseOf('kube-ovn/subnet-not-ready/leader-change');
  const linksFor = () => [{ id: 'a', title: 'Our notes', url: 'https://wiki.example/a', score: 1 }];
  house = { ...world, knowledge: { ...world.knowledge, linksFor } };
  await triage(aJob, house, aContext());
  const proposal = (await house.records.run('r1'))?.proposals[0] ?? '';
  await decide({ proposal, by: people.bo, is: 'approved' }, house);
  await remediate(proposal, house, aContext());
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const job: DraftJob = { show: 'draft', run: 'r1', language: 'en', revision: 'v1', by: 'ana' };
const keyOf = ({ language }: DraftJob) => `run/r1/draft/${language}/v1`;

async function written(language: 'en' | 'zh' = 'en'): Promise<string> {
  const wanted = { ...job, language };
  await showDraft(wanted, house);
  return house.chat.files.get(keyOf(wanted))?.content ?? '';
}

const headingsOf = (text: string) => [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);

describe('a draft of a resolved run', () => {
  test('has the front matter and the sections of the team, in English and in Chinese', async () => {
    const text = await written();
    expect(text).toMatch(
      /^---\nkind:\n {2}- Troubleshooting\nproducts:\n {2}- Kubernetes\n {2}- kube-ovn\nProductsVersion:\n/,
    );
    expect(headingsOf(text)).toEqual([
      'Issue',
      'Environment',
      'Cause',
      'Resolution',
      'Workaround',
      'Diagnostic Steps',
      'Related Information',
    ]);
    expect(headingsOf(await written('zh'))).toEqual([
      '问题',
      '环境',
      '根本原因',
      '解决方案',
      '临时方案',
      '诊断步骤',
      '相关信息',
    ]);
  });

  test('tells what was seen, approved, done and measured, and names nobody', async () => {
    const text = await written();
    const proposal = await house.records.proposal((await house.records.run('r1'))?.proposals[0] ?? '');
    expect(text).toContain(proposal?.proposal.remedy.does);
    expect(text).toMatch(/T\d\d:\d\d:\d\d\.\d{3}Z: decided: approved/);
    expect(text).toMatch(/Z: proved: resolved/);
    expect(text).toMatch(/\| Subnet ovn-default, Ready \| False.* \| True.* \|/);
    expect(text).toContain('- Our notes: <https://wiki.example/a>');
    expect(text).not.toMatch(/\bbo\b|\bana\b/);
  });

  test('is read by our own indexer as written for its code, and found first by the words of its finding', async () => {
    const text = await written();
    writeFileSync(join(folder, 'draft.md'), text);
    const { article, problems } = readArticle('draft', Buffer.from(text));
    const found = (await house.records.run('r1'))?.report?.findings.find(({ code }) => article.findings.includes(code));
    expect(problems).toEqual([]);
    expect(text).toMatch(/^---\nkind:\n {2}- Troubleshooting\n/);
    expect(article).toMatchObject({ title: found?.title, language: 'en' });
    expect(new Set(article.sections.map(({ part }) => part))).toEqual(
      new Set(['other', 'symptom', 'environment', 'cause', 'resolution']),
    );
    const knowledge = await openKnowledge({ sources: [shippedSource, { folder }] });
    const words = `${found?.title}; ${found?.says}`;
    expect(knowledge.search(words, { limit: 1 })[0]?.id).toBe('draft');
    expect(knowledge.linksFor(found?.code ?? '').map(({ id }) => id)).toContain('draft');
  });

  test('is found in Chinese by its code', async () => {
    writeFileSync(join(folder, 'draft.md'), await written('zh'));
    const knowledge = await openKnowledge({ sources: [{ folder }] });
    expect(knowledge.linksFor('kube-ovn/subnet-not-ready').map(({ id }) => id)).toEqual(['draft']);
  });

  test('shows what a cluster wrote as words: no link, markup or fence comes out of it, and no secret', () => {
    const evil = '[click](https://evil.example) <script>alert(1)</script> {x} | a `b` password=hunter2';
    const { state, proposal } = doneScreen;
    if (state.is !== 'done') throw new TypeError('the sample is not done');
    const hostile = {
      ...finding,
      says: evil,
      evidence: [{ from: 'log `of` a', says: evil, lines: ['```', '# Not a heading', '[a](https://evil.example)'] }],
    };
    const { markdown } = draftArticle({
      report: { ...report, findings: [hostile] },
      environment: 'production',
      finding: hostile,
      resolved: [{ proposal, proof: state.proof, entries: [] }],
      language: 'en',
    });
    expect(markdown).not.toContain('hunter2');
    expect(markdown).toContain('\\[click\\](https://evil.example) \\<script\\>alert(1)\\</script\\> \\{x\\} \\| a `b`');
    expect(markdown).toContain('````text');
    expect(headingsOf(markdown)).toHaveLength(7);
    expect(readArticle('draft', Buffer.from(markdown)).article.sections.map(({ heading }) => heading)).not.toContain(
      'Not a heading',
    );
  });
});

describe('asking for a draft', () => {
  const asked = { delivery: 'd1', by: people.ana, language: 'en' as const };

  test('stores one job, and none for a thread in which nothing was resolved', async () => {
    expect(await requestDraft({ ...asked, runs: ['r0', 'r1'] }, house)).toContain('comes into this thread as a file');
    await requestDraft({ ...asked, runs: ['r1'] }, house);
    expect(house.jobs.notify.filter((key) => key.startsWith('draft/'))).toEqual(['draft/r1/en/d1']);
    await expect(requestDraft({ ...asked, runs: [] }, house)).rejects.toThrow('nothing to write about');
  });

  test.each<[Offered, NoticeScreen['tone'] | undefined, string]>([
    [{ is: 'offered', branch: 'draft/a-r1', where: 'https://git.example/kb.git' }, 'good', 'ready for review'],
    [{ is: 'refused', because: 'the remote is away' }, 'bad', 'could not be pushed for review: the remote is away.'],
    [{ is: 'nowhere' }, undefined, ''],
  ])('says in the thread what came of it: %j', async (offered, tone, says) => {
    const fresh = { ...house, chat: houseOf('kube-ovn/subnet-not-ready/leader-change').chat };
    const handlers = jobHandlers({ ...fresh, drafts: { offer: async () => offered } });
    await handlers.notify(job, aContext());
    const screens = fresh.chat.shown.get(`${keyOf(job)}/offered`) ?? [];
    expect(screens.map((screen) => screen.screen === 'notice' && screen.tone)).toEqual(
      tone === undefined ? [] : [tone],
    );
    expect(JSON.stringify(screens)).toContain(says);
  });
});
