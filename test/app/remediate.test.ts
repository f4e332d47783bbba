import { beforeEach, describe, expect, test } from '@jest/globals';
import { decide } from '../../src/app/decide.ts';
import { remediationFailed, triageFailed } from '../../src/app/jobs.ts';
import { remediate } from '../../src/app/remediate.ts';
import { triage } from '../../src/app/triage.ts';
import type { Change } from '../../src/core/change.ts';
import { CannotChange, CannotRead } from '../../src/core/errors.ts';
import type { LedgerEvent } from '../../src/core/ledger-entry.ts';
import { proposalDigest } from '../../src/core/proposal.ts';
import type { Proof } from '../../src/core/record.ts';
import type { Cluster, ClusterWriter } from '../../src/ports/cluster.ts';
import { approved } from '../contracts/approved.ts';
import { aContext, aJob, houseOf, people, type TestHouse } from './house-of.ts';

const faulty = 'kube-ovn/subnet-not-ready/leader-change';
let house: TestHouse;
let proposal: string;

async function decided(worldName = faulty): Promise<void> {
  house = houseOf(worldName);
  await triage(aJob, house, aContext());
  proposal = (await house.records.run('r1'))?.proposals[0] ?? '';
  await decide({ proposal, by: people.bo, is: 'approved' }, house);
}

async function proof(): Promise<Proof | undefined> {
  const record = await house.records.proposal(proposal);
  return record?.state.is === 'done' ? record.state.proof : undefined;
}

const changes = (): Change[] => house.world.changes().map(({ change }) => change);
const events = async () => (await house.ledger.ofProposal(proposal)).map(({ event }) => event);

/** The same house whose worker ends at some point, as by a crash. */
function dyingAt(point: { event?: LedgerEvent['event']; before?: boolean; apply?: 'before' | 'after' }): TestHouse {
  const die = () => Promise.reject(new Error('the worker died'));
  const writerOf = (writer: ClusterWriter): ClusterWriter => ({
    dryRun: async (change) => writer.dryRun(change),
    apply: async (permission, step) => {
      if (point.apply === 'before') await die();
      await writer.apply(permission, step);
      if (point.apply === 'after') await die();
    },
  });
  return {
    ...house,
    ledger: {
      ...house.ledger,
      append: async (event) => {
        if (event.event === point.event && point.before === true) await die();
        const entry = await house.ledger.append(event);
        if (event.event === point.event && point.before !== true) await die();
        return entry;
      },
    },
    clusters: {
      ...house.clusters,
      open: async (name, options): Promise<Cluster> => {
        const cluster = await house.clusters.open(name, options);
        return cluster.writer === undefined ? cluster : { ...cluster, writer: writerOf(cluster.writer) };
      },
    },
  };
}

describe('an approved leader hand-over', () => {
  beforeEach(async () => decided());

  test('deletes the leader once, proves it with the same check, and shows before and after', async () => {
    await remediate(proposal, house, aContext());
    expect(changes()).toMatchObject([{ change: 'delete-pod', name: 'kube-ovn-controller-6c5f7d8b94-m8qtz' }]);
    const ended = await proof();
    expect(ended).toMatchObject({ outcome: 'resolved' });
    const after = Object.fromEntries(ended?.after.map(({ what, is }) => [what, is]) ?? []);
    expect(after['Subnet ovn-default, Ready']).toMatch(/^True/);
    expect(house.card().state.is).toBe('done');
    expect(house.root('r1').outcome).toBe('resolved');
    expect(await events()).toEqual(['proposed', 'decided', 'intended', 'changed', 'proved', 'mitigation-opened']);
  });

  test('is not carried out twice when its job runs again', async () => {
    await remediate(proposal, house, aContext());
    await remediate(proposal, house, aContext());
    expect(changes()).toHaveLength(1);
  });

  test.each([
    ['before it wrote down what it intends', { event: 'intended', before: true }],
    ['after it wrote down what it intends', { event: 'intended' }],
    ['before the change was sent', { apply: 'before' }],
    ['after the change was made, with the answer lost', { apply: 'after' }],
    ['before it wrote down that it was made', { event: 'changed', before: true }],
    ['after it wrote down that it was made', { event: 'changed' }],
    ['before the end was written down', { event: 'proved', before: true }],
  ] as const)('is made once and ends resolved when the worker dies %s', async (_when, point) => {
    await expect(remediate(proposal, dyingAt(point), aContext())).rejects.toThrow('the worker died');
    await remediate(proposal, house, aContext());
    expect(changes()).toHaveLength(1);
    expect(await proof()).toMatchObject({ outcome: 'resolved' });
    expect((await events()).filter((event) => event === 'proved')).toHaveLength(1);
  });

  test('does nothing when somebody else has deleted the leader meanwhile, and says so', async () => {
    const cluster = house.world.open({ mode: 'remediate' });
    const [moved] = (await house.records.proposal(proposal))?.proposal.remedy.steps ?? [];
    if (moved?.change === undefined) throw new Error('the offer has no change');
    await cluster.writer?.apply(approved(moved.change), 0);
    await remediate(proposal, house, aContext());
    expect(changes()).toHaveLength(1);
    const state = (await house.records.proposal(proposal))?.state;
    expect(state).toMatchObject({
      proof: { outcome: 'nothing-done', says: expect.stringContaining('is being deleted') },
    });
  });

  test('does nothing when what was shown is not what would happen now, and says what moved', async () => {
    const record = await house.records.proposal(proposal);
    if (record === undefined) throw new Error('there is no proposal');
    const [step] = record.proposal.remedy.steps;
    if (step?.change === undefined) throw new Error('the offer has no change');
    // As if the offer had been made when another pod was the leader.
    const changed = { ...step, change: { ...step.change, uid: 'another-uid' } };
    const other = { ...record.proposal, remedy: { ...record.proposal.remedy, steps: [changed] } };
    const shown = { ...record, proposal: { ...other, digest: proposalDigest(other) }, approvals: [] };
    const decision = {
      ...(shown.state.is === 'decided' ? shown.state.decision : undefined),
      digest: shown.proposal.digest,
    };
    const records = {
      ...house.records,
      proposal: async () => ({ ...shown, state: { is: 'decided', decision } }) as typeof shown,
    };
    await remediate(proposal, { ...house, records }, aContext());
    expect(changes()).toEqual([]);
    expect((await house.records.proposal(proposal))?.state).toMatchObject({
      is: 'void',
      because: expect.arrayContaining([
        expect.stringMatching(
          /^Pod kube-system\/kube-ovn-controller-\S+ was deleted and made anew since it was shown\.$/,
        ),
        expect.stringContaining('uid or resourceVersion differs'),
      ]),
    });
  });

  test('says why when the API server refuses the change, and goes no further', async () => {
    const refusing = {
      ...house,
      clusters: {
        ...house.clusters,
        open: async (name: string) => {
          const cluster = await house.clusters.open(name);
          const writer: ClusterWriter = {
            dryRun: async (change) => cluster.writer?.dryRun(change) ?? { cannot: 'no writer' },
            apply: async () => {
              throw new CannotChange('delete the pod', 'denied', 'the account may not delete pods');
            },
          };
          return { ...cluster, writer };
        },
      },
    };
    await remediate(proposal, refusing, aContext());
    expect(await proof()).toMatchObject({
      outcome: 'nothing-done',
      says: expect.stringContaining('may not delete pods'),
    });
    expect(await events()).toContain('not-changed');
  });

  test('is said to have ended without an answer when its job fails for good', async () => {
    await remediationFailed(proposal, new Error('Redis was away for a day.'), house);
    expect(await proof()).toMatchObject({ outcome: 'nothing-done', says: expect.stringContaining('Redis was away') });
    expect(await events()).toContain('proved');
  });

  test('has an unknown outcome when its job fails for good after the change may have been sent', async () => {
    await expect(remediate(proposal, dyingAt({ apply: 'after' }), aContext())).rejects.toThrow('the worker died');
    await remediationFailed(proposal, new Error('Redis was away for a day.'), house);
    expect(changes()).toHaveLength(1);
    expect(await proof()).toMatchObject({ outcome: 'unknown', done: [] });
  });

  test('has an unknown outcome when its answer was lost and the cluster does not answer any more', async () => {
    const lost = {
      ...house,
      clusters: {
        ...house.clusters,
        open: async (...asked: Parameters<typeof house.clusters.open>) => {
          const cluster = await house.clusters.open(...asked);
          let isGone = false;
          const find: Cluster['reader']['find'] = async (kind, where) => {
            if (isGone) throw new CannotRead('read the pod', 'unreachable', 'nothing listens there');
            return cluster.reader.find(kind, where);
          };
          const writer: ClusterWriter = {
            dryRun: async (change) => cluster.writer?.dryRun(change) ?? { cannot: 'no writer' },
            apply: async (permission, step) => {
              await cluster.writer?.apply(permission, step);
              isGone = true;
              throw new CannotChange('delete the pod', 'unclear', 'the connection broke');
            },
          };
          return { ...cluster, reader: { ...cluster.reader, find }, writer };
        },
      },
    };
    await remediate(proposal, lost, aContext());
    expect(changes()).toHaveLength(1);
    expect(await proof()).toMatchObject({
      outcome: 'unknown',
      done: [],
      says: expect.stringMatching(/^Whether this was done cannot be told: .* Somebody has to look at the object\.$/),
    });
  });
});

test('a fix in vain is not resolved, with the measured values before and after', async () => {
  await decided('kube-ovn/subnet-not-ready/hand-over-in-vain');
  await remediate(proposal, house, aContext());
  expect(await proof()).toMatchObject({ outcome: 'not-resolved' });
  expect((await proof())?.before.length).toBeGreaterThan(0);
});

describe('a run', () => {
  beforeEach(() => {
    house = houseOf(faulty);
  });

  test('shows everything again under the same keys when its worker died while showing', async () => {
    let left = 3;
    const dying = {
      ...house,
      chat: {
        ...house.chat,
        show: async (showing: Parameters<typeof house.chat.show>[0]) => {
          left -= 1;
          if (left < 0) throw new Error('the worker died');
          return house.chat.show(showing);
        },
      },
    };
    await expect(triage(aJob, dying, aContext())).rejects.toThrow('the worker died');
    await triage(aJob, house, aContext());
    const keys = [...house.chat.shown.keys()];
    expect(keys.filter((key) => key.startsWith('proposal/'))).toHaveLength(1);
    expect(keys).toContain('run/r1/verdicts');
    expect(house.root('r1').state).toBe('finished');
    const requested = (await Array.fromAsync(house.ledger.read())).filter(({ event }) => event === 'requested');
    expect(requested).toHaveLength(1);
  });

  test('stands in the ledger as reported although its worker died just before', async () => {
    await expect(triage(aJob, dyingAt({ event: 'reported', before: true }), aContext())).rejects.toThrow('died');
    await triage(aJob, house, aContext());
    const reported = (await Array.fromAsync(house.ledger.read())).filter(({ event }) => event === 'reported');
    expect(reported).toHaveLength(1);
  });

  test('that fails for good says so in its thread', async () => {
    await house.records.createRun({ request: aJob, state: 'running', proposals: [] });
    await triageFailed('r1', new Error('The kubeconfig is gone.'), house);
    expect(house.root('r1')).toMatchObject({
      state: 'failed',
      because: expect.stringContaining('The kubeconfig is gone.'),
    });
  });
});
