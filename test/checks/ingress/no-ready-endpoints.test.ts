import { expect, test } from '@jest/globals';
import { look } from '../worlds.ts';

const check = 'ingress/no-ready-endpoints';

test.each([
  ['not-ready', /its only pod is not ready, for 19 min/],
  ['crash-loop', /its only pod is not ready/],
  ['selects-nothing', /no pod carries the labels that it selects \(app=cart-v2\)/],
  ['scaled-to-zero', /Deployment shop\/cart is scaled to zero/],
  ['set-scaled-to-zero', /StatefulSet shop\/cart is scaled to zero/],
  ['nobody-writes-them', /it selects no pods, and nobody has written endpoints/],
  ['only-finished-pods', /no pod carries the labels/],
  ['old-cluster', /its only pod is not ready/],
])('says why there is none, and that the controller is not at fault: %s', async (world, why) => {
  const finding = (await look(check, world)).finding();
  expect(finding).toMatchObject({ severity: 'critical', confidence: 0.95, about: { kind: 'Service', name: 'cart' } });
  expect(finding.says).toMatch(why);
  expect(finding.says).toMatch(/behind cart\.example\.com.*The ingress controller is not at fault/);
  expect(finding.remedies[0]?.steps.length).toBeGreaterThan(2);
});

test('shows the state of the pods', async () => {
  const { evidence } = (await look(check, 'crash-loop')).finding();
  expect(evidence[1]?.says).toBe('cart-7d5c9f8b6-8xk2p is CrashLoopBackOff; none is ready.');
});

test.each([
  ['starting', '0 of 1'],
  ['external-name', '0 of 0'],
  ['no-service', '0 of 0'],
  ['one-of-two', '1 of 1'],
  ['old-cluster-well', '1 of 1'],
  ['not-behind-an-ingress', '1 of 1'],
  ['somebody-writes-them', '1 of 1'],
  ['well', '1 of 1'],
])('stays clear, and counts: %s', async (world, is) => {
  const { verdict } = await look(check, world);
  expect(verdict.is).toBe('clear');
  expect(verdict.measured[0]?.is).toBe(is);
});

test('stays clear, and counts it, while kube-downscaler keeps a workload at zero', async () => {
  const { verdict } = await look(check, 'at-rest-for-the-night');
  expect(verdict.is).toBe('clear');
  expect(verdict.measured).toContainEqual({ what: 'Services that kube-downscaler keeps at zero', is: '1' });
});
