import { expect, test } from '@jest/globals';
import { look } from '../worlds.ts';

const check = 'kong/database-unreachable';

test('says that no proxy could start again when none reaches it', async () => {
  const finding = (await look(check, 'all-cut-off')).finding();
  expect(finding).toMatchObject({ severity: 'critical', about: { kind: 'Deployment', name: 'kong-kong' } });
  expect(finding.says).toMatch(/^2 of 2 proxies .*could not start again\.$/);
  expect(finding.evidence).toHaveLength(2);
});

test('points at the way from the node when others reach it', async () => {
  const finding = (await look(check, 'one-cut-off')).finding();
  expect(finding.says).toMatch(/^1 of 2 proxies .*9wkjm\. The others reach it, so look at the way from those nodes\.$/);
  expect((await look(check, 'every-node')).finding().about).toMatchObject({ kind: 'DaemonSet' });
});

test.each([
  ['well', '2 of 2'],
  ['over-tls', '2 of 2'],
  ['without-database', 'none: it keeps everything in memory'],
])('stays clear, and says what was asked: %s', async (world, is) => {
  const { verdict } = await look(check, world);
  expect(verdict.is).toBe('clear');
  expect(verdict.measured[0]?.is).toBe(is);
});

test('does not apply where the proxies keep their status to themselves', async () => {
  const { verdict } = await look(check, 'kept-to-the-pod');
  expect(verdict.is).toBe('not-applicable');
  expect(verdict.because).toMatch(/opens no listener for it beyond the pod/);
});

test.each([
  ['strange-answer', /its answer names no database/],
  ['nothing-runs', /none of 2 pods runs/],
])('says that it does not know, and why: %s', async (world, because) => {
  const { verdict } = await look(check, world);
  expect(verdict.is).toBe('unknown');
  expect(verdict.because).toMatch(because);
});
