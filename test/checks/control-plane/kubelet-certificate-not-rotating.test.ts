import { expect, test } from '@jest/globals';
import { look } from '../worlds.ts';

const check = 'control-plane/kubelet-certificate-not-rotating';

test.each(['nobody-approves', 'old-api', 'denied', 'signing-failed'])('names the node: %s', async (world) => {
  expect((await look(check, world)).finding().about).toMatchObject({ kind: 'Node', name: 'worker-1' });
});

test('knows the warning of RKE2, and says that a restart renews', async () => {
  const finding = (await look(check, 'rke2-warns')).finding();
  expect(finding.severity).toBe('info');
  expect(finding.remedies[0]?.steps[0]?.does).toMatch(/systemctl restart rke2-server/);
});

test.each(['serving-certificate', 'just-asked', 'got-it-since', 'node-gone'])('stays clear: %s', async (world) => {
  expect((await look(check, world)).verdict.is).toBe('clear');
});
