import { expect, test } from '@jest/globals';
import { look } from '../worlds.ts';

const check = 'control-plane/client-certificate-expiring';

test('counts what the alert counts', async () => {
  const finding = (await look(check, 'certificates-of-a-week')).finding();
  expect(finding).toMatchObject({ severity: 'warning', confidence: 0.95 });
  expect(finding.says).toMatch(/in the 2 days since it started, 9310 of 184220 had less than 7 days left/);
});

test('is critical when certificates are over', async () => {
  expect((await look(check, 'already-over')).finding()).toMatchObject({ severity: 'critical' });
});

test.each(['old-counters', 'since-unknown'])('is unsure where the counters may be old: %s', async (world) => {
  expect((await look(check, world)).finding().confidence).toBe(0.6);
});

test.each(['a-person-now-and-then', 'all-long', 'nobody-asked-yet'])('stays clear: %s', async (world) => {
  expect((await look(check, world)).verdict.is).toBe('clear');
});
