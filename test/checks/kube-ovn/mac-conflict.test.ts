import { expect, test } from '@jest/globals';
import { look } from '../worlds.ts';

const check = 'kube-ovn/mac-conflict';

test.each([
  ['written-twice', /00:00:00:ab:cd:ef belongs to shop\/cart-5d8f6c9b7-d7vkm and shop\/checkout-7b9d5cbf6-6gnwb/],
  ['cloned-machine', /vms\/virt-launcher-db-clone-p4x7d and vms\/virt-launcher-db-primary-k8s2f/],
])('finds one MAC address with two owners, however it is written: %s', async (world, says) => {
  const finding = (await look(check, world)).finding();
  expect(finding).toMatchObject({ severity: 'critical', about: { kind: 'Subnet', name: 'web' }, confidence: 0.95 });
  expect(finding.says).toMatch(says);
});

test('is only a notice while the younger pod is seconds old', async () => {
  expect((await look(check, 'just-now')).finding()).toMatchObject({ severity: 'info', confidence: 0.5 });
});

test.each(['live-migration', 'other-subnet', 'owner-ended'])('stays clear: %s', async (world) => {
  expect((await look(check, world)).verdict.is).toBe('clear');
});

test('says nothing of the time where no pod tells when it was made', async () => {
  expect((await look(check, 'ages-not-known')).finding().says).toMatch(/has two running owners: 00:00:00:ab:cd:ef/);
});
