import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Screen } from '../../../src/core/screen.ts';
import type { Showing } from '../../../src/ports/chat.ts';
import { ChatBusy, ChatRefused } from '../../../src/ports/chat.ts';
import { textsOf } from './blocks/outline.ts';
import { findingScreen, proposalScreen, runningScreen, runScreen } from './samples.ts';
import { ana, bo, oncall, type Stage, setStage } from './stage.ts';
import { startStrictServer } from './strict-server.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await setStage();
});
afterEach(async () => {
  await stage.close();
});

const root: Showing = { key: 'run/1', channel: oncall, screen: runningScreen };
const notice = (text: string): Screen => ({ screen: 'notice', tone: 'info', text });
const posts = (): number => stage.workspace.calls.filter(({ method }) => method === 'chat.postMessage').length;

describe('showing', () => {
  test('posts a message once and edits it ever after', async () => {
    const first = await stage.chat.show(root);
    const second = await stage.chat.show({ ...root, screen: runScreen });
    const messages = stage.workspace.messages(oncall);
    expect(second).toEqual(first);
    expect(messages).toHaveLength(1);
    expect(messages[0]?.text).toContain('Found');
    expect(messages[0]?.metadata).toEqual({ event_type: 'cluster_triage', event_payload: { key: 'run/1' } });
  });

  test('does nothing when the message shows that already', async () => {
    await stage.chat.show(root);
    const before = stage.workspace.calls.length;
    await stage.chat.show(root);
    expect(stage.workspace.calls).toHaveLength(before);
  });

  test('replies in the thread of another message, by key and by id', async () => {
    const parent = await stage.chat.show(root);
    await stage.chat.show({ key: 'run/1/finding/0', channel: oncall, under: { key: 'run/1' }, screen: findingScreen });
    await stage.chat.show({ key: 'proposal/1', channel: oncall, under: { thread: parent.id }, screen: proposalScreen });
    expect(stage.workspace.thread(oncall, parent.id)).toHaveLength(3);
  });

  test('asks to come back when the message to reply to is not there yet', async () => {
    const showing = { key: 'run/1/finding/0', channel: oncall, under: { key: 'run/1' }, screen: findingScreen };
    await expect(stage.chat.show(showing)).rejects.toBeInstanceOf(ChatBusy);
    await stage.chat.show(root);
    await stage.chat.show(showing);
    expect(stage.workspace.messages(oncall)).toHaveLength(2);
  });

  test('finds its message again when the answer was lost, and posts nothing twice', async () => {
    stage.workspace.faults.next('chat.postMessage', { kind: 'reset-after' });
    const posted = await stage.chat.show(root);
    expect(stage.workspace.messages(oncall).map(({ ts }) => ts)).toEqual([posted.id]);
    expect(posts()).toBe(1);
  });

  test('posts again when the first try really never arrived', async () => {
    stage.workspace.faults.next('chat.postMessage', { kind: 'reset-before' });
    await stage.chat.show(root);
    expect(stage.workspace.messages(oncall)).toHaveLength(1);
    expect(posts()).toBe(2);
  });

  test('finds the message of a process that died after posting it, and makes it show what is true now', async () => {
    const dies = {
      ...stage.outbox,
      finish: async () => Promise.reject(new Error('killed')),
      abandon: async () => undefined,
    };
    await expect(stage.another({ outbox: dies }).show(root)).rejects.toThrow('killed');
    stage.outbox.expire('run/1');
    const posted = await stage.chat.show({ ...root, screen: runScreen });
    const messages = stage.workspace.messages(oncall);
    expect(messages.map(({ ts }) => ts)).toEqual([posted.id]);
    expect(messages[0]?.text).toContain('Found');
  });

  test('by two processes at once posts once', async () => {
    const other = stage.another();
    await Promise.all([stage.chat.show(root), other.show(root), stage.chat.show(root)]);
    expect(stage.workspace.messages(oncall)).toHaveLength(1);
  });

  test('posts a deleted message again, under its key', async () => {
    const posted = await stage.chat.show(root);
    await deleteMessage(posted.id);
    const again = await stage.chat.show({ ...root, screen: runScreen });
    expect(again.id).not.toBe(posted.id);
    expect(stage.workspace.messages(oncall).filter(({ tombstone }) => tombstone !== true)).toHaveLength(1);
  });

  async function deleteMessage(ts: string): Promise<void> {
    const { apiUrl, botToken } = stage.workspace;
    await fetch(`${apiUrl}chat.delete`, {
      method: 'POST',
      headers: { authorization: `Bearer ${botToken}`, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ channel: oncall, ts }),
    });
  }

  test('keeps away from a channel that asked for patience, and only from that one', async () => {
    stage.workspace.faults.next('chat.postMessage', { kind: 'rate-limited', retryAfterSeconds: 30 });
    const busy = await stage.chat.show(root).catch((error: unknown) => error);
    expect(busy).toBeInstanceOf(ChatBusy);
    expect(busy instanceof ChatBusy && busy.afterMilliseconds).toBe(30_000);
    await expect(stage.chat.show({ ...root, key: 'run/2' })).rejects.toBeInstanceOf(ChatBusy);
    expect(posts()).toBe(1);
    await stage.chat.show({ ...root, channel: 'C0SANDBOX0' });
    expect(stage.workspace.messages('C0SANDBOX0')).toHaveLength(1);
  });

  test('falls back to shorter forms when Slack rejects a message, never to silence', async () => {
    const strict = await startStrictServer(stage.workspace, (blocks) =>
      blocks.some(({ type }) => type === 'rich_text'),
    );
    await stage.another({ apiUrl: strict.apiUrl }).show({ key: 'proposal/1', channel: oncall, screen: proposalScreen });
    await strict.close();
    const [message] = stage.workspace.messages(oncall);
    expect(message?.blocks.map(({ type }) => type)).toEqual(['section', 'actions']);
    expect(textsOf(message?.blocks, 'plain_text').join(' ')).toContain('1. Delete the pod kube-ovn-controller-0');
  });

  test('falls back to plain words when Slack takes no blocks at all, also for an edit', async () => {
    await stage.chat.show(root);
    const strict = await startStrictServer(stage.workspace, (blocks) => blocks.length > 0);
    await stage.another({ apiUrl: strict.apiUrl }).show({ ...root, screen: proposalScreen });
    await strict.close();
    const [message, ...others] = stage.workspace.messages(oncall);
    expect(message?.blocks).toEqual([]);
    expect(message?.text).toContain('Proposed fix on prod-sh');
    expect(others).toEqual([]);
  });

  test('says what to do when Slack refuses for good', async () => {
    await stage.close();
    stage = await setStage({ channels: [{ id: oncall, name: 'oncall', botIsMember: false }] });
    const refused = await stage.chat.show(root).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ChatRefused);
    expect(refused instanceof ChatRefused && refused.message).toContain('Invite the bot to the channel');
    expect(refused instanceof ChatRefused && refused.reason).toBe('not_in_channel');
  });

  test('goes on in the channel when the thread is gone', async () => {
    await stage.chat.show({ ...root, under: { thread: '1700000000.000100' } });
    expect(stage.workspace.messages(oncall)).toHaveLength(1);
  });
});

describe('a hostile cluster', () => {
  test('gets nothing into Slack but text', async () => {
    const nasty = '<!channel> <@U1> ``` \u001B[31m Authorization: Bearer abcdef0123456789abcdef';
    const lines = [nasty, '-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----', 'x'.repeat(1_000_000)];
    const finding = {
      ...findingScreen.finding,
      says: nasty,
      about: { ...findingScreen.finding.about, name: nasty },
      evidence: [{ from: nasty, says: nasty, lines }],
    };
    await stage.chat.show({ key: 'f', channel: oncall, screen: { ...findingScreen, finding } });
    await stage.chat.attach({
      key: 'a',
      channel: oncall,
      under: { key: 'f' },
      name: 'evidence.txt',
      title: nasty,
      content: lines.join('\n'),
    });
    const [message] = stage.workspace.messages(oncall);
    const sent = JSON.stringify(message);
    expect(sent).not.toContain('abcdef0123456789');
    expect(sent).not.toContain('PRIVATE KEY-----\\nabc');
    expect(sent).not.toContain('\\u001b');
    expect(message?.text).not.toMatch(/[<>]/);
    expect(textsOf(message?.blocks, 'mrkdwn').join('')).not.toContain('<');
    const file = stage.workspace.files()[0]?.content?.toString() ?? '';
    expect(file.length).toBeGreaterThan(1_000_000);
    expect(file).not.toContain('abcdef0123456789');
  });
});

describe('attaching', () => {
  const attachment = {
    key: 'run/1/evidence',
    channel: oncall,
    under: { key: 'run/1' },
    name: 'evidence.txt',
    title: 'Full evidence',
    content: '子网 line 1\nline 2\n',
  };

  test('uploads a file once into the thread', async () => {
    const parent = await stage.chat.show(root);
    await stage.chat.attach(attachment);
    await stage.chat.attach(attachment);
    const shared = stage.workspace.files().filter(({ shared }) => shared);
    expect(shared).toHaveLength(1);
    expect(shared[0]?.content?.toString()).toBe(attachment.content);
    expect(shared[0]?.name).toMatch(/^evidence-[0-9a-f]{8}\.txt$/);
    expect(stage.workspace.thread(oncall, parent.id)).toHaveLength(2);
  });

  test('finds its file again when the answer was lost', async () => {
    const parent = await stage.chat.show(root);
    stage.workspace.faults.next('files.completeUploadExternal', { kind: 'reset-after' });
    await stage.chat.attach(attachment);
    expect(stage.workspace.thread(oncall, parent.id)).toHaveLength(2);
  });

  test('comes back later and uploads once when the file really was not shown', async () => {
    const parent = await stage.chat.show(root);
    stage.workspace.faults.next('files.completeUploadExternal', { kind: 'reset-before' });
    await expect(stage.chat.attach(attachment)).rejects.toBeInstanceOf(ChatBusy);
    stage.outbox.expire(attachment.key);
    await stage.chat.attach(attachment);
    expect(stage.workspace.thread(oncall, parent.id)).toHaveLength(2);
  });
});

describe('whispering', () => {
  test('is seen by one person only', async () => {
    await stage.chat.whisper(ana, oncall, 'Only <@U0BOLARSEN> may approve. <!channel>');
    expect(stage.workspace.ephemerals(ana).map(({ text }) => text)).toEqual([
      'Only <@U0BOLARSEN> may approve. &lt;!channel&gt;',
    ]);
    expect(stage.workspace.ephemerals(bo)).toEqual([]);
  });

  test('goes to a direct message where the bot may not speak', async () => {
    await stage.close();
    stage = await setStage({ channels: [{ id: oncall, name: 'oncall', botIsMember: false }] });
    await stage.chat.whisper(ana, oncall, 'The run could not be posted here.');
    expect(stage.workspace.messages(ana).map(({ text }) => text)).toEqual(['The run could not be posted here.']);
  });
});

describe('the link to a message', () => {
  test('is the one that Slack gives, and none for what was never posted', async () => {
    const { id } = await stage.chat.show({ key: 'n', channel: oncall, screen: notice('A card.') });
    expect(await stage.chat.linkTo('n')).toBe(`${stage.workspace.address}/archives/${oncall}/p${id.replace('.', '')}`);
    expect(await stage.chat.linkTo('never')).toBeUndefined();
  });

  test('is left out when Slack does not give it', async () => {
    await stage.chat.show({ key: 'n', channel: oncall, screen: notice('A card.') });
    stage.workspace.faults.next('chat.getPermalink', { kind: 'server-error', status: 503 });
    expect(await stage.chat.linkTo('n')).toBeUndefined();
  });
});

describe('a screen for one person', () => {
  test('is seen by that person only', async () => {
    await stage.chat.tell(ana, oncall, notice('Only for you.'));
    expect(stage.workspace.ephemerals(ana).map(({ text }) => text)).toEqual(['ℹ️ Only for you.']);
    expect([stage.workspace.ephemerals(bo), stage.workspace.messages(oncall)]).toEqual([[], []]);
  });

  test('is said in words alone where Slack takes no blocks', async () => {
    const strict = await startStrictServer(stage.workspace, (blocks) => blocks.length > 0);
    await stage.another({ apiUrl: strict.apiUrl }).tell(ana, oncall, notice('Only for you.'));
    await strict.close();
    expect(stage.workspace.ephemerals(ana)).toEqual([expect.objectContaining({ blocks: [] })]);
  });
});

describe('the members of a group', () => {
  const asked = (): number => stage.workspace.calls.filter(({ method }) => method === 'usergroups.users.list').length;

  test('are asked for once and again when they change', async () => {
    const [members] = await Promise.all([stage.chat.membersOf('S0APPROVERS'), stage.chat.membersOf('S0APPROVERS')]);
    expect(members).toEqual([bo, 'U0WEIZHANG']);
    expect(asked()).toBe(1);
    stage.chat.forgetMembers('S0APPROVERS');
    await stage.chat.membersOf('S0APPROVERS');
    expect(asked()).toBe(2);
  });

  test('are an error, not nobody, when Slack does not say', async () => {
    stage.workspace.faults.next('usergroups.users.list', { kind: 'server-error', status: 503 }, 2);
    await expect(stage.chat.membersOf('S0APPROVERS')).rejects.toBeInstanceOf(ChatBusy);
    expect(await stage.chat.membersOf('S0APPROVERS')).toHaveLength(2);
  });
});

describe('who somebody is', () => {
  const elsewhere = { id: 'U0ELSEWHER', name: 'eve', realName: 'Eve', team: 'T0OTHER' };

  test('is asked each time: a member, and deactivated from the moment the account is closed', async () => {
    expect(await stage.chat.standingOf(bo)).toBe('member');
    stage.workspace.deactivate(bo);
    expect(await stage.chat.standingOf(bo)).toBe('deactivated');
    expect(await stage.another().membersOf('S0APPROVERS')).toEqual(['U0WEIZHANG']);
  });

  test('is a stranger for a person of another workspace, a bot, and an id that nobody has', async () => {
    await stage.close();
    stage = await setStage({ users: [elsewhere] });
    const asked = [elsewhere.id, stage.workspace.botUserId, 'U0NOBODY00'];
    expect(await Promise.all(asked.map(async (id) => stage.chat.standingOf(id)))).toEqual(asked.map(() => 'stranger'));
  });

  test('is an error, not a member, when Slack does not say or the scope is missing', async () => {
    stage.workspace.faults.next('users.info', { kind: 'server-error', status: 503 }, 2);
    await expect(stage.chat.standingOf(bo)).rejects.toBeInstanceOf(ChatBusy);
    await stage.close();
    stage = await setStage({ scopes: ['chat:write'] });
    await expect(stage.chat.standingOf(bo)).rejects.toThrow('Install the app again with the scopes of the manifest.');
  });
});

test('a notice is one calm line', async () => {
  await stage.chat.show({ key: 'n', channel: oncall, screen: notice('Somebody else was faster.') });
  expect(stage.workspace.messages(oncall)[0]?.text).toBe('ℹ️ Somebody else was faster.');
});
