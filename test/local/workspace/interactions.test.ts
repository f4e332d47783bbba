import { afterEach, describe, expect, test } from '@jest/globals';
import type { App } from '@slack/bolt';
import { button, modal, type Rig, rig, section } from './bot.ts';

let current: Rig | undefined;
const start = async (...given: Parameters<typeof rig>): Promise<Rig> => {
  current = await rig(...given);
  return current;
};
afterEach(async () => {
  await current?.close();
  current = undefined;
});

const ana = 'U0ANACHEN1';

function everything(app: App): void {
  app.command('/triage', async ({ command, ack, client, respond }) => {
    if (command.text === 'modal') {
      await ack();
      await client.views.open({ trigger_id: command.trigger_id, view: modal() });
    } else if (command.text === 'late') {
      await ack();
      await respond({ text: 'Later.' });
    } else await ack(`You said ${command.text} in <#${command.channel_id}>.`);
  });
  app.action('approve', async ({ ack, body, respond, client }) => {
    await ack();
    if (body.type !== 'block_actions') return;
    await respond({ replace_original: true, text: `Approved by <@${body.user.id}>.` });
    await client.chat.postMessage({
      channel: 'C0ONCALL00',
      thread_ts: body.message?.['ts'] as string,
      text: 'Applied.',
    });
  });
  app.options('subnet', async ({ options, ack }) => {
    const all = ['ovn-default', 'join', 'tenant-a'].filter((name) => name.includes(options.value));
    await ack({ options: all.map((name) => ({ text: { type: 'plain_text', text: name }, value: name })) });
  });
  app.view('triage', async ({ view, ack, client, body }) => {
    const reason = view.state.values['reason']?.['text']?.value;
    if (reason === 'wrong')
      return await ack({ response_action: 'errors', errors: { reason: 'That is not a reason.' } });
    if (reason === 'again') return await ack({ response_action: 'update', view: modal('Once more') });
    if (reason === 'broken')
      return await ack({ response_action: 'update', view: modal('A title that is far too long') });
    await ack();
    const subnet = view.state.values['subnet']?.['subnet']?.selected_option?.value;
    await client.chat.postMessage({ channel: body.user.id, text: `${reason} on ${subnet}` });
  });
  app.view({ type: 'view_closed', callback_id: 'triage' }, async ({ ack, client }) => {
    await ack();
    await client.chat.postMessage({ channel: '#oncall', text: 'Somebody closed the form.' });
  });
  app.event('app_mention', async ({ event, say }) => {
    await say({ text: `Heard: ${event.text}`, thread_ts: event.thread_ts ?? event.ts });
  });
  app.event('app_home_opened', async ({ event, client }) => {
    await client.views.publish({
      user_id: event.user,
      view: { type: 'home', blocks: [section('Nothing is running.')] },
    });
  });
  app.shortcut('explain', async ({ ack, shortcut, respond }) => {
    await ack();
    if (shortcut.type === 'message_action') await respond(`That message is ${shortcut.message_ts}.`);
  });
}

describe.each(['socket', 'http'] as const)('over %s', (mode) => {
  test('shows a person the acknowledgement of their command, and nobody else', async () => {
    const { workspace } = await start(everything, { mode });
    const outcome = await workspace.as(ana).command('/triage', 'subnet', { channel: 'oncall' });
    expect(outcome.ephemerals.map(({ text }) => text)).toEqual(['You said subnet in <#C0ONCALL00>.']);
    expect(workspace.ephemerals('U0BOLARSEN')).toEqual([]);
    expect(workspace.messages('oncall')).toEqual([]);
  });

  test('carries a press to the bot, and its answer back into the message and the thread', async () => {
    const { workspace, app } = await start(everything, { mode });
    const { ts } = await app.client.chat.postMessage({
      channel: 'C0ONCALL00',
      text: 'A fix is ready.',
      blocks: [section('A fix is ready.'), { type: 'actions', elements: [button('Approve', 'approve')] }],
    });
    const outcome = await workspace.as('bo').press({ messageTs: ts ?? '', text: 'Approve' });
    expect(outcome.acknowledged).toBe(true);
    await workspace.waitFor(() => workspace.thread('oncall', ts ?? '')[1], { what: 'a reply' });
    const [root, reply] = workspace.thread('oncall', ts ?? '');
    expect(root).toMatchObject({ text: 'Approved by <@U0BOLARSEN>.', blocks: [] });
    expect(root?.editedTs).toBeDefined();
    expect(reply?.text).toBe('Applied.');
  });

  test('opens a form, offers options, refuses what the bot refuses, and submits the rest', async () => {
    const { workspace } = await start(everything, { mode });
    const member = workspace.as(ana);
    await member.command('/triage', 'modal', { channel: 'oncall' });
    const view = await workspace.waitFor(() => workspace.views(ana)[0], { what: 'a form' });
    const searched = await member.search({ viewId: view.id, actionId: 'subnet' }, 'ovn');
    expect(searched.options?.map((option) => option['value'])).toEqual(['ovn-default']);
    expect((await member.submitView({ reason: '' })).errors).toEqual({
      reason: 'Please complete this required field.',
    });
    expect((await member.submitView({ reason: 'far longer than is allowed' })).errors?.['reason']).toContain(
      'at most 20',
    );
    expect((await member.submitView({ reason: 'wrong' })).errors).toEqual({ reason: 'That is not a reason.' });
    expect((await member.submitView({ reason: 'broken' })).error).toContain('trouble_connecting');
    const updated = await member.submitView({ reason: 'again' });
    expect(updated.view?.content['title']).toMatchObject({ text: 'Once more' });
    const done = await member.submitView({ reason: 'pods are stuck', subnet: 'tenant-a' });
    expect(done.view).toBeUndefined();
    const direct = await workspace.waitFor(() => workspace.messages(ana)[0], { what: 'a direct message' });
    expect(direct.text).toBe('pods are stuck on tenant-a');
  });

  test('tells the bot of mentions, of the App Home and of closed forms', async () => {
    const { workspace } = await start(everything, { mode });
    const member = workspace.as(ana);
    const { message } = await member.mention('again <now>', { channel: 'oncall' });
    expect(message?.text).toBe('<@U0TRIAGEBT> again &lt;now&gt;');
    const heard = await workspace.waitFor(() => workspace.thread('oncall', message?.ts ?? '')[1]);
    expect(heard.text).toContain('Heard: <@U0TRIAGEBT> again');
    await member.openHome();
    const home = await workspace.waitFor(() => workspace.home(ana), { what: 'an App Home' });
    expect(JSON.stringify(home.content)).toContain('Nothing is running.');
    await member.command('/triage', 'modal', { channel: 'oncall' });
    await workspace.waitFor(() => workspace.views(ana)[0]);
    await member.closeView();
    expect(workspace.views(ana)).toEqual([]);
    await workspace.waitFor(() => workspace.messages('oncall').some(({ text }) => text.includes('closed the form')));
  });

  test('carries a message shortcut', async () => {
    const { workspace } = await start(everything, { mode });
    const { message } = await workspace.as(ana).say('look at this', { channel: 'oncall' });
    await workspace.as(ana).shortcut('explain', { channel: 'oncall', messageTs: message?.ts ?? '' });
    const told = await workspace.waitFor(() => workspace.ephemerals(ana)[0]);
    expect(told.text).toBe(`That message is ${message?.ts}.`);
  });

  test('tells a person that the app did not respond within the time it had', async () => {
    const { promise: shown, resolve: letGo } = Promise.withResolvers<void>();
    const listen = (app: App): void =>
      app.command('/triage', async ({ ack }) => {
        await shown;
        await ack();
      });
    const { workspace } = await start(listen, { mode, ackTimeoutMs: 150 });
    const outcome = await workspace.as(ana).command('/triage', '', { channel: 'oncall' });
    letGo();
    expect(outcome).toMatchObject({ acknowledged: false, error: 'operation_timeout' });
    expect(outcome.ephemerals[0]?.text).toContain('/triage failed because the app did not respond');
  });
});

test('refuses a command in a thread and one that nobody registered', async () => {
  const commands = [{ command: '/triage', description: 'Looks.', usageHint: '[playbook]' }];
  const { workspace } = await start(everything, { commands });
  const { message } = await workspace.as(ana).say('hello', { channel: 'oncall' });
  const inThread = await workspace.as(ana).command('/triage', '', { channel: 'oncall', threadTs: message?.ts ?? '' });
  expect(inThread.ephemerals[0]?.text).toBe('/triage is not supported in threads. Sorry!');
  expect((await workspace.as(ana).command('/tirage', '', { channel: 'oncall' })).error).toBe('unknown_command');
});

test('gives references their names in the text of a command that asked for it', async () => {
  const commands = [{ command: '/triage', description: 'Looks.', usageHint: '', shouldEscape: true }];
  const { workspace } = await start(everything, { commands });
  const outcome = await workspace
    .as(ana)
    .command('/triage', 'page @bo in #prod-alerts & <wait>', { channel: 'oncall' });
  expect(outcome.payload['text']).toContain('page <@U0BOLARSEN|bo> in <#C0PRODALRT|prod-alerts> &amp; &lt;wait&gt;');
});

test('lets the bot answer a response_url five times, within half an hour, and no longer', async () => {
  let clock = Date.now();
  const urls: string[] = [];
  const listen = (app: App): void =>
    app.command('/triage', async ({ command, ack }) => {
      urls.push(command.response_url);
      await ack();
    });
  const { workspace } = await start(listen, { now: () => clock });
  const respond = async (url = '') =>
    await fetch(url, {
      method: 'POST',
      body: JSON.stringify({ text: 'hi' }),
      headers: { 'content-type': 'application/json' },
    });
  await workspace.as(ana).command('/triage', '', { channel: 'oncall' });
  for (let use = 0; use < 5; use += 1) expect((await respond(urls[0])).status).toBe(200);
  const sixth = await respond(urls[0]);
  expect([sixth.status, await sixth.text()]).toEqual([404, '{"ok":false,"error":"used_url"}']);
  expect(workspace.ephemerals(ana)).toHaveLength(5);
  await workspace.as(ana).command('/triage', '', { channel: 'oncall' });
  clock += 31 * 60_000;
  expect(await (await respond(urls[1])).text()).toContain('expired_url');
});

test('takes a trigger id once, within three seconds, and only its own', async () => {
  let clock = Date.now();
  const triggers: string[] = [];
  const listen = (app: App): void =>
    app.command('/triage', async ({ command, ack }) => {
      triggers.push(command.trigger_id);
      await ack();
    });
  const { workspace, app } = await start(listen, { now: () => clock });
  const open = async (trigger = 'made-up') => await app.client.views.open({ trigger_id: trigger, view: modal() });
  await workspace.as(ana).command('/triage', '', { channel: 'oncall' });
  await open(triggers[0]);
  await expect(open(triggers[0])).rejects.toThrow('exchanged_trigger_id');
  await workspace.as(ana).command('/triage', '', { channel: 'oncall' });
  clock += 3001;
  await expect(open(triggers[1])).rejects.toThrow('expired_trigger_id');
  await expect(open()).rejects.toThrow('invalid_trigger_id');
});
