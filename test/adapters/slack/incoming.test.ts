import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import type { Form } from '../../../src/core/screen.ts';
import type { CommandAsked, Mentioned, Pressed, Submitted } from '../../../src/ports/chat.ts';
import { textsOf } from './blocks/outline.ts';
import { homeScreen, proposalScreen } from './samples.ts';
import { ana, bo, oncall, type Stage, setStage } from './stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await setStage();
});
afterEach(async () => {
  await stage.close();
});

const heard = (person: string): string[] => stage.workspace.ephemerals(person).map(({ text }) => text);
const denyForm: Form = {
  form: 'deny',
  title: 'Turn this fix down',
  submit: 'Turn down',
  carries: { proposal: 'proposal-1' },
  fields: [{ name: 'reason', label: 'Why?', optional: true, kind: 'text', multiline: true }],
};

/** A promise that a test settles when it wants to. */
function gate(): { open: () => void; passed: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { open: resolve, passed: promise };
}

describe('a slash command', () => {
  test('reaches the house as it was typed, and is answered to the person alone', async () => {
    const asked: CommandAsked[] = [];
    await stage.listen({
      command: async (command) => {
        asked.push(command);
        return { reply: 'whisper', text: 'Queued.' };
      },
    });
    const outcome = await stage.workspace.as(ana).command('/triage', 'subnet prod-sh note=a<b&c', { channel: oncall });
    expect(outcome.acknowledged).toBe(true);
    await stage.workspace.waitFor(() => heard(ana).includes('Queued.'));
    expect(asked).toEqual([
      {
        command: 'triage',
        text: 'subnet prod-sh note=a<b&c',
        channel: oncall,
        by: { id: ana, name: 'ana' },
        delivery: expect.stringMatching(/^command\/.+/),
      },
    ]);
    expect(heard(bo)).toEqual([]);
  });

  test('is acknowledged in time while the house is slow', async () => {
    const slow = gate();
    await stage.listen({
      command: async () => {
        await slow.passed;
        return { reply: 'whisper', text: 'At last.' };
      },
    });
    const outcome = await stage.workspace.as(ana).command('/triage', 'subnet', { channel: oncall });
    expect(outcome.acknowledged).toBe(true);
    expect(heard(ana)).toEqual([]);
    slow.open();
    await stage.workspace.waitFor(() => heard(ana).includes('At last.'));
  });

  test('that nobody knows is answered with those that are known', async () => {
    await stage.listen({});
    await stage.workspace.as(ana).command('/traige', '', { channel: oncall });
    await stage.workspace.waitFor(() => heard(ana).length > 0);
    expect(heard(ana)).toEqual(['I do not know the command /traige. I know /triage.']);
  });

  test('whose handling fails is answered with what the person can do', async () => {
    await stage.listen({ command: async () => Promise.reject(new Error('the store is away')) });
    await stage.workspace.as(ana).command('/triage', 'subnet', { channel: oncall });
    await stage.workspace.waitFor(() => heard(ana).some((text) => text.startsWith('Something went wrong on our side')));
    expect(stage.lines).toContainEqual({ level: 'error', message: 'A handler failed.' });
    expect(heard(ana).join(' ')).not.toContain('the store is away');
  });

  test('is still answered when its response address is used up', async () => {
    const before = stage.workspace.calls.length;
    await stage.close();
    stage = await setStage({ responseUrlLifetimeMs: 0 });
    await stage.listen({ command: async () => ({ reply: 'whisper', text: 'Queued.' }) });
    await stage.workspace.as(ana).command('/triage', 'subnet', { channel: oncall });
    await stage.workspace.waitFor(() => heard(ana).includes('Queued.'));
    expect(before).toBe(0);
    expect(stage.workspace.calls.some(({ method }) => method === 'chat.postEphemeral')).toBe(true);
  });

  test('that Slack delivers again is handled once', async () => {
    let times = 0;
    await stage.listen({
      command: async () => {
        times += 1;
        return { reply: 'nothing' };
      },
    });
    await stage.workspace.as(ana).command('/triage', 'subnet', { channel: oncall });
    const receipt = await stage.workspace.faults.redeliver('slash_commands');
    expect(receipt.acknowledged).toBe(true);
    await stage.workspace.waitFor(() => times > 0);
    // The work of a delivery begins a few milliseconds after its acknowledgement.
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(times).toBe(1);
  });

  test('of another workspace is acknowledged and ignored', async () => {
    let times = 0;
    await stage.listen(
      {
        command: async () => {
          times += 1;
          return { reply: 'nothing' };
        },
      },
      { team: 'T0OURS' },
    );
    const outcome = await stage.workspace.as(ana).command('/triage', 'subnet', { channel: oncall });
    expect(outcome.acknowledged).toBe(true);
    await stage.workspace.waitFor(() =>
      stage.lines.some(({ message }) => message === 'A delivery from another workspace was ignored.'),
    );
    expect(times).toBe(0);
  });
});

describe('a dialog', () => {
  const form: Form = {
    form: 'triage',
    title: 'Triage a cluster',
    submit: 'Look',
    carries: { from: 'command' },
    fields: [
      {
        name: 'cluster',
        label: 'On which cluster?',
        optional: false,
        kind: 'choice',
        options: [{ value: 'prod-sh', label: 'prod-sh', describes: 'production' }],
      },
      { name: 'target', label: 'Only this object', optional: true, kind: 'text', multiline: false },
    ],
  };

  test('opens from a command, points at mistakes, and hands over its answers', async () => {
    const submitted: Submitted[] = [];
    await stage.listen({
      command: async () => ({ reply: 'form', form }),
      submit: async (given) => {
        submitted.push(given);
        const wrong = given.answers['target'] === 'nonsense';
        return wrong
          ? { reply: 'mistakes', mistakes: { target: 'Write key=value.' } }
          : { reply: 'whisper', text: 'Queued.' };
      },
    });
    const member = stage.workspace.as(ana);
    await member.command('/triage', '', { channel: oncall });
    await stage.workspace.waitFor(() => stage.workspace.views(ana).length > 0);
    const refused = await member.submitView({ 'field:cluster': 'prod-sh', 'field:target': 'nonsense' });
    expect(refused.errors).toEqual({ 'field:target': 'Write key=value.' });
    await member.submitView({ 'field:cluster': 'prod-sh', 'field:target': 'subnet=ovn-default' });
    await stage.workspace.waitFor(() => heard(ana).includes('Queued.'));
    expect(stage.workspace.views(ana)).toEqual([]);
    expect(submitted.at(-1)).toMatchObject({
      form: 'triage',
      channel: oncall,
      carries: { from: 'command' },
      answers: { cluster: 'prod-sh', target: 'subnet=ovn-default' },
      by: { id: ana },
    });
  });

  test('is held open while the house is slow to make it', async () => {
    const slow = gate();
    await stage.listen({
      command: async () => {
        await slow.passed;
        return { reply: 'form', form };
      },
    });
    await stage.workspace.as(ana).command('/triage', '', { channel: oncall });
    await stage.workspace.waitFor(() => stage.workspace.views(ana).length > 0);
    expect(textsOf(stage.workspace.views(ana)[0]?.content, 'plain_text')).toContain('One moment');
    slow.open();
    await stage.workspace.waitFor(() =>
      textsOf(stage.workspace.views(ana)[0]?.content, 'plain_text').includes('Triage a cluster'),
    );
  });

  test('whose answers take long stays open and shows what came of them', async () => {
    const slow = gate();
    await stage.listen({
      command: async () => ({ reply: 'form', form }),
      submit: async () => {
        await slow.passed;
        return { reply: 'whisper', text: 'Queued at last.' };
      },
    });
    const member = stage.workspace.as(ana);
    await member.command('/triage', '', { channel: oncall });
    await stage.workspace.waitFor(() => stage.workspace.views(ana).length > 0);
    const outcome = await member.submitView({ 'field:cluster': 'prod-sh' });
    expect(outcome.acknowledged).toBe(true);
    slow.open();
    await stage.workspace.waitFor(() =>
      textsOf(stage.workspace.views(ana)[0]?.content, 'plain_text').includes('Queued at last.'),
    );
  });

  test('that cannot be opened any more is explained', async () => {
    await stage.close();
    stage = await setStage({ triggerLifetimeMs: 0 });
    await stage.listen({ command: async () => ({ reply: 'form', form }) });
    await stage.workspace.as(ana).command('/triage', 'x', { channel: oncall });
    await stage.workspace.waitFor(() => heard(ana).length > 0);
    expect(heard(ana)).toEqual(['Slack did not open the dialog in time. Please try again.']);
  });
});

describe('a button', () => {
  test('hands over its name and the opaque id, and in a thread is answered there', async () => {
    const pressed: Pressed[] = [];
    await stage.listen({
      press: async (press) => {
        pressed.push(press);
        return { reply: 'whisper', text: 'Approved; it starts now.' };
      },
    });
    const parent = await stage.chat.show({
      key: 'run/1',
      channel: oncall,
      screen: { screen: 'notice', tone: 'info', text: 'A run.' },
    });
    const card = await stage.chat.show({ key: 'p', channel: oncall, under: { key: 'run/1' }, screen: proposalScreen });
    await stage.workspace.as(bo).press({ messageTs: card.id, actionId: 'button:approve' });
    await stage.workspace.waitFor(() => heard(bo).length > 0);
    expect(pressed).toMatchObject([
      { button: 'approve', value: 'proposal-1', channel: oncall, thread: parent.id, by: { id: bo } },
    ]);
    expect(stage.workspace.ephemerals(bo)).toMatchObject([{ text: 'Approved; it starts now.', threadTs: parent.id }]);
  });

  test('to deny opens the dialog for a reason, which comes back with the proposal', async () => {
    const submitted: Submitted[] = [];
    await stage.listen({
      press: async () => ({ reply: 'form', form: denyForm }),
      submit: async (given) => {
        submitted.push(given);
        return { reply: 'nothing' };
      },
    });
    const card = await stage.chat.show({ key: 'p', channel: oncall, screen: proposalScreen });
    await stage.workspace.as(bo).press({ messageTs: card.id, actionId: 'button:deny' });
    await stage.workspace.waitFor(() => stage.workspace.views(bo).length > 0);
    await stage.workspace.as(bo).submitView({ 'field:reason': 'Not during the release.' });
    expect(submitted).toMatchObject([
      { form: 'deny', carries: { proposal: 'proposal-1' }, answers: { reason: 'Not during the release.' } },
    ]);
  });

  test('whose acknowledgement is lost and that is delivered again is handled once', async () => {
    let times = 0;
    await stage.listen({
      press: async () => {
        times += 1;
        return { reply: 'nothing' };
      },
    });
    const card = await stage.chat.show({ key: 'p', channel: oncall, screen: proposalScreen });
    await stage.workspace.as(bo).press({ messageTs: card.id, actionId: 'button:approve' });
    await stage.workspace.faults.redeliver('block_actions');
    expect(times).toBe(1);
  });
});

describe('a mention', () => {
  test('in a thread reaches the house with the thread and without the name of the bot', async () => {
    const mentioned: Mentioned[] = [];
    await stage.listen({
      mention: async (mention) => {
        mentioned.push(mention);
        return { reply: 'whisper', text: 'Looking again.' };
      },
    });
    const parent = await stage.chat.show({
      key: 'run/1',
      channel: oncall,
      screen: { screen: 'notice', tone: 'info', text: 'A run.' },
    });
    await stage.workspace.as(ana).mention('again', { channel: oncall, threadTs: parent.id });
    await stage.workspace.waitFor(() => heard(ana).includes('Looking again.'));
    expect(mentioned).toMatchObject([{ text: 'again', thread: parent.id, channel: oncall, by: { id: ana } }]);
  });

  test('that is delivered again, because the acknowledgement was lost, is handled once', async () => {
    await stage.close();
    stage = await setStage({ ackTimeoutMs: 200, eventRetryDelaysMs: [20, 50], events: ['app_mention'] });
    const mentioned: Mentioned[] = [];
    await stage.listen({
      mention: async (mention) => {
        mentioned.push(mention);
        return { reply: 'nothing' };
      },
    });
    stage.workspace.faults.dropAcks(1);
    await stage.workspace.as(ana).mention('again', { channel: oncall });
    await stage.workspace.waitFor(() =>
      stage.lines.some(({ message }) => message === 'A delivery came again and was ignored.'),
    );
    expect(mentioned).toHaveLength(1);
  });

  test('cannot be answered with a dialog, and says so', async () => {
    await stage.listen({ mention: async () => ({ reply: 'form', form: denyForm }) });
    await stage.workspace.as(ana).mention('subnet', { channel: oncall });
    await stage.workspace.waitFor(() => heard(ana).length > 0);
    expect(heard(ana)).toEqual(['A dialog can only open from a command or a button. Please try again.']);
  });
});

test('the home tab lists what can be typed', async () => {
  await stage.listen({});
  await stage.workspace.as(ana).openHome();
  await stage.workspace.waitFor(() => stage.workspace.home(ana));
  expect(textsOf(stage.workspace.home(ana)?.content, 'text')).toContain('/triage subnet prod-sh');
});

test('the home tab shows what the house knows of the person who opened it', async () => {
  await stage.listen({ home: async ({ id }) => ({ ...homeScreen, runs: id === ana ? homeScreen.runs : [] }) });
  await stage.workspace.as(ana).openHome();
  await stage.workspace.waitFor(() => stage.workspace.home(ana));
  const shown = JSON.stringify(stage.workspace.home(ana)?.content);
  for (const part of ['Open its card', 'Open its thread', 'prod-bj', 'db failover']) expect(shown).toContain(part);
});

test('the home tab still lists what can be typed when the house cannot be asked', async () => {
  await stage.listen({ home: async () => Promise.reject(new Error('Redis is away.')) });
  await stage.workspace.as(ana).openHome();
  await stage.workspace.waitFor(() => stage.workspace.home(ana));
  expect(JSON.stringify(stage.workspace.home(ana)?.content)).toContain('could not be found out just now');
  expect(textsOf(stage.workspace.home(ana)?.content, 'text')).toContain('/triage subnet prod-sh');
});

test('stopping waits for what was begun and takes nothing new', async () => {
  const slow = gate();
  let done = false;
  const gateway = await stage.listen({
    command: async () => {
      await slow.passed;
      done = true;
      return { reply: 'nothing' };
    },
  });
  await stage.workspace.as(ana).command('/triage', 'subnet', { channel: oncall });
  const stopped = gateway.stop(5_000);
  slow.open();
  await stopped;
  expect(done).toBe(true);
  expect(gateway.connected()).toBe(false);
  await stage.workspace.waitFor(() => stage.workspace.connections() === 0);
});

test('stopping gives up on what does not end', async () => {
  const gateway = await stage.listen({ command: async () => new Promise(() => undefined) });
  await stage.workspace.as(ana).command('/triage', 'subnet', { channel: oncall });
  const before = systemClock.now().getTime();
  await gateway.stop(100);
  expect(systemClock.now().getTime() - before).toBeLessThan(2_000);
  expect(stage.lines).toContainEqual({
    level: 'warn',
    message: 'Stopped while deliveries from Slack were still being handled.',
  });
});
