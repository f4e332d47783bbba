import { describe, expect, test } from '@jest/globals';
import { wasMade } from '../../src/app/was-made.ts';
import type { Change } from '../../src/core/change.ts';
import { readerOf } from './cluster-of.ts';

const pod = (metadata: Record<string, unknown>) =>
  readerOf({ pods: [{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web-0', namespace: 'shop', ...metadata } }] });
const deletion: Change = { change: 'delete-pod', namespace: 'shop', name: 'web-0', uid: 'u1' };

describe('a deletion', () => {
  test.each([
    ['is still to be made', { uid: 'u1' }, 'not-made'],
    ['was made when the pod is stopping', { uid: 'u1', deletionTimestamp: '2026-01-05T10:00:00Z' }, 'made'],
    ['was made when another pod has its name', { uid: 'u2' }, 'made'],
  ])('%s', async (_what, metadata, expected) => {
    expect(await wasMade(deletion, pod(metadata))).toBe(expected);
  });

  test('was made when the pod is gone', async () => {
    expect(await wasMade(deletion, readerOf({}))).toBe('made');
  });
});

describe('a patch', () => {
  const patch: Change = {
    change: 'patch-object',
    apiVersion: 'kubeovn.io/v1',
    kind: 'Subnet',
    plural: 'subnets',
    name: 'web',
    uid: 'u1',
    resourceVersion: '7',
    patch: { spec: { gatewayNode: 'node-2', extra: null } },
  };
  const subnet = (resourceVersion: string, spec: Record<string, unknown>, uid = 'u1') =>
    readerOf({
      'subnets.kubeovn.io': [
        { apiVersion: 'kubeovn.io/v1', kind: 'Subnet', metadata: { name: 'web', uid, resourceVersion }, spec },
      ],
    });

  test.each([
    ['is still to be made while the object is as it was', subnet('7', { gatewayNode: 'node-1' }), 'not-made'],
    ['was made when the object says so', subnet('8', { gatewayNode: 'node-2' }), 'made'],
    ['cannot be told from another change', subnet('8', { gatewayNode: 'node-3' }), 'unclear'],
    [
      'cannot be told when a field that it removes is still there',
      subnet('8', { gatewayNode: 'node-2', extra: 1 }),
      'unclear',
    ],
    ['cannot be told when the object is another one', subnet('8', { gatewayNode: 'node-2' }, 'u2'), 'unclear'],
  ])('%s', async (_what, reader, expected) => {
    expect(await wasMade(patch, reader)).toBe(expected);
  });
});
