import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { chatHandlers, commands } from '../../commands/index.ts';
import { decide } from '../../src/app/decide.ts';
import { jobHandlers } from '../../src/app/jobs.ts';
import { remediate } from '../../src/app/remediate.ts';
import { triage } from '../../src/app/triage.ts';
import { Policy } from '../../src/core/policy.ts';
import { ana, bo, oncall, type Stage, setStage } from '../adapters/slack/stage.ts';
import { aContext, aJob, houseOf, type TestHouse } from '../app/house-of.ts';
import { exampleMitigation } from '../contracts/mitigations.ts';

let stage: Stage;
let house: TestHouse;
const job = { ...aJob, place: { channel: oncall } };

beforeEach(async () => {
  stage = await setStage();
});
afterEach(async () => stage.close());

async function listening(world: string): Promise<void> {
  const made = houseOf(world);
  const policies = { default: Policy.parse({ approvers: [bo] }) };
  house = {
    ...made,
    policies,
    chat: { ...made.chat, ...stage.chat, membersOf: async (group) => made.chat.membersOf(group) },
  };
  await stage.listen(chatHandlers(house), { commands });
}

const withButton = (name: string) =>
  stage.workspace.messages('oncall').find(({ blocks }) => JSON.stringify(blocks).includes(`"button:${name}"`));

async function press(who: 'ana' | 'bo', name: string): Promise<void> {
  const message = await stage.workspace.waitFor(() => withButton(name), { withinMs: 5000, what: `a button ${name}` });
  await stage.workspace.as(who).press({ messageTs: message.ts, channel: oncall, actionId: `button:${name}` });
}

async function told(person: string, text: string): Promise<string> {
  const found = await stage.workspace.waitFor(
    () => stage.workspace.ephemerals(person).find((one) => one.text.includes(text)),
    { withinMs: 5000, what: `somebody is told ${text}` },
  );
  return found.text;
}

describe('in Slack', () => {
  test('Undo on the card of a fix brings a card of its own, and goes away', async () => {
    await listening('kube-ovn/gateway-node-down/all-down');
    await triage(job, house, aContext());
    const proposals = (await house.records.run('r1'))?.proposals ?? [];
    for (const proposal of proposals) {
      await decide({ proposal, by: { id: bo }, is: 'approved' }, house);
      await remediate(proposal, house, aContext());
    }
    await press('bo', 'undo');
    await told(bo, 'is being worked out');
    const [key] = house.jobs.remediate.filter((one) => one.startsWith('undo/'));
    const fix = key?.split('/')[1] ?? '';
    await jobHandlers(house).remediate({ proposal: fix, by: { id: bo }, place: job.place, asks: 'undo' }, aContext());
    expect(JSON.stringify(withButton('approve')?.blocks)).toContain('Proposed undo');
    expect(withButton('undo')).toBeUndefined();
  });

  test('I did this below a manual fix has the check look again, once for two presses', async () => {
    await listening('kube-ovn/subnet-not-ready/cidr-conflict');
    await triage(job, house, aContext());
    await press('ana', 'done-by-hand');
    await told(ana, 'The same check looks again now');
    await press('bo', 'done-by-hand');
    await told(bo, 'said at');
    expect(house.jobs.remediate.filter((key) => key.startsWith('proposal/'))).toHaveLength(1);
  });

  test('/mitigations is answered to one person with buttons, which take and close with a reason', async () => {
    await listening('kube-ovn/subnet-not-ready/leader-change');
    await house.mitigations.open({ ...exampleMitigation(), place: { channel: oncall } });
    const member = stage.workspace.as('ana');
    await member.command('/mitigations', '', { channel: 'oncall' });
    expect(await told(ana, 'will not last by itself')).toContain('Correct the number in its Helm values.');
    const list = stage.workspace
      .ephemerals(ana)
      .find(({ blocks }) => JSON.stringify(blocks).includes('mitigation-mine'));
    expect(stage.workspace.messages('oncall')).toEqual([]);
    const place = { messageTs: list?.ts ?? '', channel: oncall };
    await member.press({ ...place, actionId: 'button:mitigation-mine' });
    await told(ana, 'It is yours now');
    expect(await house.mitigations.find('fix-1')).toMatchObject({ owner: ana });
    await member.press({ ...place, actionId: 'button:mitigation-done' });
    await stage.workspace.waitFor(() => stage.workspace.views(ana).at(-1), { withinMs: 5000, what: 'a dialog' });
    await member.submitView({ 'field:reason': 'It stands in Git.' });
    await stage.workspace.waitFor(() => house.jobs.notify.length === 2, { withinMs: 5000, what: 'two cards to show' });
    expect(await house.mitigations.find('fix-1')).toMatchObject({ closed: { by: ana, reason: 'It stands in Git.' } });
  });
});
