import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { WebClient } from '@slack/web-api';
import { startWorkspace, type Workspace } from '../../../src/local/workspace/workspace.ts';
import { silent } from './bot.ts';

let workspace: Workspace;
let client: WebClient;
let clock: number;
const message = { channel: 'C0ONCALL00', text: 'hello' };

beforeEach(async () => {
  clock = Date.now();
  workspace = await startWorkspace({ delivery: { mode: 'socket' }, rateLimits: true, now: () => clock });
  client = new WebClient(workspace.botToken, {
    slackApiUrl: workspace.apiUrl,
    logger: silent,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
  });
});
afterEach(async () => await workspace.close());

test('answers 429 with the given wait, once', async () => {
  workspace.faults.next('chat.postMessage', { kind: 'rate-limited', retryAfterSeconds: 7 });
  await expect(client.chat.postMessage(message)).rejects.toMatchObject({ retryAfter: 7 });
  expect(await client.chat.postMessage(message)).toMatchObject({ ok: true });
});

test('answers with a server error as often as planned', async () => {
  workspace.faults.next('*', { kind: 'server-error', status: 503 }, 2);
  await expect(client.auth.test()).rejects.toMatchObject({ statusCode: 503 });
  await expect(client.chat.postMessage(message)).rejects.toMatchObject({ statusCode: 503 });
  expect(await client.auth.test()).toMatchObject({ ok: true });
});

test('breaks the connection before the call is done: there is no message', async () => {
  workspace.faults.next('chat.postMessage', { kind: 'reset-before' });
  await expect(client.chat.postMessage(message)).rejects.toThrow();
  expect(workspace.messages('oncall')).toEqual([]);
  expect(workspace.calls.at(-1)?.answer).toBe('connection reset');
});

test('breaks the connection after the call is done: the message is there, and the bot cannot know', async () => {
  workspace.faults.next('chat.postMessage', { kind: 'reset-after' });
  await expect(client.chat.postMessage(message)).rejects.toThrow();
  expect(workspace.messages('oncall').map(({ text }) => text)).toEqual(['hello']);
});

test('posts twice when a client retries such a call blindly', async () => {
  const stubborn = new WebClient(workspace.botToken, {
    slackApiUrl: workspace.apiUrl,
    logger: silent,
    retryConfig: { retries: 1, minTimeout: 1 },
  });
  workspace.faults.next('chat.postMessage', { kind: 'reset-after' });
  await stubborn.chat.postMessage(message);
  expect(workspace.messages('oncall')).toHaveLength(2);
});

test('answers slowly when asked to', async () => {
  const hasty = new WebClient(workspace.botToken, {
    slackApiUrl: workspace.apiUrl,
    logger: silent,
    retryConfig: { retries: 0 },
    timeout: 50,
  });
  workspace.faults.next('auth.test', { kind: 'slow', byMs: 400 });
  await expect(hasty.auth.test()).rejects.toThrow();
  expect(await client.auth.test()).toMatchObject({ ok: true });
});

test('lets a few messages of one channel through at once, then one a second, and leaves other channels alone', async () => {
  for (let count = 0; count < 5; count += 1) await client.chat.postMessage(message);
  await expect(client.chat.postMessage(message)).rejects.toMatchObject({ retryAfter: 1 });
  expect(await client.chat.postMessage({ ...message, channel: 'C0SANDBOX0' })).toMatchObject({ ok: true });
  clock += 1000;
  expect(await client.chat.postMessage(message)).toMatchObject({ ok: true });
});

test('lets fifty edits a minute through', async () => {
  const { ts = '' } = await client.chat.postMessage(message);
  for (let count = 0; count < 50; count += 1) await client.chat.update({ ...message, ts });
  await expect(client.chat.update({ ...message, ts })).rejects.toMatchObject({ retryAfter: 2 });
});
