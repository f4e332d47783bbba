import { beforeEach, describe, expect, test } from '@jest/globals';
import { decide, expireProposals, resumeApproved } from '../../src/app/decide.ts';
import { triage } from '../../src/app/triage.ts';
import { QueueUnavailable } from '../../src/ports/queue.ts';
import { aContext, aJob, houseOf, people, type TestHouse } from './house-of.ts';

const faulty = 'kube-ovn/subnet-not-ready/leader-change';
let house: TestHouse;
let proposal: string;

async function offered(options: Parameters<typeof houseOf>[1] = {}): Promise<void> {
  house = houseOf(faulty, options);
  await triage(aJob, house, aContext());
  proposal = (await house.records.run('r1'))?.proposals[0] ?? '';
}

const approve = async (by: { id: string }) => decide({ proposal, by, is: 'approved' }, house);
const deny = async (by: { id: string }) =>
  decide({ proposal, by, is: 'denied', reason: 'We wait for the vendor.' }, house);
const state = async () => (await house.records.proposal(proposal))?.state;

describe('a decision in production', () => {
  beforeEach(async () => offered());

  test('is taken from an approver, and becomes one job', async () => {
    const decided = await approve(people.bo);
    expect([decided.taken, house.jobs.remediate]).toEqual([true, [`proposal/${proposal}`]]);
    expect(await state()).toMatchObject({ is: 'decided', decision: { is: 'approved', by: 'bo' } });
  });

  test('is taken from a member of an approving group', async () => {
    expect((await approve(people.wei)).taken).toBe(true);
  });

  test.each([
    ['the requester, although an approver', people.ana, 'wants a second person'],
    ['an outsider', people.eve, 'does not list you as an approver'],
  ])('is refused to %s, who is told which rule refuses', async (_who, by, says) => {
    const decided = await approve(by);
    expect(decided).toMatchObject({ taken: false, says: expect.stringContaining(says) });
    expect([await state(), house.jobs.remediate]).toEqual([{ is: 'offered' }, []]);
  });

  test('is refused to an outsider who wants to turn it down, and open to the requester', async () => {
    expect((await deny(people.eve)).taken).toBe(false);
    expect((await deny(people.ana)).taken).toBe(true);
    expect(await state()).toMatchObject({ decision: { is: 'denied', reason: 'We wait for the vendor.' } });
    expect(house.jobs.remediate).toEqual([]);
  });

  test('is taken once: who comes second is told who was first', async () => {
    const both = await Promise.all([approve(people.bo), approve(people.wei)]);
    expect(both.filter(({ taken }) => taken)).toHaveLength(1);
    expect((await deny(people.bo)).says).toContain('approved this fix at');
  });

  test('is refused when the offer has expired, and recorded as expired, not as turned down', async () => {
    house.peoplesClock.advance(31 * 60_000);
    expect((await approve(people.bo)).says).toContain('expired');
    await expireProposals(house);
    expect(await state()).toMatchObject({ decision: { is: 'expired', by: 'cluster-triage' } });
    expect((await approve(people.bo)).says).toContain('has expired');
  });

  test('about a fix that is not known is answered', async () => {
    expect(await decide({ proposal: 'forged', by: people.bo, is: 'approved' }, house)).toMatchObject({ taken: false });
  });

  test('is kept when the queue is away, and goes on by itself', async () => {
    const away = { ...house, queue: { ...house.queue, add: async () => Promise.reject(new QueueUnavailable('away')) } };
    expect((await decide({ proposal, by: people.bo, is: 'approved' }, away)).says).toContain('goes on by itself');
    expect(house.jobs.remediate).toEqual([]);
    await resumeApproved(house);
    expect(house.jobs.remediate).toEqual([`proposal/${proposal}`]);
  });

  test('stands in the ledger, the refused ones too', async () => {
    await approve(people.eve);
    await approve(people.bo);
    const entries = await house.ledger.ofProposal(proposal);
    expect(entries.map(({ event, actor }) => `${event} ${actor}`)).toEqual([
      'proposed cluster-triage',
      'refused eve',
      'decided bo',
    ]);
  });
});

describe('a decision elsewhere', () => {
  test("may be the requester's own outside production, when the policy lists them", async () => {
    await offered({ environment: 'staging' });
    expect((await approve(people.ana)).taken).toBe(true);
  });

  test('is not asked for on a cluster that is only observed', async () => {
    await offered({ mode: 'observe' });
    expect(proposal).toBe('');
  });
});
