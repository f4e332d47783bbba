import { expect, test } from '@jest/globals';
import { look } from '../worlds.ts';

const check = 'control-plane/apiserver-not-ready';

test('names the part that fails', async () => {
  const finding = (await look(check, 'etcd-fails')).finding();
  expect(finding).toMatchObject({ severity: 'critical', confidence: 0.95 });
  expect(finding.says).toMatch(/not ready \(500\): etcd fails\./);
  expect(finding.remedies[0]?.steps.map(({ does }) => does).join()).toMatch(/etcd is the one that fails/);
});

test('is a warning when one of several is not ready', async () => {
  const finding = (await look(check, 'one-of-three')).finding();
  expect(finding.severity).toBe('warning');
  expect(finding.says).toMatch(/Of 3 API servers 1 is not ready: kube-apiserver-master-2/);
});

test('warns of the versions of Calico that do not survive a restart of the API server', async () => {
  const [offer] = (await look(check, 'etcd-fails')).finding().remedies;
  expect(offer?.whenNotToUse.join()).toMatch(/v3\.21\.0 to v3\.22\.5 and v3\.23\.0/);
});

test.each(['ready', 'starting', 'not-visible'])('stays clear: %s', async (world) => {
  expect((await look(check, world)).verdict.is).toBe('clear');
});
