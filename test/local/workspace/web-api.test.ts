import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type ConversationsHistoryResponse, WebClient } from '@slack/web-api';
import { startWorkspace, type Workspace } from '../../../src/local/workspace/workspace.ts';
import { button, section, silent } from './bot.ts';

let workspace: Workspace;
let client: WebClient;
const channel = 'C0ONCALL00';

beforeAll(async () => {
  workspace = await startWorkspace({ delivery: { mode: 'socket' }, eventRetryDelaysMs: [] });
  client = connect(workspace.botToken);
});
beforeEach(() => workspace.faults.clear());
afterAll(async () => await workspace.close());

function connect(token: string): WebClient {
  return new WebClient(token, {
    slackApiUrl: workspace.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: silent,
  });
}

/** The answer of a call that the workspace refuses. */
async function refused(call: Promise<unknown>): Promise<Record<string, unknown>> {
  try {
    await call;
  } catch (error) {
    return (error as { data?: Record<string, unknown> }).data ?? {};
  }
  throw new Error('The call was not refused.');
}

async function post(extra: Record<string, unknown>): Promise<string> {
  const { ts = '' } = await client.chat.postMessage({ channel, text: 'hello', ...extra });
  return ts;
}

describe('tokens', () => {
  test('knows the bot by its token', async () => {
    expect(await client.auth.test()).toMatchObject({
      ok: true,
      user_id: 'U0TRIAGEBT',
      bot_id: 'B0TRIAGEBT',
      team_id: 'T0WORKSPACE',
    });
  });

  test('refuses no token, a wrong one, and the right one in the wrong place', async () => {
    expect(await refused(connect('').auth.test())).toMatchObject({ error: 'not_authed' });
    expect(await refused(connect('xoxb-other').auth.test())).toMatchObject({ error: 'invalid_auth' });
    expect(await refused(connect(workspace.appToken).auth.test())).toMatchObject({ error: 'not_allowed_token_type' });
    expect(await refused(client.apps.connections.open())).toMatchObject({ error: 'not_allowed_token_type' });
  });

  test('says which scope is missing when scopes are given', async () => {
    const strict = await startWorkspace({ delivery: { mode: 'socket' }, scopes: ['chat:write'] });
    const narrow = new WebClient(strict.botToken, { slackApiUrl: strict.apiUrl, retryConfig: { retries: 0 } });
    expect(await refused(narrow.users.list({}))).toMatchObject({ error: 'missing_scope', needed: 'users:read' });
    await strict.close();
  });

  test('does not know a method that it does not have, not even one that every object has', async () => {
    expect(await refused(client.apiCall('chat.shout'))).toMatchObject({ error: 'unknown_method' });
    expect(await refused(client.apiCall('constructor'))).toMatchObject({ error: 'unknown_method' });
  });
});

describe('messages', () => {
  test('have increasing timestamps, and threads that count their replies', async () => {
    const root = await post({});
    const replies = [await post({ thread_ts: root }), await post({ thread_ts: root })];
    const { messages } = await client.conversations.replies({ channel, ts: root });
    expect(messages?.map(({ ts }) => ts)).toEqual([root, ...replies]);
    expect(messages?.[0]).toMatchObject({ reply_count: 2, thread_ts: root, latest_reply: replies[1] });
    expect([root, ...replies].toSorted()).toEqual([root, ...replies]);
  });

  test('are found again by their metadata, which is told only when asked for', async () => {
    const metadata = { event_type: 'triage_run', event_payload: { run: 'r-17', purpose: 'root' } };
    const ts = await post({ metadata });
    const asked = await client.conversations.history({ channel, include_all_metadata: true, limit: 1 });
    expect(asked.messages?.[0]).toMatchObject({ ts, metadata });
    const unasked = await client.conversations.history({ channel, limit: 1 });
    expect(unasked.messages?.[0]).not.toHaveProperty('metadata');
  });

  test('come in pages, newest first, between two times', async () => {
    const first = await post({ text: 'one' });
    await post({ text: 'two' });
    const third = await post({ text: 'three' });
    const texts: (string | undefined)[] = [];
    for await (const page of client.paginate('conversations.history', {
      channel,
      oldest: first,
      inclusive: true,
      limit: 2,
    })) {
      texts.push(...((page as ConversationsHistoryResponse).messages ?? []).map(({ text }) => text));
    }
    expect(texts).toEqual(['three', 'two', 'one']);
    const between = await client.conversations.history({ channel, oldest: first, latest: third });
    expect(between.messages?.map(({ text }) => text)).toEqual(['two']);
  });

  test('keep their blocks when only the text is edited, and lose them to an empty list', async () => {
    const ts = await post({ blocks: [section('before')] });
    const kept = await client.chat.update({ channel, ts, text: 'after' });
    expect(kept.message).toMatchObject({
      text: 'after',
      blocks: [{ type: 'section' }],
      edited: { user: 'U0TRIAGEBT' },
    });
    const emptied = await client.chat.update({ channel, ts, text: 'after', blocks: [] });
    expect(emptied.message).not.toHaveProperty('blocks');
  });

  test('of somebody else can neither be edited nor deleted by the bot', async () => {
    const { message } = await workspace.as('ana').say('mine', { channel });
    const ts = message?.ts ?? '';
    expect(await refused(client.chat.update({ channel, ts, text: 'no' }))).toMatchObject({
      error: 'cant_update_message',
    });
    expect(await refused(client.chat.delete({ channel, ts }))).toMatchObject({ error: 'cant_delete_message' });
  });

  test('leave a tombstone when they are deleted under a thread, and take no more replies', async () => {
    const ts = await post({});
    await post({ thread_ts: ts });
    await client.chat.delete({ channel, ts });
    expect(workspace.thread(channel, ts)[0]).toMatchObject({ tombstone: true, text: 'This message was deleted.' });
    expect(await refused(post({ thread_ts: ts }))).toMatchObject({ error: 'thread_not_found' });
  });

  test.each([
    ['channel_not_found', { channel: 'C404' }],
    ['no_text', { text: '' }],
    ['invalid_thread_ts', { thread_ts: '17' }],
    ['thread_not_found', { thread_ts: '1700000000.000001' }],
    ['invalid_blocks_format', { blocks: '{' }],
    ['invalid_metadata_schema', { metadata: { event_type: 'x', event_payload: { deep: { deeper: { deepest: 1 } } } } }],
  ])('are refused with %s', async (error, extra) => {
    expect(await refused(post(extra))).toMatchObject({ error });
  });

  test('are cut at 40,000 characters', async () => {
    await post({ text: 'x'.repeat(40_001) });
    expect(workspace.messages(channel).at(-1)?.text).toHaveLength(40_000);
  });

  test('do not reach a channel that the bot has not joined', async () => {
    const other = await startWorkspace({
      delivery: { mode: 'socket' },
      channels: [{ id: 'C0ELSEWHRE', name: 'elsewhere', botIsMember: false }],
    });
    const outside = new WebClient(other.botToken, { slackApiUrl: other.apiUrl, retryConfig: { retries: 0 } });
    expect(await refused(outside.chat.postMessage({ channel: 'elsewhere', text: 'hi' }))).toMatchObject({
      error: 'not_in_channel',
    });
    await outside.conversations.join({ channel: 'C0ELSEWHRE' });
    expect(await outside.chat.postMessage({ channel: 'elsewhere', text: 'hi' })).toMatchObject({ ok: true });
    await other.close();
  });

  test('carry reactions', async () => {
    const timestamp = await post({});
    await client.reactions.add({ channel, timestamp, name: 'eyes' });
    expect(await refused(client.reactions.add({ channel, timestamp, name: 'eyes' }))).toMatchObject({
      error: 'already_reacted',
    });
    workspace.as('bo').react('eyes', { channel, messageTs: timestamp });
    const { message } = await client.reactions.get({ channel, timestamp });
    expect(message?.reactions).toEqual([{ name: 'eyes', users: ['U0TRIAGEBT', 'U0BOLARSEN'], count: 2 }]);
  });
});

describe('people and files', () => {
  test('lists people, their groups and who is in a channel', async () => {
    const { members } = await client.users.list({});
    expect(members?.map(({ name }) => name)).toEqual(['ana', 'bo', 'wei', 'triage']);
    const { users } = await client.usergroups.users.list({ usergroup: 'S0APPROVERS' });
    expect(users).toEqual(['U0BOLARSEN', 'U0WEIZHANG']);
    expect((await client.conversations.members({ channel })).members).toContain('U0TRIAGEBT');
  });

  test('says of a closed account that it is deleted, and takes it out of its groups', async () => {
    workspace.deactivate('U0WEIZHANG');
    expect((await client.users.info({ user: 'U0WEIZHANG' })).user?.deleted).toBe(true);
    expect((await client.users.info({ user: 'U0BOLARSEN' })).user?.deleted).toBe(false);
    expect((await client.usergroups.users.list({ usergroup: 'S0APPROVERS' })).users).toEqual(['U0BOLARSEN']);
    expect(() => workspace.as('wei')).toThrow('The account of "wei" is deactivated.');
  });

  test('shares an uploaded file in a thread, byte for byte', async () => {
    const ts = await post({});
    const content = 'line 1\nline 2: 网络\n';
    await client.filesUploadV2({
      channel_id: channel,
      thread_ts: ts,
      filename: 'evidence.txt',
      content,
      title: 'The evidence',
    });
    const shared = workspace.thread(channel, ts)[1];
    expect(shared?.files).toHaveLength(1);
    const [file] = workspace.files();
    expect(file).toMatchObject({ name: 'evidence.txt', title: 'The evidence' });
    expect(file?.content?.toString()).toBe(content);
    const { file: told } = await client.files.info({ file: file?.id ?? '' });
    const anonymous = await fetch(told?.url_private ?? '', { headers: { 'sec-fetch-site': 'cross-site' } });
    expect(anonymous.status).toBe(404);
    const download = await fetch(told?.url_private ?? '', {
      headers: { authorization: `Bearer ${workspace.botToken}` },
    });
    expect(await download.text()).toBe(content);
    expect(download.headers.get('content-disposition')).toContain('attachment');
  });

  test('shows an ephemeral message to one member of the channel', async () => {
    await client.chat.postEphemeral({ channel, user: 'U0BOLARSEN', text: 'Only you.' });
    expect(workspace.ephemerals('U0BOLARSEN').at(-1)).toMatchObject({ text: 'Only you.', channel });
    expect(await refused(client.chat.postEphemeral({ channel, user: 'U404', text: 'x' }))).toMatchObject({
      error: 'user_not_in_channel',
    });
  });

  test('updates a view only with its latest hash', async () => {
    const view = { type: 'home' as const, blocks: [section('one')] };
    const published = await client.views.publish({ user_id: 'U0ANACHEN1', view });
    const hash = published.view?.hash ?? '';
    await client.views.publish({ user_id: 'U0ANACHEN1', view, hash });
    expect(await refused(client.views.publish({ user_id: 'U0ANACHEN1', view, hash }))).toMatchObject({
      error: 'hash_conflict',
    });
  });

  test('logs every call without its token', async () => {
    await post({ text: 'for the log', blocks: [{ type: 'actions', elements: [button('Go', 'go')] }] });
    const call = workspace.calls.at(-1);
    expect(call).toMatchObject({ method: 'chat.postMessage', given: { text: 'for the log' }, answer: { status: 200 } });
    expect(JSON.stringify(workspace.calls)).not.toContain(workspace.botToken);
  });
});
