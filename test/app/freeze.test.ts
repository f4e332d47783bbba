import { beforeEach, describe, expect, test } from '@jest/globals';
import { decide } from '../../src/app/decide.ts';
import { type FreezeAsked, keepFreezes, liftFreeze, sayFreezes, setFreeze } from '../../src/app/freeze.ts';
import { jobHandlers } from '../../src/app/jobs.ts';
import { remediate } from '../../src/app/remediate.ts';
import { triage } from '../../src/app/triage.ts';
import type { FreezeScope } from '../../src/core/freeze.ts';
import { Registration } from '../../src/core/registration.ts';
import { QueueUnavailable } from '../../src/ports/queue.ts';
import { aContext, aJob, houseOf, people, type TestHouse } from './house-of.ts';

const hour = 3_600_000;
const production: FreezeScope = { kind: 'environment', name: 'production' };
let house: TestHouse;
let proposal: string;

beforeEach(async () => {
  house = houseOf('kube-ovn/subnet-not-ready/leader-change');
  await triage(aJob, house, aContext());
  proposal = (await house.records.run('r1'))?.proposals[0] ?? '';
});

const freeze = async (more: Partial<FreezeAsked> = {}, on: TestHouse = house) =>
  setFreeze(
    { delivery: 'd1', by: people.bo, scope: production, reason: 'db failover', milliseconds: 2 * hour, ...more },
    on,
  );
const approve = async () => decide({ proposal, by: people.bo, is: 'approved' }, house);
const events = async () => (await Array.fromAsync(house.ledger.read())).map(({ event, actor }) => `${event} ${actor}`);

/** Shows what was queued to be shown, as a worker would. */
async function showQueued(): Promise<void> {
  for (const key of house.jobs.notify) {
    await jobHandlers(house).notify({ show: 'proposal', proposal, revision: key }, aContext());
  }
}

describe('a freeze', () => {
  test('refuses an approval, and says who froze it, why, until when and what to do', async () => {
    await freeze();
    const { taken, says } = await approve();
    expect(taken).toBe(false);
    expect(says).toContain('<@bo> froze the environment production until 12:00:00 UTC');
    expect(says).toContain('“db failover”');
    expect(says).toContain('This offer ends before that, so run the playbook again then');
    expect(says).toContain('/freeze lift production');
    expect(await events()).toEqual(expect.arrayContaining(['frozen bo', 'refused bo']));
  });

  test('of the cluster alone refuses as well, and one of another cluster does not', async () => {
    await freeze({ scope: { kind: 'cluster', name: 'prod-sh' } });
    expect((await approve()).taken).toBe(false);
    await liftFreeze(people.bo, { kind: 'cluster', name: 'prod-sh' }, house);
    await house.freezes.set({
      id: 'other',
      scope: { kind: 'cluster', name: 'prod-bj' },
      reason: 'r',
      by: people.bo,
      from: '2026-01-05T10:00:00.000Z',
      until: '2026-01-05T12:00:00.000Z',
    });
    expect((await approve()).taken).toBe(true);
  });

  test('lets a fix be turned down', async () => {
    await freeze();
    const denied = await decide({ proposal, by: people.bo, is: 'denied', reason: 'After the failover.' }, house);
    expect(denied.taken).toBe(true);
  });

  test('set between the approval and the change stops it: nothing is done, and the card says why', async () => {
    await approve();
    await freeze();
    await remediate(proposal, house, aContext());
    expect(house.world.changes()).toEqual([]);
    expect(house.card().state).toMatchObject({
      is: 'done',
      proof: {
        outcome: 'nothing-done',
        says: expect.stringMatching(/^Nothing was done: .* froze the environment production \(“db failover”\)/),
        frozen: { by: people.bo, reason: 'db failover' },
      },
    });
    expect((await house.ledger.ofProposal(proposal)).map(({ event }) => event)).not.toContain('intended');
  });

  test('is on the cards that wait as soon as it is set, and off them when it is lifted', async () => {
    await freeze();
    await showQueued();
    expect(house.card().freeze).toMatchObject({ reason: 'db failover', by: people.bo });
    expect(await liftFreeze(people.bo, production, house)).toContain('Lifted: the environment production');
    await showQueued();
    expect(house.card().freeze).toBeUndefined();
    expect(house.jobs.notify).toHaveLength(2);
    expect((await approve()).taken).toBe(true);
  });

  test('ends by the clock at once, and is taken off the cards by upkeep, once', async () => {
    await freeze({ milliseconds: 10 * 60_000 });
    house.peoplesClock.advance(10 * 60_000);
    expect(await sayFreezes(house)).toBe('Nothing is frozen.');
    await keepFreezes(house);
    await keepFreezes(house);
    expect(house.jobs.notify).toHaveLength(2);
    expect((await events()).filter((event) => event.startsWith('thawed'))).toEqual(['thawed cluster-triage']);
    expect((await approve()).taken).toBe(true);
  });

  test('holds although the queue was away, and upkeep tells it when it is back', async () => {
    let slips = 0;
    const away: TestHouse = {
      ...house,
      queue: { ...house.queue, add: async () => Promise.reject(new QueueUnavailable('away')) },
      onSlip: () => {
        slips += 1;
      },
    };
    expect(await freeze({}, away)).toContain('Frozen: the environment production');
    expect([slips, (await approve()).taken]).toEqual([1, false]);
    house.peoplesClock.advance(2 * 60_000);
    await keepFreezes(house);
    await keepFreezes(house);
    expect(house.jobs.notify).toEqual([expect.stringMatching(/^freeze\/.*\/set\//)]);
  });

  test('asked for twice by the same delivery is one freeze, also after it was lifted', async () => {
    await freeze();
    await freeze();
    expect(await house.freezes.all()).toHaveLength(1);
    await liftFreeze(people.bo, production, house);
    await freeze();
    expect(await sayFreezes(house)).toBe('Nothing is frozen.');
  });

  test('is not shortened by another one, and both are listed', async () => {
    await freeze();
    await freeze({ delivery: 'd2', reason: 'demo', milliseconds: 60_000 });
    expect((await sayFreezes(house)).split('\n')).toHaveLength(2);
    house.peoplesClock.advance(60_000);
    expect((await approve()).says).toContain('“db failover”');
  });

  test('that was lifted a day ago is forgotten', async () => {
    await freeze();
    await liftFreeze(people.bo, production, house);
    house.peoplesClock.advance(25 * hour);
    await keepFreezes(house);
    expect(await house.freezes.all()).toEqual([]);
  });
});

describe('who may freeze', () => {
  test('is whoever may approve there, the requester of a run too; others are told who may, in the ledger too', async () => {
    expect(await freeze({ by: people.eve })).toContain('whoever may approve fixes may freeze it');
    expect(await house.freezes.all()).toEqual([]);
    expect(await events()).toContain('refused eve');
    expect(await freeze({ by: people.ana })).toContain('Frozen');
    expect(await liftFreeze(people.eve, production, house)).toContain('does not list you');
    expect(await liftFreeze(people.wei, production, house)).toContain('Lifted');
  });

  test('is nobody where nothing can be changed', async () => {
    const registrations = [Registration.parse({ ...house.registrations[0], mode: 'observe' })];
    await expect(freeze({}, { ...house, registrations })).rejects.toThrow('registered to be observed only');
  });
});

test('lifting what is frozen by another name says which freeze to lift', async () => {
  await freeze();
  const says = await liftFreeze(people.bo, { kind: 'cluster', name: 'prod-sh' }, house);
  expect(says).toContain('There is no freeze of the cluster prod-sh.');
  expect(says).toContain('Lift that with /freeze lift production');
});
