import { beforeEach, describe, expect, test } from '@jest/globals';
import { decide } from '../../src/app/decide.ts';
import { jobHandlers } from '../../src/app/jobs.ts';
import { remediate } from '../../src/app/remediate.ts';
import { triage } from '../../src/app/triage.ts';
import { askForUndo } from '../../src/app/undo.ts';
import type { Change } from '../../src/core/change.ts';
import { Policy } from '../../src/core/policy.ts';
import type { ProposalRecord } from '../../src/core/record.ts';
import type { ProposalScreen } from '../../src/core/screen.ts';
import type { World } from '../../src/core/world.ts';
import { approved } from '../contracts/approved.ts';
import { aContext, aJob, houseOf, people, type TestHouse } from './house-of.ts';

const name = 'kube-ovn/gateway-node-down/all-down';
const fixed = 'worker-2,worker-1';
let house: TestHouse;
let fix: string;

/** The controller of this world answers the fix, and leaves the fields alone when they are put back. */
const calm = (world: World): World => ({
  ...world,
  after: world.after.map((one) => ({
    ...one,
    when: { change: 'patch-object', ...one.when, patch: { spec: { gatewayNode: fixed } } },
  })),
});

async function fixMade(change: (world: World) => World = calm): Promise<void> {
  house = houseOf(name, { change });
  await triage(aJob, house, aContext());
  for (const id of (await house.records.run('r1'))?.proposals ?? []) {
    if ((await record(id)).proposal.remedy.id === 'kube-ovn/add-gateway-node') fix = id;
  }
  await decide({ proposal: fix, by: people.bo, is: 'approved' }, house);
  await remediate(fix, house, aContext());
}

async function record(id: string): Promise<ProposalRecord> {
  const found = await house.records.proposal(id);
  if (found === undefined) throw new Error(`there is no proposal ${id}`);
  return found;
}

const job = (by = people.bo) => ({ proposal: fix, by, place: aJob.place, asks: 'undo' as const });
const offer = async () => jobHandlers(house).remediate(job(), aContext());
const card = (id: string) => house.chat.shown.get(`proposal/${id}`)?.at(-1) as ProposalScreen;
const changes = (): Change[] => house.world.changes().map(({ change }) => change);
const gateway = (change: Change | undefined) => (change?.change === 'patch-object' ? change.patch : undefined);

async function offered(): Promise<string> {
  await offer();
  const { undo } = await record(fix);
  if (undo === undefined) throw new Error(`no undo was offered: ${house.chat.whispers.join(' ')}`);
  return undo;
}

async function undone(): Promise<ProposalRecord> {
  const undo = await offered();
  await decide({ proposal: undo, by: people.ana, is: 'approved' }, house);
  await remediate(undo, house, aContext());
  return record(undo);
}

/** Somebody else writes the subnet, past the house. */
async function meddled(patch: Record<string, unknown>): Promise<void> {
  const cluster = house.world.open({ mode: 'remediate' });
  const [made] = changes();
  if (made?.change !== 'patch-object') throw new Error('the fix was no patch');
  const { steps } = (await record(await offered())).proposal.remedy;
  const now = steps[0]?.change;
  if (now?.change !== 'patch-object') throw new Error('the undo is no patch');
  await cluster.writer?.apply(approved({ ...now, patch }), 0);
}

describe('a reversible fix that was made', () => {
  beforeEach(async () => fixMade());

  test('has stored what it overwrote, and offers Undo on its card', async () => {
    expect((await record(fix)).prior).toEqual([{ step: 0, fields: { spec: { gatewayNode: 'worker-2' } } }]);
    expect(card(fix)).toMatchObject({ undo: 'possible', state: { is: 'done' } });
    const intended = (await house.ledger.ofProposal(fix)).find(({ event }) => event === 'intended');
    expect(intended?.detail).toMatchObject({ prior: { spec: { gatewayNode: 'worker-2' } } });
  });

  test('is taken back by a proposal with its own digest, dry run and approval', async () => {
    const undo = await offered();
    const { proposal } = await record(undo);
    expect(proposal.digest).not.toBe((await record(fix)).proposal.digest);
    expect(proposal.dryRuns[0]?.diff).toEqual([`- spec.gatewayNode: "${fixed}"`, '+ spec.gatewayNode: "worker-2"']);
    expect(card(undo).state.is).toBe('offered');
    expect(card(fix).undo).toBe('open');
    expect(changes()).toHaveLength(1);
    // In production whoever asked does not approve, for an undo as for a fix.
    expect(await decide({ proposal: undo, by: people.bo, is: 'approved' }, house)).toMatchObject({ taken: false });
    await decide({ proposal: undo, by: people.ana, is: 'approved' }, house);
    await remediate(undo, house, aContext());
    expect(changes().map(gateway)).toEqual([{ spec: { gatewayNode: fixed } }, { spec: { gatewayNode: 'worker-2' } }]);
    expect((await record(undo)).state).toMatchObject({
      is: 'done',
      proof: {
        outcome: 'undone',
        before: [{ what: 'Subnet egress, spec.gatewayNode', is: `"${fixed}"` }],
        after: [{ what: 'Subnet egress, spec.gatewayNode', is: '"worker-2"' }],
      },
    });
  });

  test('is undone at once, also when the limits of the hour and of the object would stop another fix', async () => {
    const limits = { changesPerHour: 1, cooldown: '1h' };
    house = { ...house, policies: { default: Policy.parse({ approvers: ['bo', 'ana'], limits }) } };
    expect((await undone()).state).toMatchObject({ is: 'done', proof: { outcome: 'undone' } });
    expect(changes()).toHaveLength(2);
  });

  test('is shown as undone, and its run no longer as resolved', async () => {
    expect(house.root('r1').outcome).toBe('resolved');
    expect(await house.mitigations.allOpen()).toHaveLength(1);
    await undone();
    expect(await house.mitigations.find(fix)).toMatchObject({ closed: { reason: 'The fix was undone.' } });
    expect(card(fix).undo).toBe('undone');
    expect(house.root('r1').outcome).toBe('undone');
    expect(await askForUndo({ delivery: 'd3', proposal: fix, by: people.bo }, house)).toContain('undone already');
  });

  test('is offered to be undone once however often it is pressed', async () => {
    await Promise.all([offer(), offer()]);
    await offer();
    expect((await house.records.run('r1'))?.proposals).toHaveLength(2);
    expect(await askForUndo({ delivery: 'd2', proposal: fix, by: people.eve }, house)).toContain('already');
    expect(house.jobs.remediate.filter((key) => key.startsWith('undo/'))).toEqual([]);
  });

  test('can be offered to be undone again after that was denied', async () => {
    const first = await offered();
    await decide({ proposal: first, by: people.ana, is: 'denied', reason: 'not now' }, house);
    expect(await askForUndo({ delivery: 'd2', proposal: fix, by: people.bo }, house)).toContain('being worked out');
    expect(await offered()).not.toBe(first);
  });

  test('is not undone when somebody set the field since, and it is said what moved', async () => {
    await meddled({ spec: { gatewayNode: 'worker-9' } });
    const undo = (await record(fix)).undo ?? '';
    await decide({ proposal: undo, by: people.ana, is: 'approved' }, house);
    await remediate(undo, house, aContext());
    expect((await record(undo)).state).toMatchObject({
      is: 'void',
      because: [
        `Subnet egress does not carry any more what the fix wrote: spec.gatewayNode was "${fixed}" and is "worker-9" now.`,
      ],
    });
    expect(changes()).toHaveLength(2);
    await offer();
    expect(house.chat.whispers.at(-1)).toContain('spec.gatewayNode was');
    expect((await record(fix)).undo).toBe(undo);
    expect((await house.ledger.ofProposal(fix)).at(-1)).toMatchObject({ event: 'refused', detail: { wanted: 'undo' } });
  });

  test('is not undone by an approval of another version of the object', async () => {
    await meddled({ metadata: { labels: { team: 'network' } } });
    const undo = (await record(fix)).undo ?? '';
    await decide({ proposal: undo, by: people.ana, is: 'approved' }, house);
    await remediate(undo, house, aContext());
    expect((await record(undo)).state).toMatchObject({
      is: 'void',
      because: expect.arrayContaining([expect.stringContaining('uid or resourceVersion differs')]),
    });
    expect(card(fix).undo).toBe('possible');
  });

  test('is undone once although the worker of the undo died after the change', async () => {
    const undo = await offered();
    await decide({ proposal: undo, by: people.ana, is: 'approved' }, house);
    const dying = {
      ...house,
      ledger: {
        ...house.ledger,
        append: async (event: Parameters<typeof house.ledger.append>[0]) =>
          event.event === 'changed' ? Promise.reject(new Error('the worker died')) : house.ledger.append(event),
      },
    };
    await expect(remediate(undo, dying, aContext())).rejects.toThrow('the worker died');
    await remediate(undo, house, aContext());
    expect(changes()).toHaveLength(2);
    expect((await record(undo)).state).toMatchObject({ proof: { outcome: 'undone' } });
  });
});

test('an undo that something else writes over is not undone', async () => {
  await fixMade((world) => world);
  expect((await undone()).state).toMatchObject({ proof: { outcome: 'not-undone' } });
});

test('a deleted pod cannot be undone, and no Undo is offered', async () => {
  house = houseOf('kube-ovn/subnet-not-ready/leader-change');
  await triage(aJob, house, aContext());
  fix = (await house.records.run('r1'))?.proposals[0] ?? '';
  await decide({ proposal: fix, by: people.bo, is: 'approved' }, house);
  await remediate(fix, house, aContext());
  expect(card(fix)).toMatchObject({ undo: 'not-possible', state: { is: 'done' } });
  expect(await askForUndo({ delivery: 'd', proposal: fix, by: people.bo }, house)).toContain(
    'nothing that could be put back',
  );
});

/** Makes the first fix of a world with this remedy, and gives back what undoing it would do. */
async function undoOf(world: string, playbook: string, remedy: string): Promise<ProposalRecord> {
  house = houseOf(world);
  await triage({ ...aJob, playbook }, house, aContext());
  for (const id of (await house.records.run('r1'))?.proposals ?? []) {
    if ((await record(id)).proposal.remedy.id === remedy) fix = id;
  }
  await decide({ proposal: fix, by: people.bo, is: 'approved' }, house);
  await remediate(fix, house, aContext());
  return record(await offered());
}

test('a workload that was scaled is scaled back through its scale alone', async () => {
  const { proposal } = await undoOf('kong/database-down/pods-moved', 'ingress', 'kong/scale-database');
  expect(proposal.remedy.steps).toMatchObject([
    {
      does: 'Put back in StatefulSet kong/kong-postgresql: spec.replicas from 1 to 0.',
      change: { subresource: 'scale', patch: { spec: { replicas: 0 } } },
    },
  ]);
});

test('of a fix that also deleted pods only the patch is undone, and the card has that confirmed', async () => {
  const { proposal } = await undoOf('canal/pod-cidr-mismatch/default-network', 'pod-network', 'canal/set-network');
  expect(proposal.remedy.steps.map(({ change }) => change?.change)).toEqual(['patch-object']);
  expect(proposal.remedy.preconditions.filter(({ holds }) => holds === 'confirm')).toMatchObject([
    { because: expect.stringContaining('deleted pods') },
  ]);
});
