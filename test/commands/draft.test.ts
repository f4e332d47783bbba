import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { chatHandlers, commands } from '../../commands/index.ts';
import { decide } from '../../src/app/decide.ts';
import type { House } from '../../src/app/house.ts';
import { jobHandlers } from '../../src/app/jobs.ts';
import { remediate } from '../../src/app/remediate.ts';
import { triage } from '../../src/app/triage.ts';
import type { NotifyJob } from '../../src/core/job.ts';
import { Policy } from '../../src/core/policy.ts';
import { ana, bo, type Stage, setStage } from '../adapters/slack/stage.ts';
import { aContext, aJob, houseOf } from '../app/house-of.ts';

let stage: Stage;
let house: House;
let drafts: NotifyJob[];

beforeEach(async () => {
  stage = await setStage();
  const memory = houseOf('kube-ovn/subnet-not-ready/leader-change');
  drafts = [];
  const queue: House['queue'] = {
    ...memory.queue,
    add: async (name, key, job) => {
      if ('show' in job && job.show === 'draft') drafts.push(job);
      return memory.queue.add(name, key, job);
    },
  };
  const policies = { default: Policy.parse({ approvers: [bo] }) };
  house = { ...memory, policies, queue, chat: stage.chat };
  await stage.listen(chatHandlers(house), { commands });
  await triage({ ...aJob, place: { channel: 'C0ONCALL00' } }, house, aContext());
});
afterEach(async () => stage.close());

async function resolve(): Promise<void> {
  const proposal = (await house.records.run('r1'))?.proposals[0] ?? '';
  await decide({ proposal, by: { id: bo }, is: 'approved' }, house);
  await remediate(proposal, house, aContext());
}

const thread = () => stage.workspace.messages('oncall').find(({ threadTs }) => threadTs === undefined)?.ts ?? '';
const say = async (text: string) => stage.workspace.as('ana').mention(text, { channel: 'oncall', threadTs: thread() });

async function told(words: string): Promise<string> {
  const found = await stage.workspace.waitFor(
    () => stage.workspace.ephemerals(ana).find(({ text }) => text.includes(words)),
    { withinMs: 5000, what: `somebody is told ${words}` },
  );
  return found.text;
}

const files = () => stage.workspace.files().filter(({ name }) => name.startsWith('draft-'));

describe('@triage draft', () => {
  test('puts one article into a resolved thread, however often its job comes', async () => {
    await resolve();
    await say('draft zh');
    await told('comes into this thread as a file');
    for (const job of [...drafts, ...drafts]) await jobHandlers(house).notify(job, aContext());
    expect(files().map(({ name }) => name)).toEqual([expect.stringMatching(/^draft-kube-ovn-.*-zh-[0-9a-f]{8}\.md$/)]);
  });

  test('says where nothing was resolved that there is nothing to write about', async () => {
    await say('draft');
    await told('there is nothing to write about');
    expect(drafts).toEqual([]);
  });

  test('says which languages there are', async () => {
    await say('draft fr');
    expect(await told('English and Chinese')).toContain('@triage draft zh');
  });
});

describe('the button on a resolved card', () => {
  test('asks for the article of that run', async () => {
    await resolve();
    const card = stage.workspace
      .messages('oncall')
      .find(({ blocks }) => JSON.stringify(blocks ?? []).includes('button:draft'));
    await stage.workspace.as('ana').press({ messageTs: card?.ts ?? '', actionId: 'button:draft' });
    await told('comes into this thread as a file');
    expect(drafts).toMatchObject([{ run: 'r1', language: 'en' }]);
  });
});
