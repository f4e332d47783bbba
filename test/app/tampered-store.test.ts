import { beforeEach, describe, expect, test } from '@jest/globals';
import { remediate } from '../../src/app/remediate.ts';
import { triage } from '../../src/app/triage.ts';
import type { Decision } from '../../src/core/approval.ts';
import { type Proposal, proposalDigest } from '../../src/core/proposal.ts';
import type { ProposalState } from '../../src/core/record.ts';
import { aContext, aJob, houseOf, type TestHouse } from './house-of.ts';

let house: TestHouse;
let offered: Proposal;

async function offer(world: string): Promise<void> {
  house = houseOf(world);
  await triage({ ...aJob, playbook: 'all' }, house, aContext());
  const [id = ''] = (await house.records.run('r1'))?.proposals ?? [];
  const record = await house.records.proposal(id);
  if (record === undefined) throw new Error('Nothing is offered.');
  offered = record.proposal;
}

/** Writes an approved proposal into the store, as somebody can who has its password, and lets a worker find it. */
async function carryOut(
  forged: Partial<Proposal>,
  decision: Partial<Decision> = {},
): Promise<ProposalState | undefined> {
  const changed = { ...offered, ...forged, id: 'forged' };
  const proposal = { ...changed, digest: proposalDigest(changed) };
  const approved: Decision = {
    proposal: proposal.id,
    digest: proposal.digest,
    is: 'approved',
    by: 'bo',
    at: house.clock.now().toISOString(),
    ...decision,
  };
  await house.records.createProposal({ proposal, state: { is: 'decided', decision: approved }, measured: [] });
  await remediate('forged', house, aContext());
  return (await house.records.proposal('forged'))?.state;
}

describe('a store that somebody wrote into', () => {
  beforeEach(async () => offer('kube-ovn/subnet-not-ready/leader-change'));

  test('cannot name another change than the one that the check plans now', async () => {
    const change = { change: 'delete-pod', namespace: 'kube-system', name: 'kube-apiserver-0', uid: 'u-1' } as const;
    const steps = [{ does: 'Delete the pod kube-system/kube-apiserver-0.', change }];
    const state = await carryOut({ remedy: { ...offered.remedy, steps } });
    expect(state).toMatchObject({
      is: 'void',
      because: expect.arrayContaining([expect.stringContaining('The steps are not the same any more')]),
    });
    expect(house.world.changes()).toEqual([]);
  });

  test('cannot name a fix that nobody has written', async () => {
    const state = await carryOut({ remedy: { ...offered.remedy, id: 'example/delete-everything' } });
    expect(state).toMatchObject({ is: 'void', because: ['There is no fix example/delete-everything any more.'] });
    expect(house.world.changes()).toEqual([]);
  });

  test.each([
    ['whom the policy does not list', 'eve', /does not list <@eve>/],
    ['who asked for the run', 'ana', /a second person/],
  ])('cannot approve in the name of somebody %s', async (_who, by, because) => {
    const state = await carryOut({}, { by });
    expect(state).toMatchObject({ is: 'void', by: 'rules', because: [expect.stringMatching(because)] });
    expect(house.world.changes()).toEqual([]);
  });

  test('cannot approve after the offer has ended', async () => {
    const state = await carryOut({ expiresAt: '2026-01-05T09:59:00.000Z' });
    expect(state).toMatchObject({ is: 'void', because: ['The approval was not given in its time.'] });
    expect(house.world.changes()).toEqual([]);
  });
});

test('a store that somebody wrote into cannot allow what a guard refuses', async () => {
  await offer('kube-ovn/address-conflict/budget-refuses');
  expect(offered.remedy.allowed).toBe(false);
  const preconditions = offered.remedy.preconditions.map((guard) => ({ ...guard, holds: 'yes' as const }));
  const state = await carryOut({ remedy: { ...offered.remedy, allowed: true, preconditions } });
  expect(state).toMatchObject({ is: 'void', because: [expect.stringMatching(/^A guard refuses it now\./)] });
  expect(house.world.changes()).toEqual([]);
});
