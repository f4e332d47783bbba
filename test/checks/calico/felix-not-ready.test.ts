import { expect, test } from '@jest/globals';
import { look } from '../worlds.ts';

const check = 'calico/felix-not-ready';

test.each([
  ['api-server-unreachable', 0.9, /does not reach the API server through its Service/, /kube-proxy runs on worker-3/],
  ['role-too-old', 0.9, /a rule of its ClusterRole is missing/, /Apply the ClusterRole/],
  ['kind-missing', 0.9, /custom resource definitions of its version were not applied/, /custom resource definitions/],
  ['reason-unknown', 0.7, /Its log does not say why/, /Read the whole log/],
  ['no-log', 0.7, /Its log does not say why/, /Read the whole log/],
])('tells why, and what to do about it: %s', async (world, confidence, says, step) => {
  const finding = (await look(check, world)).finding();
  expect(finding.confidence).toBe(confidence);
  expect(finding.says).toMatch(says);
  expect(finding.remedies[0]?.steps[0]?.does).toMatch(step);
});

test.each(['bird-instead', 'starting', 'ready-again', 'all-well'])('stays clear: %s', async (world) => {
  expect((await look(check, world)).verdict.is).toBe('clear');
});
