import { describe, expect, test } from '@jest/globals';
import { isAlive, logicalPortOf } from '../../../playbooks/facts/kube-ovn/pods.ts';
import { workloadOf } from '../../../playbooks/facts/kubernetes/pods.ts';
import { PodShape } from '../../../playbooks/kinds/kubernetes.ts';

const now = new Date('2026-01-05T10:00:00Z');

function pod(metadata: Record<string, unknown> = {}, status: Record<string, unknown> = {}, restartPolicy = 'Always') {
  return PodShape.parse({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'cart-7d', namespace: 'shop', ...metadata },
    spec: { restartPolicy, containers: [] },
    status: { phase: 'Running', ...status },
  });
}

describe('a pod is alive for kube-ovn', () => {
  const deleted = (seconds: number) => ({
    deletionTimestamp: new Date(now.getTime() - seconds * 1000).toISOString(),
    deletionGracePeriodSeconds: 30,
  });

  test.each([
    ['while it runs', pod(), true],
    ['while it is deleted, for its grace period once more', pod(deleted(20)), true],
    ['no longer after that', pod(deleted(40)), false],
    ['not when it succeeded', pod({}, { phase: 'Succeeded' }, 'OnFailure'), false],
    ['when it succeeded and starts again', pod({}, { phase: 'Succeeded' }), true],
    ['not when it failed for good', pod({}, { phase: 'Failed' }, 'Never'), false],
    ['when it failed and may start again', pod({}, { phase: 'Failed' }, 'OnFailure'), true],
    ['not when it was evicted', pod({}, { phase: 'Failed', reason: 'Evicted' }), false],
  ])('%s', (_when, one, expected) => {
    expect(isAlive(one, now)).toBe(expected);
  });
});

test('the port of a virtual machine has the name of the machine', () => {
  expect(logicalPortOf(pod())).toBe('cart-7d.shop');
  expect(logicalPortOf(pod({ annotations: { 'ovn.kubernetes.io/virtualmachine': 'db' } }))).toBe('db.shop');
});

describe('the workload of a pod', () => {
  const owned = (kind: string, name: string, labels = {}) =>
    pod({ labels, ownerReferences: [{ apiVersion: 'apps/v1', kind, name }] });

  test.each([
    [
      'a Deployment, told by its hash',
      owned('ReplicaSet', 'cart-5d8f', { 'pod-template-hash': '5d8f' }),
      'Deployment',
      'cart',
    ],
    ['a ReplicaSet of its own', owned('ReplicaSet', 'cart'), 'ReplicaSet', 'cart'],
    ['a DaemonSet', owned('DaemonSet', 'pinger'), 'DaemonSet', 'pinger'],
    ['the bare pod itself', pod(), 'Pod', 'cart-7d'],
  ])('is %s', (_what, one, kind, name) => {
    expect(workloadOf(one)).toMatchObject({ kind, name, namespace: 'shop' });
  });
});
