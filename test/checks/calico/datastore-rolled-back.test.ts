import { expect, test } from '@jest/globals';
import { look } from '../worlds.ts';

const check = 'calico/datastore-rolled-back';

test('names both revisions, and what a restored etcd means for everything else', async () => {
  const finding = (await look(check, 'etcd-restored')).finding();
  expect(finding).toMatchObject({ severity: 'critical', confidence: 0.9 });
  expect(finding.says).toMatch(/asks for revision 12001236; the API server is at 60171.*back-ported #9622/);
  expect(finding.remedies.map(({ id }) => id)).toEqual([
    'calico/restart-node-agents',
    'calico/follow-rollback',
    'calico/upgrade',
  ]);
});

test('evicts the Typhas when those wait', async () => {
  const finding = (await look(check, 'typha-waits')).finding();
  expect(finding.says).toMatch(/^2 of 2 Typha pods/);
  expect(finding.remedies[0]).toMatchObject({ id: 'calico/restart-typha', allowed: true });
});

test('is unsure where the version should give such a revision up, and gains nothing from an upgrade', async () => {
  const finding = (await look(check, 'should-give-up')).finding();
  expect(finding.confidence).toBe(0.5);
  expect(finding.remedies.map(({ id }) => id)).not.toContain('calico/upgrade');
});

test('says that the version is not known', async () => {
  expect((await look(check, 'unknown-version')).finding().says).toMatch(/is not known: before v3\.30\.0/);
});

test.each(['lagging-api-server', 'too-old-instead', 'all-quiet'])('stays clear: %s', async (world) => {
  expect((await look(check, world)).verdict.is).toBe('clear');
});
