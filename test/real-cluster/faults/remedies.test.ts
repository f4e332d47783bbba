import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decide } from '../../../src/app/decide.ts';
import { remediate } from '../../../src/app/remediate.ts';
import { catalogue } from '../../../src/catalogue.ts';
import { aContext, people } from '../../app/house-of.ts';
import { openTestCluster } from '../test-cluster.ts';
import { aHouse, offered } from './house.ts';
import { appliedIn, refusedIn } from './remedy-worlds.ts';
import { openStage, type Stage } from './stage.ts';
import { writeOf, writesOn } from './writes.ts';

const { admin, controlPlane } = await openTestCluster();
afterAll(async () => admin.close());

const automatic = [
  ...new Set(
    catalogue.checks.flatMap(({ remedies }) => remedies.filter(({ how }) => how === 'change').map(({ id }) => id)),
  ),
].sort();

test('every automatic remedy has a world in which it helps, and one in which a guard refuses it', () => {
  expect(Object.keys(appliedIn).sort()).toEqual(automatic);
  expect(Object.keys(refusedIn).sort()).toEqual(automatic);
});

if (controlPlane === undefined) {
  test('changes nothing on a cluster of somebody else', async () => {
    await expect(openStage(controlPlane)).rejects.toThrow(/API server of our own/);
  });
} else {
  describe('on a real API server', () => {
    let stage: Stage;
    beforeAll(async () => {
      stage = await openStage(controlPlane);
    }, 120_000);
    afterAll(async () => stage.close());

    test.each(Object.entries(appliedIn))(
      '%s is approved, made once and proved on %s',
      async (remedy, name) => {
        const { house, mirrored, effects } = await aHouse(stage, name);
        const proposal = await offered(remedy, name, house);
        expect(proposal.remedy.allowed).toBe(true);
        expect(proposal.dryRuns.map(({ cannot }) => cannot)).toEqual(proposal.dryRuns.map(() => undefined));
        const before = (await writesOn(stage.server)).length;
        expect(await decide({ proposal: proposal.id, by: people.bo, is: 'approved' }, house)).toMatchObject({
          taken: true,
        });
        await remediate(proposal.id, house, aContext());
        const planned = proposal.remedy.steps.flatMap(({ change }) => change ?? []);
        const made = (await writesOn(stage.server)).slice(before);
        expect(made.filter(({ dryRun }) => !dryRun).map(({ verb, what, object }) => ({ verb, what, object }))).toEqual(
          planned.map(writeOf),
        );
        expect(effects).toEqual(
          planned.map((change) => (change.change === 'patch-object' ? 'patched' : 'being deleted')),
        );
        expect((await house.records.proposal(proposal.id))?.state).toMatchObject({
          is: 'done',
          proof: { outcome: 'resolved' },
        });
        expect(mirrored.clock.now().getTime()).toBeGreaterThan(mirrored.world.now.getTime());
      },
      120_000,
    );

    test.each(Object.entries(refusedIn))('%s is refused by a guard and writes nothing on %s', async (remedy, name) => {
      const before = (await writesOn(stage.server)).length;
      const { house } = await aHouse(stage, name);
      const proposal = await offered(remedy, name, house);
      expect(proposal.remedy.preconditions.map(({ holds }) => holds)).toContain('no');
      const answer = await decide({ proposal: proposal.id, by: people.bo, is: 'approved' }, house);
      expect(answer).toEqual({ taken: false, says: 'A guard refuses this fix, so it cannot be approved.' });
      await remediate(proposal.id, house, aContext());
      expect((await writesOn(stage.server)).slice(before).filter(({ dryRun }) => !dryRun)).toEqual([]);
      expect((await house.records.proposal(proposal.id))?.state).toEqual({ is: 'offered' });
    });
  });
}
