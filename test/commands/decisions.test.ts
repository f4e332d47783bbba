import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { chatHandlers } from '../../commands/index.ts';
import { jobHandlers } from '../../src/app/jobs.ts';
import { triage } from '../../src/app/triage.ts';
import { Policy } from '../../src/core/policy.ts';
import { proposalScreen } from '../adapters/slack/samples.ts';
import { oncall, type Stage, setStage } from '../adapters/slack/stage.ts';
import { aContext, aJob, houseOf, type TestHouse } from '../app/house-of.ts';

const ana = 'U0ANACHEN1';
const bo = 'U0BOLARSEN';
const wei = 'U0WEIZHANG';
const eve = { id: 'U0ELSEWHER', name: 'eve', realName: 'Eve', team: 'T0OTHER' };
let stage: Stage;
let house: TestHouse;
let proposal: string;
let notices: string[];

/** One fix on offer in a real Slack thread, for the people of the workspace and one of another. */
beforeEach(async () => {
  const users = [ana, bo, wei].map((id) => ({ id, name: id.slice(2, 4).toLowerCase(), realName: id }));
  stage = await setStage({ users: [...users, eve] });
  notices = [];
  const made = houseOf('kube-ovn/subnet-not-ready/leader-change');
  const policy = { approvers: [eve.id], approverGroups: ['S0APPROVERS'], breakGlass: { people: [wei] } };
  house = {
    ...made,
    chat: Object.assign(stage.chat, {
      shown: new Map(),
      attached: [],
      files: new Map(),
      whispers: [],
      standings: new Map(),
      told: [],
    }),
    policies: { default: Policy.parse(policy) },
    onNotice: (says, detail) => void notices.push(`${says} ${JSON.stringify(detail)}`),
  };
  const job = { ...aJob, requestedBy: { id: ana }, place: { channel: oncall } };
  await triage(job, house, aContext());
  proposal = (await house.records.run('r1'))?.proposals[0] ?? '';
  await stage.listen(chatHandlers(house));
});
afterEach(async () => stage.close());

const card = () =>
  stage.workspace.messages(oncall).find(({ blocks }) => JSON.stringify(blocks).includes('"button:approve"'));
const press = async (person: string, button: string, messageTs = card()?.ts ?? '') =>
  stage.workspace.as(person).press({ messageTs, channel: oncall, actionId: `button:${button}` });
const state = async () => (await house.records.proposal(proposal))?.state.is;
async function told(person: string, part: string): Promise<string> {
  const found = await stage.workspace.waitFor(
    () => stage.workspace.ephemerals(person).find(({ text }) => text.includes(part)),
    { what: `${person} is told: ${part}` },
  );
  return found.text;
}

describe('a press that does nothing', () => {
  test('with a value that we never put on a button is answered and logged', async () => {
    const forged = { ...proposalScreen, proposal: { ...proposalScreen.proposal, id: 'forged-value' } };
    const { id } = await stage.chat.show({ key: 'forged', channel: oncall, screen: forged });
    await press(bo, 'approve', id);
    await told(bo, 'This fix is not known here any more.');
    expect([await state(), house.jobs.remediate]).toEqual(['offered', []]);
    expect(notices).toEqual([expect.stringMatching(/not known here; nothing was done.*U0BOLARSEN.*forged-value/)]);
  });

  test('by a person of another workspace is refused and stands in the ledger, although the policy lists the id', async () => {
    await press(eve.id, 'approve');
    await told(eve.id, 'Your account is not one of this workspace');
    expect([await state(), house.jobs.remediate]).toEqual(['offered', []]);
    const entry = (await house.ledger.ofProposal(proposal)).at(-1);
    expect(entry).toMatchObject({ event: 'refused', actor: eve.id, detail: { wanted: 'approved', rule: 'person' } });
  });

  test('is delivered a second time: the payload is recognised, logged, and nothing happens twice', async () => {
    await press(bo, 'approve');
    await told(bo, 'You approved');
    await stage.workspace.faults.redeliver('block_actions');
    await stage.workspace.waitFor(() =>
      stage.lines.some(({ message }) => message === 'A delivery came again and was ignored.'),
    );
    expect(house.jobs.remediate).toHaveLength(1);
  });

  test('is replayed to another process, which has not seen it, and is told that it stands already', async () => {
    await press(bo, 'approve');
    await told(bo, 'You approved');
    const replayed = { delivery: 'press/1', by: { id: bo }, channel: oncall, button: 'approve', value: proposal };
    const reply = await chatHandlers(house).press({ ...replayed, thread: undefined });
    expect(reply).toMatchObject({ text: expect.stringContaining(`<@${bo}> approved this fix at`) });
    const decided = (await house.ledger.ofProposal(proposal)).filter(({ event }) => event === 'decided');
    expect([decided.length, house.jobs.remediate.length]).toEqual([1, 1]);
  });

  test('with a button that does not exist is answered', async () => {
    const forged = { delivery: 'press/2', by: { id: bo }, channel: oncall, thread: undefined, value: proposal };
    const reply = await chatHandlers(house).press({ ...forged, button: 'apply' });
    expect(reply).toMatchObject({ text: expect.stringContaining('Nothing was done.') });
    expect(await state()).toBe('offered');
  });
});

describe('the button to break the glass', () => {
  const reason = async (person: string, says: string) => {
    const member = stage.workspace.as(person);
    await stage.workspace.waitFor(() => stage.workspace.views(person).length > 0, { what: 'a dialog' });
    return member.submitView({ 'field:reason': says });
  };

  test('asks for a reason, refuses who may not, and says loudly in the thread who did', async () => {
    await press(bo, 'break-glass');
    await reason(bo, 'I am in a hurry.');
    await told(bo, `lets <@${wei}> break the glass, and not you`);

    await press(wei, 'break-glass');
    const blank = await reason(wei, ' ');
    expect(blank.errors).toEqual({ 'field:reason': 'Say in a few words why.' });
    await reason(wei, 'Payments are down.');
    await told(wei, 'there is no glass to break');
    expect(await state()).toBe('offered');
  });

  test('leads to a review in the thread and in /reviews, which another person closes with a button', async () => {
    const two = { ...house.policies['default'], approvals: 2 };
    await stage.stopListening();
    const strict = { ...house, policies: { default: Policy.parse(two) } };
    await stage.listen(chatHandlers(strict));
    await press(wei, 'break-glass');
    await reason(wei, 'Payments are down.');
    await told(wei, 'You broke the glass.');
    const notify = jobHandlers(strict).notify;
    await notify({ show: 'review', proposal, revision: 'opened' }, aContext());
    const review = () =>
      stage.workspace.messages(oncall).find(({ blocks }) => JSON.stringify(blocks).includes('Glass broken on prod-sh'));
    expect(review()?.threadTs).toBeDefined();
    const list = async () =>
      chatHandlers(strict).command({ delivery: 'c', by: { id: bo }, channel: oncall, command: 'reviews', text: '' });
    expect(await list()).toMatchObject({ text: expect.stringMatching(/1 review is open.*\n.*U0WEIZHANG.*Payments/) });

    const messageTs = review()?.ts ?? '';
    await press(bo, 'review', messageTs);
    await reason(bo, 'It was right.');
    await told(bo, 'You closed this review.');
    await notify({ show: 'review', proposal, revision: 'closed' }, aContext());
    const after = stage.workspace.messages(oncall).find(({ ts }) => ts === messageTs);
    expect(JSON.stringify(after?.blocks)).toContain('It was right.');
    expect(await list()).toMatchObject({ text: expect.stringContaining('No review is open') });
  });
});
