import { describe, expect, test } from '@jest/globals';
import type { Decision } from '../../src/core/approval.ts';
import type { ProposalRecord, ProposalState, RunRecord } from '../../src/core/record.ts';
import type { Review } from '../../src/core/review.ts';
import type { Records } from '../../src/ports/records.ts';

export type RecordsExam = {
  readonly name: string;
  /** The same empty store, seen by two processes. */
  readonly setup: () => Promise<{ readonly one: Records; readonly other: Records }>;
};

const at = '2026-01-05T10:00:00.000Z';

export function exampleRun(run = 'run-1'): RunRecord {
  return {
    request: {
      run,
      playbook: 'subnet',
      cluster: 'prod-sh',
      target: { subnet: 'ovn-default' },
      requestedBy: { id: 'U1', name: 'ada' },
      requestedAt: at,
      place: { channel: 'C1' },
    },
    state: 'queued',
    proposals: [],
  };
}

export function exampleProposal(id = 'proposal-1', expiresAt = '2026-01-05T10:30:00.000Z'): ProposalRecord {
  return {
    proposal: {
      id,
      run: 'run-1',
      cluster: 'prod-sh',
      environment: 'production',
      playbook: { id: 'subnet', version: 1 },
      target: {},
      check: 'kube-ovn/subnet-not-ready',
      code: 'kube-ovn/subnet-not-ready',
      about: { apiVersion: 'kubeovn.io/v1', kind: 'Subnet', name: 'ovn-default' },
      says: 'The subnet ovn-default is not ready since 12 min.',
      remedy: {
        id: 'kube-ovn/hand-over-leadership',
        how: 'change',
        does: 'Deletes the leading pod.',
        risk: 'low',
        reversible: false,
        manual: false,
        allowed: true,
        effect: 'Another replica leads within a minute.',
        whenNotToUse: [],
        preconditions: [],
        steps: [],
        touches: { nodes: 0, pods: 1 },
      },
      dryRuns: [],
      digest: 'd'.repeat(64),
      requestedBy: 'U1',
      offeredAt: at,
      expiresAt,
    },
    state: { is: 'offered' },
    measured: [{ what: 'subnets that are not ready', is: '1' }],
  };
}

export function decisionOf(proposal: string, is: Decision['is'] = 'approved', by = 'U2'): Decision {
  return { proposal, digest: 'd'.repeat(64), is, by, at };
}

export function exampleReview(proposal = 'proposal-1', openedAt = at): Review {
  return {
    proposal,
    run: 'run-1',
    cluster: 'prod-sh',
    environment: 'production',
    does: 'Deletes the leading pod.',
    by: 'U2',
    at: openedAt,
    reason: 'Payments are down.',
    overridden: ['The window is closed.'],
  };
}

const approved = { decision: decisionOf('proposal-1') };
const applying: ProposalState = { is: 'applying', ...approved, says: 'Step 1 of 1.' };
const done: ProposalState = {
  is: 'done',
  ...approved,
  proof: { outcome: 'resolved', says: 'It is ready.', done: [], before: [], after: [], startedAt: at, finishedAt: at },
};
const isVoid: ProposalState = { is: 'void', ...approved, because: ['The pod is another one.'] };

/** The exam of the records port. */
export function recordsExam({ name, setup }: RecordsExam): void {
  describe(`the records port, sat by ${name}`, () => {
    describe('a run', () => {
      test('is stored once, and whoever stores it again gets the first one', async () => {
        const { one, other } = await setup();
        const later = { ...exampleRun(), state: 'running' as const };
        expect(await one.createRun(exampleRun())).toEqual(exampleRun());
        expect(await other.createRun(later)).toEqual(exampleRun());
        expect(await other.run('run-1')).toEqual(exampleRun());
      });

      test('that nobody stored is not there, and cannot be updated', async () => {
        const { one } = await setup();
        expect(await one.run('run-9')).toBeUndefined();
        await expect(one.updateRun('run-9', { state: 'running' })).rejects.toThrow('There is no run run-9');
        expect(await one.run('run-9')).toBeUndefined();
      });

      test('keeps the fields that an update does not name, and loses those that it empties', async () => {
        const { one, other } = await setup();
        await one.createRun(exampleRun());
        await one.updateRun('run-1', { state: 'running', startedAt: at, proposals: ['proposal-1'] });
        await other.updateRun('run-1', { state: 'failed', because: 'The cluster did not answer.' });
        const failed = { ...exampleRun(), state: 'failed', startedAt: at, proposals: ['proposal-1'] };
        expect(await one.run('run-1')).toEqual({ ...failed, because: 'The cluster did not answer.' });
        await one.updateRun('run-1', { because: undefined });
        expect(await other.run('run-1')).toEqual(failed);
      });

      test('does not lose an update to another one at the same time', async () => {
        const { one, other } = await setup();
        await one.createRun(exampleRun());
        await Promise.all([
          one.updateRun('run-1', { startedAt: at }),
          other.updateRun('run-1', { because: 'Because.' }),
        ]);
        expect(await one.run('run-1')).toMatchObject({ startedAt: at, because: 'Because.' });
      });

      test('is unfinished from its beginning to its end, the oldest first', async () => {
        const { one, other } = await setup();
        for (const id of ['run-1', 'run-2', 'run-3']) await one.createRun(exampleRun(id));
        await one.createRun({ ...exampleRun('over'), state: 'failed' });
        await other.updateRun('run-1', { state: 'running' });
        await other.updateRun('run-2', { because: 'Because.' });
        expect(await one.unfinishedRuns()).toEqual(['run-1', 'run-2', 'run-3']);
        await one.updateRun('run-2', { state: 'finished' });
        expect(await other.unfinishedRuns()).toEqual(['run-1', 'run-3']);
      });
      test('is given a proposal once, and loses none that is added at the same time', async () => {
        const { one, other } = await setup();
        await one.createRun(exampleRun());
        await Promise.all([one.addProposal('run-1', 'p-1'), other.addProposal('run-1', 'p-2')]);
        await other.addProposal('run-1', 'p-1');
        expect((await one.run('run-1'))?.proposals.toSorted()).toEqual(['p-1', 'p-2']);
        await expect(one.addProposal('run-9', 'p-1')).rejects.toThrow('no run run-9');
      });
      test('is found by its thread, newest first and once, and by no other thread', async () => {
        const { one, other } = await setup();
        await one.rememberThread('run-1', 'C1', '17.5');
        await other.rememberThread('run-2', 'C1', '17.5');
        await one.rememberThread('run-1', 'C1', '17.5');
        await one.rememberThread('run-3', 'C1:17', '5');
        expect(await other.runsOfThread('C1', '17.5')).toEqual(['run-2', 'run-1']);
        expect(await other.runsOfThread('C1', '17:5')).toEqual([]);
      });
    });

    describe('a proposal', () => {
      test('is stored once, and is read back as it was', async () => {
        const { one, other } = await setup();
        expect(await one.createProposal(exampleProposal())).toEqual(exampleProposal());
        expect(await other.createProposal({ ...exampleProposal(), measured: [] })).toEqual(exampleProposal());
        expect(await other.proposal('proposal-1')).toEqual(exampleProposal());
        expect(await one.proposal('proposal-9')).toBeUndefined();
      });

      test('keeps exactly what it overwrote and what takes it back, in every state', async () => {
        const { one, other } = await setup();
        await one.createProposal(exampleProposal());
        const prior = [{ step: 0, fields: { spec: { replicas: 0, gone: null }, data: { password: 'hunter2' } } }];
        await one.updateProposal('proposal-1', { prior });
        await other.decide('proposal-1', decisionOf('proposal-1'));
        await other.updateProposal('proposal-1', { undo: 'proposal-2' });
        expect(await one.proposal('proposal-1')).toMatchObject({ prior, undo: 'proposal-2', state: { is: 'decided' } });
        await expect(one.updateProposal('proposal-9', { undo: 'x' })).rejects.toThrow('no proposal proposal-9');
      });

      test('is decided once: the second decision changes nothing and is told the first', async () => {
        const { one, other } = await setup();
        await one.createProposal(exampleProposal());
        expect(await one.decide('proposal-1', decisionOf('proposal-1'))).toEqual({ claimed: true });
        const stands = { is: 'decided', ...approved };
        expect(await other.decide('proposal-1', decisionOf('proposal-1', 'denied', 'U3'))).toEqual({
          claimed: false,
          state: stands,
        });
        expect((await other.proposal('proposal-1'))?.state).toEqual(stands);
      });

      test('has exactly one winner when many decide at once, and all others are told who', async () => {
        const { one, other } = await setup();
        for (let round = 0; round < 40; round += 1) {
          const id = `race-${round}`;
          await one.createProposal(exampleProposal(id));
          const claims = await Promise.all(
            Array.from({ length: 6 }, async (_unused, index) =>
              (index % 2 === 0 ? one : other).decide(id, decisionOf(id, 'approved', `U${index}`)),
            ),
          );
          const stands = (await one.proposal(id))?.state;
          expect(claims.filter(({ claimed }) => claimed)).toHaveLength(1);
          for (const claim of claims) expect(claim.claimed ? stands : claim.state).toEqual(stands);
        }
      });

      test('that is not there cannot be decided or moved on', async () => {
        const { one } = await setup();
        await expect(one.decide('proposal-9', decisionOf('proposal-9'))).rejects.toThrow(
          'There is no proposal proposal-9',
        );
        await expect(one.advance('proposal-9', applying)).rejects.toThrow('proposal-9');
      });

      test('moves on from decided through its stages to done, and says each stage', async () => {
        const { one, other } = await setup();
        await one.createProposal(exampleProposal());
        await one.decide('proposal-1', decisionOf('proposal-1'));
        await one.advance('proposal-1', applying);
        await other.advance('proposal-1', { is: 'applying', ...approved, says: 'Looking again.' });
        expect((await one.proposal('proposal-1'))?.state).toMatchObject({ says: 'Looking again.' });
        await one.advance('proposal-1', done);
        expect((await other.proposal('proposal-1'))?.state).toEqual(done);
      });

      test('that is over stays as it is, whatever a late process says', async () => {
        const { one, other } = await setup();
        await one.createProposal(exampleProposal());
        await one.decide('proposal-1', decisionOf('proposal-1'));
        await one.advance('proposal-1', isVoid);
        await other.advance('proposal-1', applying);
        await other.advance('proposal-1', done);
        expect((await one.proposal('proposal-1'))?.state).toEqual(isVoid);
        expect(await one.decide('proposal-1', decisionOf('proposal-1'))).toEqual({ claimed: false, state: isVoid });
      });

      test('is not moved on before a person approved it, and not after one denied it', async () => {
        const { one } = await setup();
        await one.createProposal(exampleProposal());
        await expect(one.advance('proposal-1', applying)).rejects.toThrow('cannot become applying');
        expect((await one.proposal('proposal-1'))?.state).toEqual({ is: 'offered' });
        await one.decide('proposal-1', decisionOf('proposal-1', 'denied'));
        await expect(one.advance('proposal-1', done)).rejects.toThrow('cannot become done');
        expect((await one.proposal('proposal-1'))?.state).toMatchObject({ is: 'decided' });
      });

      test('is offered until it is decided, what ends first before the others', async () => {
        const { one, other } = await setup();
        await one.createProposal(exampleProposal('late', '2026-01-05T11:30:00.000Z'));
        await one.createProposal(exampleProposal('early', '2026-01-05T10:30:00.000Z'));
        expect(await other.offered()).toEqual(['early', 'late']);
        await one.decide('early', decisionOf('early', 'denied'));
        expect(await other.offered()).toEqual(['late']);
      });

      test('is escalated once, however many try at the same time, and stays offered', async () => {
        const { one, other } = await setup();
        await one.createProposal(exampleProposal());
        const tries = await Promise.all(
          [one, other, one, other].map(async (each) => each.escalate('proposal-1', new Date(at))),
        );
        expect(tries.filter(Boolean)).toHaveLength(1);
        expect(await other.proposal('proposal-1')).toEqual({ ...exampleProposal(), escalatedAt: at });
        await one.decide('proposal-1', decisionOf('proposal-1'));
        expect(await other.proposal('proposal-1')).toMatchObject({ state: { is: 'decided' }, escalatedAt: at });
      });

      test('that is decided or not there is not escalated', async () => {
        const { one } = await setup();
        await one.createProposal(exampleProposal());
        await one.decide('proposal-1', decisionOf('proposal-1', 'denied'));
        expect(await one.escalate('proposal-1', new Date(at))).toBe(false);
        expect(await one.escalate('proposal-9', new Date(at))).toBe(false);
        expect((await one.proposal('proposal-1'))?.escalatedAt).toBeUndefined();
      });

      test('is expired when its time is over and nobody has decided', async () => {
        const { one, other } = await setup();
        await one.createProposal(exampleProposal('early', '2026-01-05T10:30:00.000Z'));
        await one.createProposal(exampleProposal('late', '2026-01-05T11:30:00.000Z'));
        await one.createProposal(exampleProposal('decided', '2026-01-05T10:30:00.000Z'));
        await one.decide('decided', decisionOf('decided'));
        expect(await other.expired(new Date('2026-01-05T10:29:59.999Z'))).toEqual([]);
        expect(await other.expired(new Date('2026-01-05T10:30:00.000Z'))).toEqual(['early']);
        await one.decide('early', decisionOf('early', 'expired'));
        expect(await other.expired(new Date('2026-01-05T12:00:00.000Z'))).toEqual(['late']);
      });

      test('is unfinished from its approval to its end, and never when it was denied', async () => {
        const { one, other } = await setup();
        for (const id of ['proposal-1', 'denied', 'open']) await one.createProposal(exampleProposal(id));
        await one.decide('proposal-1', decisionOf('proposal-1'));
        await one.decide('denied', decisionOf('denied', 'denied'));
        expect(await other.approvedButUnfinished()).toEqual(['proposal-1']);
        await one.advance('proposal-1', applying);
        expect(await other.approvedButUnfinished()).toEqual(['proposal-1']);
        await one.advance('proposal-1', done);
        expect(await other.approvedButUnfinished()).toEqual([]);
      });
    });

    describe('a proposal that wants several approvals', () => {
      test('counts each person once, and is decided by the last one wanted', async () => {
        const { one, other } = await setup();
        await one.createProposal(exampleProposal());
        const by = (person: string) => decisionOf('proposal-1', 'approved', person);
        expect(await one.approve('proposal-1', by('U2'), 2)).toEqual({ is: 'counted', given: 1 });
        expect(await other.approve('proposal-1', by('U2'), 2)).toEqual({ is: 'again', given: 1 });
        expect((await other.proposal('proposal-1'))?.state).toEqual({ is: 'offered' });
        expect(await other.approve('proposal-1', by('U3'), 2)).toEqual({ is: 'decided', given: 2 });
        const record = await one.proposal('proposal-1');
        expect(record?.state).toEqual({ is: 'decided', decision: by('U3') });
        expect(record?.approvals).toEqual(['U2', 'U3'].map((person) => ({ by: person, at, digest: 'd'.repeat(64) })));
        expect(await one.approvedButUnfinished()).toEqual(['proposal-1']);
        expect(await one.expired(new Date('2026-01-05T12:00:00.000Z'))).toEqual([]);
      });

      test('is decided by exactly one approval when many are given at once', async () => {
        const { one, other } = await setup();
        for (let round = 0; round < 20; round += 1) {
          const id = `quorum-${round}`;
          await one.createProposal(exampleProposal(id));
          const people = ['U1', 'U2', 'U3', 'U1', 'U2', 'U3'];
          const collected = await Promise.all(
            people.map(async (person, index) =>
              (index % 2 === 0 ? one : other).approve(id, decisionOf(id, 'approved', person), 3),
            ),
          );
          expect(collected.filter(({ is }) => is === 'decided')).toHaveLength(1);
          expect(collected.filter(({ is }) => is === 'counted')).toHaveLength(2);
          expect((await one.proposal(id))?.approvals).toHaveLength(3);
        }
      });

      test('is decided by a second click of the same person once fewer are wanted', async () => {
        const { one } = await setup();
        await one.createProposal(exampleProposal());
        await one.approve('proposal-1', decisionOf('proposal-1'), 2);
        expect(await one.approve('proposal-1', decisionOf('proposal-1'), 1)).toEqual({ is: 'decided', given: 1 });
      });

      test('ends with a denial, keeps who had approved, and takes no approval any more', async () => {
        const { one, other } = await setup();
        await one.createProposal(exampleProposal());
        await one.approve('proposal-1', decisionOf('proposal-1', 'approved', 'U2'), 2);
        const denied = decisionOf('proposal-1', 'denied', 'U3');
        expect(await other.decide('proposal-1', denied)).toEqual({ claimed: true });
        const late = await one.approve('proposal-1', decisionOf('proposal-1', 'approved', 'U4'), 2);
        expect(late).toEqual({ is: 'over', state: { is: 'decided', decision: denied } });
        expect((await one.proposal('proposal-1'))?.approvals).toHaveLength(1);
        expect(await one.approvedButUnfinished()).toEqual([]);
      });

      test('that is not there cannot be approved', async () => {
        const { one } = await setup();
        await expect(one.approve('proposal-9', decisionOf('proposal-9'), 2)).rejects.toThrow(
          'There is no proposal proposal-9',
        );
      });
    });

    describe('a review', () => {
      test('is opened by the decision that broke the glass, and by no other', async () => {
        const { one, other } = await setup();
        await one.createProposal(exampleProposal());
        await one.decide('proposal-1', decisionOf('proposal-1'), exampleReview());
        await other.decide('proposal-1', decisionOf('proposal-1'), { ...exampleReview(), by: 'U9' });
        expect(await other.openReviews()).toEqual([exampleReview()]);
        expect(await one.review('proposal-1')).toEqual(exampleReview());
        expect(await one.review('proposal-9')).toBeUndefined();
      });

      test('is listed, the oldest first, until it is closed, once', async () => {
        const { one, other } = await setup();
        for (const [id, openedAt] of [
          ['early', at],
          ['late', '2026-01-05T10:05:00.000Z'],
        ] as const) {
          await one.createProposal(exampleProposal(id));
          await one.decide(id, decisionOf(id), exampleReview(id, openedAt));
        }
        expect((await other.openReviews()).map(({ proposal }) => proposal)).toEqual(['early', 'late']);
        const closed = { by: 'U3', at, says: 'It was right.' };
        const twice = await Promise.all([one.closeReview('early', closed), other.closeReview('early', closed)]);
        expect(twice.filter(Boolean)).toHaveLength(1);
        expect((await one.openReviews()).map(({ proposal }) => proposal)).toEqual(['late']);
        expect(await other.review('early')).toEqual({ ...exampleReview('early'), closed });
        expect(await one.closeReview('never', closed)).toBe(false);
      });
    });
  });
}
