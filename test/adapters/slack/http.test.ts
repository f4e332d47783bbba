import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Gateway } from '../../../src/adapters/slack/gateway.ts';
import { sign } from '../../../src/local/workspace/delivery/signed-http.ts';
import type { CommandAsked, Mentioned } from '../../../src/ports/chat.ts';
import { ana, oncall, type Stage, setStage } from './stage.ts';

let stage: Stage;
let gateway: Gateway;
let server: Server;
let asked: CommandAsked[];
let mentioned: Mentioned[];

beforeEach(async () => {
  asked = [];
  mentioned = [];
  server = createServer((request, response) => gateway.requestListener?.(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stage = await setStage({
    delivery: { mode: 'http', url: url('/slack/events') },
    eventRetryDelaysMs: [20, 50],
    events: ['app_mention'],
  });
  gateway = await stage.listen(
    {
      command: async (command) => {
        asked.push(command);
        return { reply: 'whisper', text: 'Queued.' };
      },
      mention: async (mention) => {
        mentioned.push(mention);
        return { reply: 'nothing' };
      },
    },
    { delivery: { mode: 'http', signingSecret: stage.workspace.signingSecret } },
  );
});
afterEach(async () => {
  await stage.close();
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
});

function url(path: string): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
}

const command = new URLSearchParams({
  command: '/triage',
  text: 'subnet',
  user_id: ana,
  user_name: 'ana',
  channel_id: oncall,
  team_id: 'T0WORKSPACE',
  trigger_id: '1.2.3',
}).toString();

/** A request as anybody could send it, signed with a secret at a time. */
async function send(options: {
  secret?: string;
  at?: number;
  headers?: Record<string, string>;
  path?: string;
  method?: string;
}): Promise<number> {
  const {
    secret = stage.workspace.signingSecret,
    at = Date.now(),
    headers = {},
    path = '/slack/events',
    method = 'POST',
  } = options;
  const timestamp = String(Math.floor(at / 1000));
  const response = await fetch(url(path), {
    method,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': sign(secret, timestamp, command),
      ...headers,
    },
    ...(method === 'POST' ? { body: command } : {}),
  });
  return response.status;
}

test('answers a command and Slack’s question whether the address is ours', async () => {
  expect(await stage.workspace.verifyRequestUrl()).toBe(true);
  const outcome = await stage.workspace.as(ana).command('/triage', 'subnet', { channel: oncall });
  expect(outcome.acknowledged).toBe(true);
  await stage.workspace.waitFor(() => stage.workspace.ephemerals(ana).some(({ text }) => text === 'Queued.'));
  await stage.workspace.waitFor(() => asked.length > 0);
  expect(asked).toHaveLength(1);
  expect(gateway.connected()).toBe(true);
});

describe('a request', () => {
  test('signed by Slack now is taken', async () => {
    expect(await send({})).toBe(200);
    await stage.workspace.waitFor(() => asked.length > 0);
    expect(asked).toHaveLength(1);
  });

  const minute = 60_000;
  const refused: readonly [string, Parameters<typeof send>[0], number][] = [
    ['with a forged signature', { secret: 'guessed' }, 401],
    ['that is six minutes old', { at: Date.now() - 6 * minute }, 401],
    ['that is dated six minutes ahead', { at: Date.now() + 6 * minute }, 401],
    ['without a time', { headers: { 'x-slack-request-timestamp': 'now' } }, 401],
    ['for another path', { path: '/slack/other' }, 404],
    ['by another method', { method: 'GET' }, 405],
  ];
  test.each(refused)('%s is refused', async (_name, options, status) => {
    expect(await send(options)).toBe(status);
    // The work of a delivery begins a few milliseconds after its acknowledgement.
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(asked).toEqual([]);
  });

  test('after the stop is left to another process', async () => {
    await gateway.stop();
    expect(await send({})).toBe(503);
    expect(gateway.connected()).toBe(false);
  });
});

test('an event that Slack delivers again, because it did not hear us, is handled once', async () => {
  stage.workspace.faults.dropAcks(1);
  await stage.workspace.as(ana).mention('again', { channel: oncall });
  await stage.workspace.waitFor(() =>
    stage.lines.some(({ message }) => message === 'A delivery came again and was ignored.'),
  );
  expect(mentioned).toHaveLength(1);
});
