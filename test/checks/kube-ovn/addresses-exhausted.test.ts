import { expect, test } from '@jest/globals';
import { look } from '../worlds.ts';

const check = 'kube-ovn/addresses-exhausted';

async function onlyFinding(world: string) {
  return (await look(check, world)).finding();
}

test.each([
  ['full', 'critical', /no free addresses left: 0 IPv4.*2 pods wait for one: shop\/checkout/, 0.95],
  ['full-and-quiet', 'warning', /no free addresses left.*No pod waits/, 0.85],
  ['scarce', 'warning', /hardly any free addresses left: 4 IPv4 \(4\.0 %\)/, 0.85],
  ['ipv6-full', 'warning', /240 IPv4 .* and 0 IPv6/, 0.85],
  ['memory-differs', 'critical', /gives no address of subnet web out.*what it has in memory differs/, 0.75],
  ['counts-more-than-is-held', 'warning', /counts 13 in use, but only 4 IP objects hold one/, 0.85],
  [
    'pool-empty',
    'critical',
    /Pool front-pool of subnet web has no free addresses left: all 2 are in use\. 1 pod waits/,
    0.95,
  ],
])('finds a subnet or a pool without room: %s', async (world, severity, says, confidence) => {
  const finding = await onlyFinding(world);
  expect(finding).toMatchObject({ severity, confidence });
  expect(finding.says).toMatch(says);
});

test('takes the subnet of its siblings for that of a pod that says nothing', async () => {
  const finding = (await look('kube-ovn/addresses-exhausted', 'subnet-by-siblings')).finding();
  expect(finding).toMatchObject({ severity: 'critical', about: { kind: 'Subnet', name: 'edge' } });
});

test('frees first what belongs to nobody', async () => {
  const finding = await onlyFinding('full-of-orphans');
  expect(finding.remedies.map(({ id }) => id)).toEqual(['kube-ovn/delete-orphan-address', 'kube-ovn/add-addresses']);
});

test('leaves making room to people', async () => {
  expect((await onlyFinding('full')).remedies.map(({ how }) => how)).toEqual(['manual']);
});

test.each(['not-counted-yet', 'roomy', 'wide-counters'])('stays clear: %s', async (world) => {
  expect((await look(check, world)).verdict.is).toBe('clear');
});
