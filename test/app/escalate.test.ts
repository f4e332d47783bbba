import { beforeEach, describe, expect, test } from '@jest/globals';
import { decide } from '../../src/app/decide.ts';
import { escalateProposals } from '../../src/app/escalate.ts';
import { setFreeze } from '../../src/app/freeze.ts';
import { jobHandlers } from '../../src/app/jobs.ts';
import { triage } from '../../src/app/triage.ts';
import { Policy } from '../../src/core/policy.ts';
import { aContext, aJob, houseOf, people, type TestHouse } from './house-of.ts';

const minute = 60_000;
const policy = { approvers: ['bo', 'ana'], escalateAfter: '10m', escalateTo: ['S1', 'eve'] };
let house: TestHouse;
let proposal: string;

async function offered(more: Record<string, unknown> = {}, worldName = 'kube-ovn/subnet-not-ready/leader-change') {
  house = { ...houseOf(worldName), policies: { default: Policy.parse({ ...policy, ...more }) } };
  await triage(aJob, house, aContext());
  proposal = (await house.records.run('r1'))?.proposals[0] ?? '';
}

const call = () => house.chat.shown.get(`proposal/${proposal}/escalated`);
const approve = async (by: { id: string }) => decide({ proposal, by, is: 'approved' }, house);
const entries = async () => (await house.ledger.ofProposal(proposal)).filter(({ event }) => event === 'escalated');

/** What upkeep does, and what a worker shows of it. */
async function upkeep(on: TestHouse = house): Promise<void> {
  await escalateProposals(on);
  for (const key of on.jobs.notify.filter((one) => one.endsWith('/escalated'))) {
    const id = key.split('/')[1] ?? '';
    await jobHandlers(on).notify({ show: 'escalation', proposal: id }, aContext());
  }
}

describe('an offer that nobody decides about', () => {
  beforeEach(async () => offered());

  test('is the business of the first approvers alone until the time of the policy is over', async () => {
    house.peoplesClock.advance(10 * minute - 1);
    await upkeep();
    expect(call()).toBeUndefined();
    expect((await approve(people.wei)).says).toContain('does not list you as an approver');
  });

  test('calls the second group under its card, and from then on they may approve', async () => {
    house.peoplesClock.advance(10 * minute);
    await upkeep();
    expect(call()).toMatchObject([
      { to: ['S1', 'eve'], waited: '10 min', link: `https://chat.example/proposal/${proposal}` },
    ]);
    expect(house.chat.shown.get(`proposal/${proposal}`)?.at(-1)).toMatchObject({
      whoMay: '<@bo> or <@ana> or <@eve> or a member of <!subteam^S1> may approve, but not the person who asked.',
    });
    expect((await approve(people.wei)).taken).toBe(true);
  });

  test('lets a person whom the policy names for it approve', async () => {
    house.peoplesClock.advance(10 * minute);
    await upkeep();
    expect((await approve(people.eve)).taken).toBe(true);
  });

  test('is written down and queued once, however often upkeep comes', async () => {
    house.peoplesClock.advance(10 * minute);
    for (let round = 0; round < 3; round += 1) await upkeep();
    expect(house.jobs.notify).toEqual([`proposal/${proposal}/escalated`]);
    expect((await entries()).map(({ detail }) => detail)).toEqual([{ to: ['S1', 'eve'], after: '10m' }]);
  });

  test.each(['the ledger', 'the queue'])('is made up for when upkeep died before it reached %s', async (where) => {
    const die = async () => Promise.reject(new Error('the worker died'));
    const dying: TestHouse =
      where === 'the ledger'
        ? { ...house, ledger: { ...house.ledger, append: die } }
        : { ...house, queue: { ...house.queue, add: die } };
    house.peoplesClock.advance(10 * minute);
    await expect(escalateProposals(dying)).rejects.toThrow('the worker died');
    expect(call()).toBeUndefined();
    await upkeep();
    expect([call()?.length, (await entries()).length]).toEqual([1, 1]);
  });

  test('calls nobody any more when it was decided before the message was sent', async () => {
    house.peoplesClock.advance(10 * minute);
    await escalateProposals(house);
    await approve(people.bo);
    await upkeep();
    expect(call()).toBeUndefined();
  });

  test('calls nobody while its cluster is frozen, and calls when the freeze is over', async () => {
    const scope = { kind: 'cluster', name: 'prod-sh' } as const;
    await setFreeze({ delivery: 'd', by: people.bo, scope, reason: 'demo', milliseconds: 15 * minute }, house);
    house.peoplesClock.advance(12 * minute);
    await upkeep();
    expect(call()).toBeUndefined();
    house.peoplesClock.advance(3 * minute);
    await upkeep();
    expect(call()).toMatchObject([{ waited: '15 min' }]);
  });

  test('is left to expire when its time is over', async () => {
    house.peoplesClock.advance(31 * minute);
    await upkeep();
    expect([call(), await entries()]).toEqual([undefined, []]);
  });
});

test('a policy without a second group never calls anybody', async () => {
  await offered({ escalateTo: [] });
  house.peoplesClock.advance(20 * minute);
  await upkeep();
  expect([call(), await entries()]).toEqual([undefined, []]);
});

test('what heals by itself is watched by anybody, so nobody is called for it', async () => {
  await offered({}, 'kube-ovn/subnet-not-ready/settling');
  house.peoplesClock.advance(20 * minute);
  await upkeep();
  expect(house.card().whoMay).toBe('Whoever may start a run can have it watched: nothing is changed.');
  expect([call(), await entries()]).toEqual([undefined, []]);
});
