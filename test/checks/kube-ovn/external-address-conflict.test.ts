import { expect, test } from '@jest/globals';
import { look } from '../worlds.ts';

const check = 'kube-ovn/external-address-conflict';

test('names the MAC address that answers, and that false alarms are known', async () => {
  const finding = (await look(check, 'device-on-the-wire')).finding();
  expect(finding.says).toMatch(
    /172\.20\.0\.9 of subnet floor-1.*3c:ec:ef:12:9a:07 answered, which is no port of this cluster.*#2659/,
  );
  expect(finding.remedies[0]?.steps[0]?.does).toMatch(/from node worker-3: arping -D/);
});

test('is less sure where the subnet is none of a VLAN', async () => {
  expect((await look(check, 'overlay-subnet')).finding().confidence).toBe(0.6);
});

test.each(['own-card', 'running-since'])('stays clear: %s', async (world) => {
  expect((await look(check, world)).verdict.is).toBe('clear');
});
