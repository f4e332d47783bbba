import { beforeEach, describe, expect, test } from '@jest/globals';
import { chatHandlers } from '../../commands/index.ts';
import { triage } from '../../src/app/triage.ts';
import type { Reply } from '../../src/ports/chat.ts';
import { aContext, aJob, houseOf, people, type TestHouse } from '../app/house-of.ts';

let house: TestHouse;
let deliveries = 0;

beforeEach(() => {
  house = houseOf('kube-ovn/subnet-not-ready/leader-change');
});

const told = (reply: Reply): string => (reply.reply === 'whisper' ? reply.text : reply.reply);
const asked = (text: string) => {
  deliveries += 1;
  return { delivery: `d${deliveries}`, by: people.bo, channel: 'C1', text };
};
const type = async (command: string, text: string) =>
  told(await chatHandlers(house).command({ ...asked(text), command }));
const mention = async (text: string) => told(await chatHandlers(house).mention({ ...asked(text), thread: '17.5' }));

describe.each([
  ['/freeze', async (text: string) => type('freeze', text)],
  ['/triage freeze', async (text: string) => type('triage', `freeze ${text}`)],
  ['@triage freeze in a thread', async (text: string) => mention(`freeze ${text}`)],
])('%s', (_name, freeze) => {
  test('freezes, lists and lifts', async () => {
    expect(await freeze('production "db failover" 2h')).toContain('Frozen: the environment production until 12:00:00');
    expect(await freeze('list')).toContain('“db failover”. It holds prod-sh.');
    expect(await freeze('lift production')).toContain('Lifted');
    expect(await freeze('list')).toBe('Nothing is frozen.');
  });

  test('says what to type instead of what it does not understand', async () => {
    expect(await freeze('prodution "db failover" 2h')).toContain('Did you mean production?');
  });
});

test('/approvals and @triage approvals list what waits for the person who asks', async () => {
  await triage(aJob, house, aContext());
  expect(await type('approvals', '')).toContain('1 fix waits for your approval.');
  expect(await mention('approvals')).toContain('1 fix waits for your approval.');
});

test('the home page is asked for by the chat for the person who opened it', async () => {
  await triage(aJob, house, aContext());
  const handlers = chatHandlers(house);
  expect((await handlers.home(people.wei)).approvals).toHaveLength(1);
  expect((await handlers.home(people.eve)).approvals).toEqual([]);
});
