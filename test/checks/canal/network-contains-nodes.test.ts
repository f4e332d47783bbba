import { expect, test } from '@jest/globals';
import { look } from '../worlds.ts';

const check = 'canal/network-contains-nodes';

async function onlyFinding(world: string) {
  return (await look(check, world)).finding();
}

test('is found with the nodes inside, and is critical when pods suffer', async () => {
  const finding = await onlyFinding('nodes-inside');
  expect(finding).toMatchObject({ severity: 'critical', confidence: 0.9 });
  expect(finding.says).toMatch(/10\.0\.0\.0\/8, contains the addresses of 3 of 3 nodes/);
});

test('is a warning that says why nobody may suffer', async () => {
  const finding = await onlyFinding('nobody-suffers');
  expect(finding).toMatchObject({ severity: 'warning', confidence: 0.7 });
  expect(finding.says).toMatch(/may route the answers back all the same/);
});

test('is put right with the cluster CIDR, when that holds no node', async () => {
  expect((await onlyFinding('nodes-inside')).remedies.map(({ id, allowed }) => [id, allowed])).toEqual([
    ['canal/set-network', true],
  ]);
});

test('offers nothing automatic when the cluster CIDR is as wide, or RKE or Helm owns the configuration', async () => {
  for (const world of ['cluster-cidr-as-wide', 'installed-by-rke', 'owned-by-helm']) {
    const { remedies } = await onlyFinding(world);
    expect(remedies.filter(({ how, allowed }) => how === 'change' && allowed)).toEqual([]);
    expect(remedies.at(-1)?.how).toBe('manual');
  }
});

test.each(['apart', 'wider-but-apart', 'pod-cidrs-outside-too'])('stays clear: %s', async (world) => {
  expect((await look(check, world)).verdict.is).toBe('clear');
});
