import { expect, test } from '@jest/globals';
import { startWorld } from '../../src/adapters/simulated/open-world.ts';
import { apply } from '../../src/app/apply.ts';
import type { Change } from '../../src/core/change.ts';
import { World } from '../../src/core/world.ts';
import { approved } from '../contracts/approved.ts';
import { exampleFreeze } from '../contracts/freezes.ts';
import { createMemoryLedger } from '../memory/ledger.ts';

const pod = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'kong', uid: `uid-${name}`, resourceVersion: '1' },
});
const deletion = (name: string): Change => ({ change: 'delete-pod', namespace: 'kong', name, uid: `uid-${name}` });

test('a freeze that is set while a fix is under way stops it before its next change, and says what was not done', async () => {
  const objects = [pod('a'), pod('b')];
  const world = startWorld(World.parse({ now: '2026-01-05T10:00:00Z', title: 'two pods', objects }));
  const cluster = world.open({ mode: 'remediate' });
  const ledger = createMemoryLedger();
  const permission = approved(deletion('a'), deletion('b'));
  const steps = permission.steps.map((step, index) => ({ ...step, does: `Delete the pod ${'ab'[index]}.` }));
  let asked = 0;
  const applied = await apply({ ...permission, steps }, cluster.writer!, {
    ledger,
    about: { actor: 'bo', cluster: 'prod-sh', run: 'r1', proposal: 'p1' },
    digest: permission.digest,
    keepPrior: async () => undefined,
    cluster,
    clock: cluster.clock,
    signal: new AbortController().signal,
    onStage: async () => undefined,
    frozen: async () => {
      asked += 1;
      return asked === 1 ? undefined : exampleFreeze();
    },
  });
  expect(applied).toEqual({
    done: ['Delete the pod a.'],
    stopped: expect.stringMatching(/^This and what follows was not done \(Delete the pod b\.\): after the approval/),
    frozen: exampleFreeze(),
  });
  expect(world.changes().map(({ change }) => change)).toEqual([deletion('a')]);
  expect((await ledger.ofProposal('p1')).map(({ event }) => event)).toEqual(['intended', 'changed']);
});
