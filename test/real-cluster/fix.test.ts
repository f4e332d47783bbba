import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { renderScreen } from '../../src/adapters/slack/blocks/screen.ts';
import { decide } from '../../src/app/decide.ts';
import { setFreeze } from '../../src/app/freeze.ts';
import { remediationFailed } from '../../src/app/jobs.ts';
import { remediate } from '../../src/app/remediate.ts';
import { type Change, changedObject } from '../../src/core/change.ts';
import type { Proposal } from '../../src/core/proposal.ts';
import type { ProposalState } from '../../src/core/record.ts';
import type { WorldObject } from '../../src/core/world.ts';
import { outline } from '../adapters/slack/blocks/outline.ts';
import { aContext, people } from '../app/house-of.ts';
import type { Passage } from './faults/gate.ts';
import { offered } from './faults/house.ts';
import { appliedIn } from './faults/remedy-worlds.ts';
import { openStage, type Stage } from './faults/stage.ts';
import { type UnsteadyHouse, unsteadyHouse } from './faults/unsteady.ts';
import { type Write, writeOf, writesOn } from './faults/writes.ts';
import { openTestCluster } from './test-cluster.ts';

const { admin, controlPlane } = await openTestCluster();
afterAll(async () => admin.close());

const aDeletion = 'kube-ovn/leader-hand-over';
const aPatch = 'kube-ovn/add-gateway-node';
const anEviction = 'kube-ovn/evict-pod';
/** A patch of a ConfigMap, then one pod after another. */
const severalSteps = 'canal/set-network';

if (controlPlane === undefined) {
  test('tries no fix on a cluster of somebody else', async () => {
    await expect(openStage(controlPlane)).rejects.toThrow(/API server of our own/);
  });
} else {
  let stage: Stage;
  let unsteady: UnsteadyHouse | undefined;
  let proposal: Proposal;
  let before: number;

  beforeAll(async () => {
    stage = await openStage(controlPlane);
  }, 120_000);
  afterEach(async () => {
    await unsteady?.close();
    unsteady = undefined;
  });
  afterAll(async () => stage.close());

  const place = (): UnsteadyHouse => {
    if (unsteady === undefined) throw new Error('Nothing is offered yet.');
    return unsteady;
  };

  async function offer(remedy: string): Promise<Change> {
    const name = appliedIn[remedy];
    if (name === undefined) throw new Error(`There is no world for ${remedy}.`);
    unsteady = await unsteadyHouse(stage, name);
    proposal = await offered(remedy, name, unsteady.house);
    before = (await writesOn(stage.server)).length;
    const change = proposal.remedy.steps[0]?.change;
    if (change === undefined) throw new Error(`${remedy} changes nothing.`);
    return change;
  }

  async function approveIt(): Promise<void> {
    const answer = await decide({ proposal: proposal.id, by: people.bo, is: 'approved' }, place().house);
    expect(answer).toMatchObject({ taken: true });
  }

  const carryOut = async (): Promise<void> => remediate(proposal.id, place().house, aContext());

  /** The changes that were sent since the offer; trials are none. */
  async function sent(): Promise<Write[]> {
    return (await writesOn(stage.server)).slice(before).filter(({ dryRun }) => !dryRun);
  }

  async function state(): Promise<ProposalState | undefined> {
    return (await place().house.records.proposal(proposal.id))?.state;
  }

  const events = async () => (await place().house.ledger.ofProposal(proposal.id)).map(({ event }) => event);

  /** What an approver reads in Slack. */
  const card = (): string => outline(renderScreen(place().house.card()));

  function pathOf(change: Change): string {
    const { apiVersion, plural, namespace, name } = changedObject(change);
    const group = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
    return `${group}${namespace === undefined ? '' : `/namespaces/${namespace}`}/${plural}/${name}`;
  }

  async function patch(change: Change, body: unknown): Promise<void> {
    const how = 'application/merge-patch+json';
    const answer = await stage.server.admin.request('PATCH', pathOf(change), body, how);
    if (answer.status !== 200) throw new Error(answer.body);
  }

  async function remove(change: Change): Promise<void> {
    const answer = await stage.server.admin.request('DELETE', pathOf(change), { gracePeriodSeconds: 0 });
    if (answer.status !== 200) throw new Error(answer.body);
  }

  async function current(change: Change): Promise<WorldObject | undefined> {
    const { status, body } = await stage.server.admin.request('GET', pathOf(change));
    return status === 404 ? undefined : (JSON.parse(body) as WorldObject);
  }

  /** Deletes it and makes another one of the same name and with the same status, as a StatefulSet would. */
  async function replace(change: Change): Promise<void> {
    const object = await current(change);
    if (object === undefined) throw new Error('There is nothing to replace.');
    await remove(change);
    const { name, namespace, labels, annotations, ownerReferences } = object.metadata;
    const metadata = { name, namespace, labels, annotations, ownerReferences };
    await stage.server.admin.apply([{ ...object, metadata }]);
  }

  describe('a target that is not what was shown any more', () => {
    test('voids an approved patch: nothing is sent, and the card says what moved', async () => {
      const change = await offer(aPatch);
      await approveIt();
      await patch(change, { metadata: { annotations: { 'example.com/touched-by': 'somebody' } } });
      await carryOut();
      expect(await sent()).toEqual([]);
      expect(await state()).toMatchObject({ is: 'void' });
      expect(card()).toContain('What was approved is no longer what would happen, so nothing was done.');
      expect(card()).toContain('- Subnet egress was changed since it was shown.');
    }, 60_000);

    test('voids an approved deletion when another pod has its name by now', async () => {
      const change = await offer(aDeletion);
      await approveIt();
      await replace(change);
      await carryOut();
      expect(await sent()).toEqual([]);
      expect(await state()).toMatchObject({ is: 'void' });
      expect(card()).toMatch(
        /- Pod kube-system\/kube-ovn-controller-\S+ was deleted and made anew since it was shown\./,
      );
      expect((await current(change))?.metadata['deletionTimestamp']).toBeUndefined();
    }, 60_000);

    test.each([aPatch, aDeletion, anEviction])(
      'voids %s when it is gone, and the card says so',
      async (remedy) => {
        const change = await offer(remedy);
        await approveIt();
        await remove(change);
        await carryOut();
        expect(await sent()).toEqual([]);
        expect(await state()).toMatchObject({ is: 'void' });
        const { kind, name } = changedObject(change);
        expect(card()).toMatch(new RegExp(`so nothing was done\\.\\s+- ${kind} (\\S+/)?${name} is gone\\.`));
      },
      60_000,
    );

    test('is refused by the API server itself when it is replaced after the last look', async () => {
      const change = await offer(aDeletion);
      await approveIt();
      place().gate.next(undefined, async () => replace(change));
      await carryOut();
      expect(await sent()).toEqual([{ ...writeOf(change), dryRun: false, answer: 409 }]);
      const kept = await current(change);
      expect(kept?.metadata['uid']).not.toBe(change.uid);
      expect(kept?.metadata['deletionTimestamp']).toBeUndefined();
      expect(await state()).toMatchObject({ is: 'done', proof: { outcome: 'nothing-done', done: [] } });
      expect(card()).toMatch(
        /Nothing was done on prod-sh[\s\S]*UID in the precondition .* does not match the UID in record/,
      );
    }, 60_000);

    test('is not overwritten when somebody changes it after the last look', async () => {
      const change = await offer(aPatch);
      await approveIt();
      place().gate.next(undefined, async () => patch(change, { spec: { gatewayNode: 'master-1' } }));
      await carryOut();
      expect(await sent()).toEqual([{ ...writeOf(change), dryRun: false, answer: 409 }]);
      expect(await current(change)).toMatchObject({ spec: { gatewayNode: 'master-1' } });
      expect(await state()).toMatchObject({ is: 'done', proof: { outcome: 'nothing-done', done: [] } });
    }, 60_000);
  });

  describe('a PodDisruptionBudget', () => {
    /** Selects every pod of the namespace and lets none go; its status is what the controller would write. */
    async function allowNothing(change: Change): Promise<void> {
      await stage.server.admin.apply([
        {
          apiVersion: 'policy/v1',
          kind: 'PodDisruptionBudget',
          metadata: { name: 'none-may-go', namespace: changedObject(change).namespace ?? '' },
          spec: { minAvailable: '100%', selector: {} },
          status: {
            observedGeneration: 1,
            disruptionsAllowed: 0,
            currentHealthy: 3,
            desiredHealthy: 3,
            expectedPods: 3,
          },
        },
      ]);
    }

    test('that came after the offer voids an eviction, and the card says which guard refuses', async () => {
      const change = await offer(anEviction);
      await approveIt();
      await allowNothing(change);
      await carryOut();
      expect(await sent()).toEqual([]);
      expect(await state()).toMatchObject({ is: 'void' });
      expect(card()).toMatch(/A guard refuses it now\. .*none-may-go/);
    }, 60_000);

    test('that comes at the last moment blocks the eviction, which is said and not tried again', async () => {
      const change = await offer(anEviction);
      await approveIt();
      place().gate.next(undefined, async () => allowNothing(change));
      await carryOut();
      expect(await sent()).toEqual([{ ...writeOf(change), dryRun: false, answer: 429 }]);
      expect((await current(change))?.metadata['deletionTimestamp']).toBeUndefined();
      expect(await state()).toMatchObject({ is: 'done', proof: { outcome: 'nothing-done', done: [] } });
      expect(card()).toMatch(/would violate the pod's disruption budget/);
      expect(await events()).toEqual(expect.arrayContaining(['intended', 'not-changed', 'proved']));
    }, 60_000);
  });

  describe('an API server that goes away', () => {
    const afterwards: readonly Passage[] = ['answer lost', 'never answered', 'answer lost, then away'];

    test.each(
      [aPatch, aDeletion, anEviction].flatMap((remedy) => afterwards.map((passage) => [remedy, passage] as const)),
    )(
      'after it made %s (%s) is asked what it shows, the change is not sent again, and the fix is proved',
      async (remedy, passage) => {
        const change = await offer(remedy);
        await approveIt();
        place().awayFor(60);
        place().gate.next(passage);
        await carryOut();
        expect((await sent()).map(({ verb, what, object }) => ({ verb, what, object }))).toEqual([writeOf(change)]);
        expect(await state()).toMatchObject({ is: 'done', proof: { outcome: 'resolved' } });
        const entries = await place().house.ledger.ofProposal(proposal.id);
        expect(entries.find(({ event }) => event === 'changed')?.detail).toMatchObject({
          says: 'Seen on the cluster afterwards.',
        });
      },
      60_000,
    );

    test.each([aPatch, aDeletion])(
      'before %s arrives is seen not to have made it, and the card says so',
      async (remedy) => {
        await offer(remedy);
        await approveIt();
        place().gate.next('lost on its way');
        await carryOut();
        expect(await sent()).toEqual([]);
        expect(await state()).toMatchObject({ is: 'done', proof: { outcome: 'nothing-done' } });
        expect(card()).toMatch(/This was not done: .* Run the playbook again for a new plan\./);
      },
      60_000,
    );

    test('for good leaves an outcome that is unknown, not one that says that nothing was done', async () => {
      const change = await offer(aDeletion);
      await approveIt();
      place().gate.next('answer lost, then away');
      await carryOut();
      expect((await sent()).map(({ verb, what, object }) => ({ verb, what, object }))).toEqual([writeOf(change)]);
      expect(await state()).toMatchObject({ is: 'done', proof: { outcome: 'unknown', done: [] } });
      expect(card()).toMatch(/Outcome unknown on prod-sh/);
      expect(card()).toMatch(/Whether this was done cannot be told: .* Somebody has to look at the object\./);
      await place().gate.open();
      await carryOut();
      expect(await sent()).toHaveLength(1);
    }, 60_000);

    test('between two steps ends the fix there: the first one stands, the others are not made after a gap', async () => {
      const change = await offer(severalSteps);
      await approveIt();
      place().gate.next('then away');
      await expect(carryOut()).rejects.toMatchObject({ name: 'CannotRead' });
      await place().gate.open();
      await carryOut();
      expect((await sent()).map(({ verb, what, object }) => ({ verb, what, object }))).toEqual([writeOf(change)]);
      const [first, second] = proposal.remedy.steps;
      expect(await state()).toMatchObject({ is: 'done', proof: { outcome: 'stopped', done: [first?.does] } });
      expect(card()).toContain(`this was not done: ${second?.does ?? 'nothing'}`);
    }, 60_000);

    test('between two steps and stays away is told as unknown, with what was done', async () => {
      await offer(severalSteps);
      await approveIt();
      place().gate.next('then away');
      await carryOut().catch(async (error: Error) => remediationFailed(proposal.id, error, place().house));
      expect(await sent()).toHaveLength(1);
      const [first] = proposal.remedy.steps;
      expect(await state()).toMatchObject({ is: 'done', proof: { outcome: 'unknown', done: [first?.does] } });
    }, 60_000);
  });

  describe('a worker that dies', () => {
    test.each([aPatch, aDeletion, anEviction])(
      'after it made %s does not make it again, and proves it',
      async (remedy) => {
        const change = await offer(remedy);
        await approveIt();
        place().dieAfterNextChange();
        await expect(carryOut()).rejects.toThrow('the worker died');
        await carryOut();
        expect((await sent()).map(({ verb, what, object }) => ({ verb, what, object }))).toEqual([writeOf(change)]);
        expect(await state()).toMatchObject({ is: 'done', proof: { outcome: 'resolved' } });
      },
      60_000,
    );
  });

  describe('a freeze', () => {
    const freeze = async (): Promise<void> => {
      const scope = { kind: 'environment', name: 'production' } as const;
      await setFreeze(
        { delivery: 'd1', by: people.bo, scope, reason: 'db failover', milliseconds: 7_200_000 },
        place().house,
      );
    };

    test.each([aPatch, aDeletion, anEviction])(
      'set after the approval keeps %s from being sent',
      async (remedy) => {
        await offer(remedy);
        await approveIt();
        await freeze();
        await carryOut();
        expect(await sent()).toEqual([]);
        expect(await state()).toMatchObject({ is: 'done', proof: { outcome: 'nothing-done' } });
        expect(card()).toMatch(/Nothing was done: after the approval somebody froze .*db failover/);
        expect(await events()).not.toContain('intended');
      },
      60_000,
    );

    test('set while the first step is on its way keeps the second from being sent', async () => {
      const change = await offer(severalSteps);
      await approveIt();
      place().gate.next(undefined, freeze);
      await carryOut();
      expect((await sent()).map(({ verb, what, object }) => ({ verb, what, object }))).toEqual([writeOf(change)]);
      expect(await state()).toMatchObject({ is: 'done', proof: { outcome: 'stopped' } });
      expect(card()).toMatch(/This and what follows was not done/);
    }, 60_000);
  });
}
