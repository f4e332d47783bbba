import { expect, test } from '@jest/globals';
import { look } from '../worlds.ts';

const check = 'workload/address-conflict';

async function onlyFinding(world: string) {
  return (await look(check, world)).finding();
}

test('finds two running pods with one address on a network of any kind, and evicts the younger', async () => {
  const finding = await onlyFinding('two-pods');
  expect(finding).toMatchObject({
    severity: 'critical',
    about: { kind: 'Deployment', name: 'checkout' },
    confidence: 0.85,
  });
  expect(finding.says).toMatch(
    /10\.42\.1\.9 is reported by shop\/cart-5d8f6c9b7-d7vkm \(node worker-1\) and shop\/checkout/,
  );
  expect(finding.remedies[0]).toMatchObject({ id: 'workload/evict-pod', allowed: true });
});

test('names two nodes with one pod CIDR as the cause', async () => {
  const finding = await onlyFinding('shared-pod-cidr');
  expect(finding.says).toMatch(
    /^2 addresses have two running pods.*worker-1 and worker-2 have the same pod CIDR 10\.42\.1\.0\/24/,
  );
  expect(finding.confidence).toBe(0.97);
});

test.each([
  ['node-silent', 'warning', /on a node that is not ready, so what is reported may be old/],
  ['just-now', 'info', /An address has two running pods/],
])('is careful where a report may be old: %s', async (world, severity, says) => {
  const finding = await onlyFinding(world);
  expect(finding).toMatchObject({ severity, confidence: 0.5 });
  expect(finding.says).toMatch(says);
  expect(finding.remedies.map(({ how }) => how)).toEqual(['manual']);
});

test('offers nothing automatic for pods that nobody makes anew', async () => {
  expect((await onlyFinding('bare-pods')).remedies.map(({ id }) => id)).toEqual(['workload/find-double-allocation']);
});

test.each([
  'another-default-network',
  'asked-for-another',
  'being-deleted',
  'completed-job',
  'custom-vpc',
  'host-network',
  'node-gone',
])('stays clear: %s', async (world) => {
  expect((await look(check, world)).verdict.is).toBe('clear');
});

test('says whom it left out', async () => {
  expect((await look(check, 'custom-vpc')).verdict.measured[1]?.is).toMatch(/2 of a network with a check of its own/);
});
