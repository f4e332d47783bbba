import { afterEach, expect, test } from '@jest/globals';
import { App } from '@slack/bolt';
import { type Rig, rig, silent } from './bot.ts';

let current: Rig | undefined;
const start = async (...given: Parameters<typeof rig>): Promise<Rig> => {
  current = await rig(...given);
  return current;
};
afterEach(async () => {
  await current?.close();
  current = undefined;
});

type Heard = { readonly eventId: string; readonly retry: number | undefined; readonly reason: string | undefined };

function mentions(heard: Heard[]) {
  return (app: App): void =>
    app.event('app_mention', async ({ body, context }) => {
      heard.push({ eventId: body.event_id, retry: context.retryNum, reason: context.retryReason });
      return await Promise.resolve();
    });
}

test('delivers an event again when its acknowledgement was lost, with the same event_id, the number and the reason', async () => {
  const heard: Heard[] = [];
  const { workspace } = await start(mentions(heard), {
    ackTimeoutMs: 100,
    eventRetryDelaysMs: [0, 10, 10],
    events: ['app_mention'],
  });
  workspace.faults.dropAcks(2);
  const outcome = await workspace.as('ana').mention('again', { channel: 'oncall' });
  expect(outcome.acknowledged).toBe(true);
  expect(heard.map(({ retry }) => retry ?? 0)).toEqual([0, 1, 2]);
  expect(heard.at(-1)?.reason).toBe('http_timeout');
  expect(new Set(heard.map(({ eventId }) => eventId)).size).toBe(1);
});

test('gives an event up after three redeliveries', async () => {
  const heard: Heard[] = [];
  const { workspace } = await start(mentions(heard), {
    ackTimeoutMs: 50,
    eventRetryDelaysMs: [0, 0, 0],
    events: ['app_mention'],
  });
  workspace.faults.dropAcks(10);
  expect((await workspace.as('ana').mention('again', { channel: 'oncall' })).acknowledged).toBe(false);
  expect(heard).toHaveLength(4);
});

test('numbers its redeliveries over HTTP as well', async () => {
  const heard: Heard[] = [];
  const { workspace } = await start(mentions(heard), {
    mode: 'http',
    eventRetryDelaysMs: [0],
    events: ['app_mention'],
  });
  workspace.faults.dropAcks(1);
  expect((await workspace.as('ana').mention('again', { channel: 'oncall' })).acknowledged).toBe(true);
  expect(heard.map(({ retry, reason }) => [retry, reason])).toEqual([
    [undefined, undefined],
    [1, 'http_timeout'],
  ]);
});

test('sends a command twice when asked to, as Slack sometimes does', async () => {
  const triggers: string[] = [];
  const listen = (app: App): void =>
    app.command('/triage', async ({ command, ack }) => {
      triggers.push(command.trigger_id);
      await ack();
    });
  const { workspace } = await start(listen);
  await workspace.as('ana').command('/triage', '', { channel: 'oncall' });
  await workspace.faults.redeliver('/triage');
  expect(triggers).toHaveLength(2);
  expect(new Set(triggers).size).toBe(1);
});

test('says that the app cannot be reached when no socket is open, and works again after the bot reconnects', async () => {
  const { workspace, app } = await start((held) => held.command('/triage', async ({ ack }) => await ack('Here.')));
  await workspace.waitFor(() => workspace.connections() === 1);
  await app.stop();
  await workspace.waitFor(() => workspace.connections() === 0);
  const outcome = await workspace.as('ana').command('/triage', '', { channel: 'oncall' });
  expect(outcome.error).toBe('dispatch_failed');
  await app.start();
  const again = await workspace.as('ana').command('/triage', '', { channel: 'oncall' });
  expect(again.payload).toEqual({ text: 'Here.' });
});

test('gives envelopes to its sockets in turn, and none to a socket that was told to leave', async () => {
  const { workspace } = await start((held) => held.command('/triage', async ({ ack }) => await ack('One.')));
  const other = new App({
    token: workspace.botToken,
    appToken: workspace.appToken,
    socketMode: true,
    clientOptions: { slackApiUrl: workspace.apiUrl },
    convoStore: false,
    logger: silent,
  });
  other.command('/triage', async ({ ack }) => await ack('Two.'));
  await other.start();
  const answers: string[] = [];
  for (let turn = 0; turn < 4; turn += 1) {
    answers.push(String((await workspace.as('ana').command('/triage', '', { channel: 'oncall' })).payload['text']));
  }
  expect(answers.toSorted((one, two) => one.localeCompare(two))).toEqual(['One.', 'One.', 'Two.', 'Two.']);
  await other.stop();
  workspace.faults.disconnectSockets('refresh_requested');
  expect(workspace.connections()).toBe(0);
});

test('recognises a request URL that answers the challenge', async () => {
  const { workspace } = await start(() => undefined, { mode: 'http' });
  expect(await workspace.verifyRequestUrl()).toBe(true);
});

test('signs its requests, so that a bot with another signing secret refuses them', async () => {
  const listen = (app: App): void => app.command('/triage', async ({ ack }) => await ack('Here.'));
  const { workspace } = await start(listen, { mode: 'http', botSigningSecret: 'another' });
  expect((await workspace.as('ana').command('/triage', '', { channel: 'oncall' })).error).toBe('dispatch_failed');
});

test('tells the bot of its own messages, which Bolt leaves to the app to ignore', async () => {
  const seen: string[] = [];
  const listen = (app: App): void => {
    app.message(async ({ message }) => {
      if ('text' in message) seen.push(message.text ?? '');
      return await Promise.resolve();
    });
  };
  const { workspace, app } = await start(listen);
  await app.client.chat.postMessage({ channel: 'oncall', text: 'mine' });
  await workspace.as('ana').say('hers', { channel: 'oncall' });
  expect(seen).toEqual(['hers']);
});
