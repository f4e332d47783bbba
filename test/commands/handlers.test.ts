import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { chatHandlers } from '../../commands/index.ts';
import { triage } from '../../src/app/triage.ts';
import { QueueUnavailable } from '../../src/ports/queue.ts';
import { ana, type Stage, setStage } from '../adapters/slack/stage.ts';
import { aContext, aJob, houseOf, type TestHouse } from '../app/house-of.ts';

let stage: Stage;
let house: TestHouse;

beforeEach(async () => {
  stage = await setStage();
  house = houseOf('kube-ovn/subnet-not-ready/leader-change');
});
afterEach(async () => stage.close());

async function told(text: string | RegExp): Promise<string> {
  const found = await stage.workspace.waitFor(
    () => stage.workspace.ephemerals(ana).find((one) => one.text.match(text) !== null),
    { withinMs: 5000, what: `somebody is told ${text}` },
  );
  return found.text;
}

describe('/triage in Slack', () => {
  test('stores one job for one command, and says so to the person who asked', async () => {
    await stage.listen(chatHandlers(house));
    await stage.workspace.as('ana').command('/triage', 'subnet prod-sh', { channel: 'oncall' });
    await told('subnet on prod-sh is queued');
    expect(house.jobs.triage).toHaveLength(1);
  });

  test('takes the only cluster when none is named', async () => {
    await stage.listen(chatHandlers(house));
    await stage.workspace.as('ana').command('/triage', 'subnet', { channel: 'oncall' });
    await told('subnet on prod-sh is queued');
    expect(house.jobs.triage).toHaveLength(1);
  });

  test('opens a dialog without arguments, and runs what is chosen in it', async () => {
    await stage.listen(
      chatHandlers({
        ...house,
        registrations: [...house.registrations, { ...house.registrations[0]!, name: 'prod-bj' }],
      }),
    );
    const member = stage.workspace.as('ana');
    await member.command('/triage', '', { channel: 'oncall' });
    const view = await stage.workspace.waitFor(() => stage.workspace.views(ana).at(-1), {
      withinMs: 5000,
      what: 'a dialog',
    });
    expect(JSON.stringify(view.content)).toContain('prod-bj');
    const wrong = await member.submitView({
      'field:playbook': 'subnet',
      'field:cluster': 'prod-bj',
      'field:target': 'sbnet=x',
    });
    expect(wrong.errors).toEqual({ 'field:target': expect.stringContaining('Did you mean subnet=?') });
    await member.submitView({ 'field:target': 'subnet=web' });
    await stage.workspace.waitFor(() => house.jobs.triage.length === 1, { withinMs: 5000, what: 'one job' });
  });

  test.each([
    ['subent prod-sh', 'Did you mean subnet?'],
    ['subnet prod-hs', 'Did you mean prod-sh?'],
    ['help', '*What do you see?*'],
  ])('answers "%s" to the person who typed it', async (text, says) => {
    await stage.listen(chatHandlers(house));
    await stage.workspace.as('ana').command('/triage', text, { channel: 'oncall' });
    expect(await told(says.replace(/[*?]/g, '.'))).toContain(says);
    expect(house.jobs.triage).toEqual([]);
  });

  test('says within 3 seconds that nothing was started when the queue is away', async () => {
    const away = { ...house, queue: { ...house.queue, add: async () => Promise.reject(new QueueUnavailable('away')) } };
    await stage.listen(chatHandlers(away));
    const start = performance.now();
    await stage.workspace.as('ana').command('/triage', 'subnet prod-sh', { channel: 'oncall' });
    expect(await told('nothing was started')).toContain('Redis is away');
    expect(performance.now() - start).toBeLessThan(3000);
  });
});

describe('@triage in a thread', () => {
  let thread: string;
  beforeEach(async () => {
    await stage.listen(chatHandlers({ ...house, chat: stage.chat }));
    await triage({ ...aJob, place: { channel: 'C0ONCALL00' } }, { ...house, chat: stage.chat }, aContext());
    thread = stage.workspace.messages('oncall').find(({ threadTs }) => threadTs === undefined)?.ts ?? '';
  });

  test('again runs the same playbook on the same cluster, in this thread', async () => {
    await stage.workspace.as('ana').mention('again', { channel: 'oncall', threadTs: thread });
    await told('subnet on prod-sh is queued');
    expect(house.jobs.triage).toHaveLength(1);
  });

  test('cancel stops a run that still looks, and says that a finished one is over', async () => {
    await stage.workspace.as('ana').mention('cancel', { channel: 'oncall', threadTs: thread });
    await told('This run is over: it is finished.');
    await house.records.updateRun('r1', { state: 'running' });
    await stage.workspace.as('ana').mention('cancel', { channel: 'oncall', threadTs: thread });
    await told('The run is cancelled');
    expect((await house.records.run('r1'))?.state).toBe('cancelled');
  });
});
