import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { Deployment, Pod } from '../../playbooks/kinds/kubernetes.ts';
import { startWorld } from '../../src/adapters/simulated/open-world.ts';
import { planRemedies } from '../../src/app/plan-remedies.ts';
import type { Change } from '../../src/core/change.ts';
import { defineRemedy } from '../../src/core/remedy.ts';
import { World } from '../../src/core/world.ts';

const { reader } = startWorld(World.parse({ now: '2026-01-05T10:00:00Z', title: 'nothing', objects: [] })).open();
const uid = 'u-1';
const coreDns: Change = { change: 'delete-pod', namespace: 'kube-system', name: 'coredns-0', uid };
const shop: Change = { change: 'delete-pod', namespace: 'shop', name: 'cart-0', uid };
const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', plural: 'deployments', namespace: 'kube-system' };
const scaled: Change = {
  change: 'patch-object',
  ...deployment,
  name: 'coredns',
  uid,
  resourceVersion: '7',
  subresource: 'scale',
  patch: { spec: { replicas: 2 } },
};

/** A fix that may delete pods of kube-system and scale its Deployments, and plans what it is told. */
async function planned(change: Change) {
  const remedy = defineRemedy({
    id: 'example/fix',
    how: 'change',
    does: 'Do what the test says.',
    risk: 'low',
    reversible: false,
    whenNotToUse: ['Outside of tests.'],
    input: z.object({}),
    reads: [],
    changes: [
      { change: 'delete-pod', kind: Pod, in: { namespace: 'kube-system' } },
      { change: 'patch-object', kind: Deployment, in: { product: 'kubeOvn' }, subresource: 'scale' },
    ],
    proof: { withinSeconds: 1, holdSeconds: 1 },
    plan: async () => ({
      preconditions: [],
      steps: [{ does: 'Change it.', change, settled: { until: 'stored' } }],
      effect: 'It is changed.',
      touches: { nodes: 0, pods: 1 },
    }),
  });
  const platform = { kubernetes: {}, kubeOvn: { namespace: 'kube-system' } };
  const sight = { reader, platform, target: {}, now: new Date('2026-01-05T10:00:00Z') };
  const [plan] = await planRemedies([remedy.with({})], sight);
  return { allowed: plan?.allowed, because: plan?.preconditions.map(({ because }) => because).join(' ') };
}

describe('a fix', () => {
  test.each([
    ['pod', coreDns],
    ['scale of a Deployment', scaled],
  ])('may change a %s that it declares', async (_what, change) => {
    expect(await planned(change)).toEqual({ allowed: true, because: '' });
  });

  test.each<[string, Change]>([
    ['in another namespace', shop],
    ['by another operation', { ...coreDns, change: 'evict-pod' }],
    ['as a whole where only its scale is declared', { ...scaled, subresource: undefined }],
    ['of another kind', { ...scaled, kind: 'DaemonSet', plural: 'daemonsets' }],
    ['of the same name in another API group', { ...scaled, apiVersion: 'example.com/v1' }],
  ])('that plans to change what it does not declare is refused: an object %s', async (_what, change) => {
    expect(await planned(change)).toEqual({
      allowed: false,
      because: expect.stringMatching(/^It would .*, which it does not declare\. That is a defect of the fix\.$/),
    });
  });
});
