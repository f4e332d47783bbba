import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { chatHandlers, commands } from '../../commands/index.ts';
import { triage } from '../../src/app/triage.ts';
import type { ArticleLink } from '../../src/core/run.ts';
import { openKnowledge } from '../../src/knowledge.ts';
import { shippedSource } from '../../src/knowledge-sources.ts';
import type { KnowledgeBase } from '../../src/ports/knowledge.ts';
import { ana, type Stage, setStage } from '../adapters/slack/stage.ts';
import { aContext, aJob, houseOf, type TestHouse } from '../app/house-of.ts';

let stage: Stage;
let house: TestHouse;
let knowledge: KnowledgeBase;

beforeEach(async () => {
  stage = await setStage();
  knowledge ??= await openKnowledge({ sources: [shippedSource], readerUrl: 'https://triage.example/kb/' });
  house = { ...houseOf('kube-ovn/subnet-not-ready/leader-change'), knowledge };
  await stage.listen(chatHandlers({ ...house, chat: stage.chat }), { commands });
});
afterEach(async () => stage.close());

/** What one person was told that matches, with its blocks. */
async function told(words: RegExp): Promise<string> {
  return stage.workspace.waitFor(
    () =>
      stage.workspace
        .ephemerals(ana)
        .map((one) => JSON.stringify(one))
        .find((one) => words.test(one)),
    { withinMs: 5000, what: `somebody is told ${words}` },
  );
}

describe('/kb in Slack', () => {
  test('answers privately with the article, its section and the words that matched', async () => {
    await stage.workspace
      .as('ana')
      .command('/kb', 'kube-ovn subnet is not ready after a leader change', { channel: 'oncall' });
    const answer = await told(/subnet-not-ready/);
    expect(answer).toContain('https://triage.example/kb/kube-ovn/subnet-not-ready');
    expect(answer).toContain('Matched: ');
    expect(stage.workspace.messages('oncall')).toEqual([]);
  });

  test('answers a question in Chinese', async () => {
    await stage.workspace.as('ana').command('/kb', '子网没有就绪', { channel: 'oncall' });
    expect(await told(/kube-ovn/)).toContain('匹配：');
  });

  test('opens a dialog without a question, and answers what is asked in it', async () => {
    const member = stage.workspace.as('ana');
    await member.command('/kb', '', { channel: 'oncall' });
    await stage.workspace.waitFor(() => stage.workspace.views(ana).at(-1), { withinMs: 5000, what: 'a dialog' });
    await member.submitView({ 'field:question': 'kong targets of pods that are gone' });
    expect(await told(/stale-targets|dead-targets/)).toContain('kong targets of pods that are gone');
  });

  test('remembers what nothing answers, without names and addresses, and lists it', async () => {
    const member = stage.workspace.as('ana');
    await member.command('/kb', 'Printer at 10.0.0.7 of mail@example.com burns?', { channel: 'oncall' });
    await told(/burns/);
    await member.command('/kb', 'report', { channel: 'oncall' });
    const report = await told(/no article was sure to answer/);
    expect(report).toContain('printer at &lt;address&gt; of &lt;mail&gt; burns (once, last on 2026-01-05)');
  });
});

describe('@triage kb in a thread', () => {
  test('answers where everybody in the thread sees it', async () => {
    await triage({ ...aJob, place: { channel: 'C0ONCALL00' } }, { ...house, chat: stage.chat }, aContext());
    const thread = stage.workspace.messages('oncall').find(({ threadTs }) => threadTs === undefined)?.ts ?? '';
    await stage.workspace.as('ana').mention('kb subnet not ready', { channel: 'oncall', threadTs: thread });
    const said = await stage.workspace.waitFor(
      () =>
        stage.workspace
          .messages('oncall')
          .find((one) => one.threadTs === thread && /📚 subnet not ready/.test(one.text)),
      { withinMs: 5000, what: 'an answer in the thread' },
    );
    expect(JSON.stringify(said.blocks)).toContain('kube-ovn/subnet-not-ready');
  });
});

describe('the buttons under the articles of a finding', () => {
  const mtu = { id: 'team/mtu', title: 'Our own notes', url: 'https://wiki.example/mtu', score: 0.8 };

  /** Shows a run whose findings have the shipped articles, and these. */
  async function shown(more: readonly ArticleLink[]): Promise<void> {
    const linksFor = (code: string) => [...knowledge.linksFor(code), ...more];
    const linked = { ...house, chat: stage.chat, knowledge: { ...knowledge, linksFor } };
    await triage({ ...aJob, place: { channel: 'C0ONCALL00' } }, linked, aContext());
  }

  async function press(button: string): Promise<void> {
    const card = stage.workspace
      .messages('oncall')
      .find(({ blocks }) => JSON.stringify(blocks ?? []).includes('button:article-helped'));
    await stage.workspace.as('ana').press({ messageTs: card?.ts ?? '', actionId: `button:${button}` });
  }

  test('count an article and its translation as one, once for a person, who can change their mind', async () => {
    await shown([]);
    await press('article-helped');
    await told(/Thank you/);
    await press('article-helped');
    await told(/It counts once/);
    await press('article-not-helpful');
    await told(/instead of what you said before/);
    expect([...(await house.feedback.standings()).values()]).toEqual([{ helped: 0, notHelpful: 1, verifiedFixes: 0 }]);
  });

  test('ask which one when there are several', async () => {
    await shown([mtu]);
    await press('article-helped');
    await stage.workspace.waitFor(() => stage.workspace.views(ana).at(-1), { withinMs: 5000, what: 'a dialog' });
    await stage.workspace.as('ana').submitView({ 'field:article': '1' });
    await told(/Our own notes/);
    expect([...(await house.feedback.standings()).keys()]).toEqual(['team/mtu']);
  });

  test('say that nothing was counted for a run that is forgotten', async () => {
    await shown([]);
    house.records.run = async () => undefined;
    await press('article-helped');
    expect(await told(/nothing was counted/)).toContain('not known here any more');
  });
});
