import { beforeEach, describe, expect, test } from '@jest/globals';
import { sayApprovals } from '../../src/app/approvals.ts';
import { decide } from '../../src/app/decide.ts';
import { setFreeze } from '../../src/app/freeze.ts';
import { homeOf } from '../../src/app/home.ts';
import { triage } from '../../src/app/triage.ts';
import { ChatRefused } from '../../src/ports/chat.ts';
import { aContext, aJob, houseOf, people, type TestHouse } from './house-of.ts';

let house: TestHouse;
let proposal: string;

beforeEach(async () => {
  house = houseOf('kube-ovn/subnet-not-ready/leader-change');
  await triage(aJob, house, aContext());
  proposal = (await house.records.run('r1'))?.proposals[0] ?? '';
});

const freeze = async () =>
  setFreeze(
    {
      delivery: 'd1',
      by: people.bo,
      scope: { kind: 'cluster', name: 'prod-sh' },
      reason: 'db failover',
      milliseconds: 3_600_000,
    },
    house,
  );

describe('my approvals', () => {
  test('are what I may approve, with the card, what it does and how long it stays open', async () => {
    house.peoplesClock.advance(5 * 60_000);
    const says = await sayApprovals('wei', house);
    expect(says).toContain('1 fix waits for your approval.');
    expect(says).toContain(`https://chat.example/proposal/${proposal}`);
    expect(says).toMatch(/Asked for by <@ana>; the offer ends in 25 min\./);
  });

  test.each([
    ['the person who asked, who may not approve in production', 'ana'],
    ['somebody whom the policy does not list', 'eve'],
  ])('are none for %s', async (_who, person) => {
    expect(await sayApprovals(person, house)).toBe('No fix waits for your approval.');
  });

  test('leave out what is decided and what has expired', async () => {
    house.peoplesClock.advance(31 * 60_000);
    expect(await sayApprovals('bo', house)).toBe('No fix waits for your approval.');
    house.peoplesClock.advance(-30 * 60_000);
    await decide({ proposal, by: people.bo, is: 'approved' }, house);
    expect(await sayApprovals('bo', house)).toBe('No fix waits for your approval.');
  });

  test('say which of them is frozen, by whom and why', async () => {
    await freeze();
    expect(await sayApprovals('bo', house)).toContain('It cannot be approved now: <@bo> froze the cluster prod-sh');
  });
});

describe('the home page', () => {
  test('shows what waits for me, what runs with its thread, and what is frozen', async () => {
    await freeze();
    await house.records.createRun({ request: { ...aJob, run: 'r2' }, state: 'running', proposals: [] });
    expect(await homeOf(people.bo, house)).toMatchObject({
      approvals: [{ cluster: 'prod-sh', frozen: true, link: `https://chat.example/proposal/${proposal}` }],
      runs: [{ cluster: 'prod-sh', requestedBy: people.ana, title: expect.stringContaining('subnet') }],
      freezes: [{ clusters: ['prod-sh'], freeze: { reason: 'db failover' } }],
      unknown: {},
    });
  });

  test('shows the clusters without asking them, and the fixes that are not permanent yet', async () => {
    await freeze();
    await house.mitigations.open({
      id: proposal,
      run: 'r1',
      cluster: 'prod-sh',
      does: 'Routes are added by hand.',
      permanent: 'Write the routes into the image of the nodes.',
      owner: 'bo',
      openedAt: house.peoplesClock.now().toISOString(),
      dueAt: new Date(house.peoplesClock.now().getTime() + 60_000).toISOString(),
      place: { channel: 'C1' },
    });
    const { clusters, mitigations } = await homeOf(people.wei, house);
    expect(clusters).toContainEqual(
      expect.objectContaining({ name: 'prod-sh', environment: 'production', runs: 0, frozen: true }),
    );
    expect(mitigations).toMatchObject([{ cluster: 'prod-sh', owner: 'bo', overdue: false }]);
    house.peoplesClock.advance(120_000);
    expect((await homeOf(people.wei, house)).mitigations).toMatchObject([{ overdue: true }]);
  });

  test('does not say how a cluster stands where that is not known', async () => {
    const away = async () => Promise.reject(new Error('the store is away'));
    const records = { ...house.records, unfinishedRuns: away };
    const screen = await homeOf(people.wei, { ...house, records, onSlip: () => undefined });
    expect(screen.unknown.runs).toMatch(/could not be found out/);
    expect(screen.clusters.map(({ runs }) => runs)).toEqual(screen.clusters.map(() => undefined));
  });

  test('says that it does not know when the chat does not tell who is in a group, and shows the rest', async () => {
    const chat = {
      ...house.chat,
      membersOf: async () => Promise.reject(new ChatRefused('The bot may not read groups.', 'missing_scope')),
    };
    const screen = await homeOf(people.wei, { ...house, chat, onSlip: () => undefined });
    expect(screen.unknown).toEqual({ approvals: expect.stringContaining('could not be found out') });
    expect([screen.approvals, screen.runs]).toEqual([[], []]);
  });
});
