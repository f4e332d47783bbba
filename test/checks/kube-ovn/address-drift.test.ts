import { expect, test } from '@jest/globals';
import { look } from '../worlds.ts';

const check = 'kube-ovn/address-drift';

test('finds a pod whose kubelet reports another address than its annotation, and evicts it', async () => {
  const finding = (await look(check, 'annotation-and-status')).finding();
  expect(finding.about).toMatchObject({ kind: 'Deployment', name: 'cart' });
  expect(finding.says).toMatch(
    /its annotation says 10\.33\.0\.9, the kubelet says 10\.33\.0\.12 and its IP object says 10\.33\.0\.9/,
  );
  expect(finding.says).toMatch(/#4011/);
  expect(finding.remedies[0]).toMatchObject({ id: 'kube-ovn/evict-pod', allowed: true });
});

test('leaves a pod that nobody makes anew to a person', async () => {
  const finding = (await look(check, 'annotation-and-object')).finding();
  expect(finding.remedies.map(({ id }) => id)).toEqual(['kube-ovn/choose-between-pods']);
});

test.each([
  ['node-mac', /MAC address .* and its IP object says 00:00:00:01:02:03.*#5172/],
  ['node-address', /its annotation says 100\.64\.0\.4, and its IP object says 100\.64\.0\.44/],
])('finds a node whose port is written down in two ways, and touches nothing: %s', async (world, says) => {
  const finding = (await look(check, world)).finding();
  expect(finding.about).toMatchObject({ kind: 'Node', name: 'worker-2' });
  expect(finding.says).toMatch(says);
  expect(finding.remedies.map(({ how }) => how)).toEqual(['manual']);
});

test.each(['default-by-multus', 'live-migration', 'one-family-reported', 'starting', 'written-differently'])(
  'stays clear: %s',
  async (world) => {
    expect((await look(check, world)).verdict.is).toBe('clear');
  },
);
