import { describe, expect, test } from '@jest/globals';
import { look } from '../worlds.ts';

const check = 'kube-ovn/provider-network-not-ready';

async function onlyFinding(world: string) {
  return (await look(check, world)).finding();
}

describe('a provider network that is not connected', () => {
  test('is critical when a subnet uses it, and shows each node with its message', async () => {
    const finding = await onlyFinding('bridge-failed');
    expect(finding).toMatchObject({ severity: 'critical', about: { kind: 'ProviderNetwork', name: 'office' } });
    expect(finding.says).toMatch(/not connected on 1 node: worker-2\. Pods of subnet office .* Link not found\.$/);
    expect(finding.evidence[0]?.says).toMatch(/InitOVSBridgeFailed: .*; the interface is eth1\.$/);
  });

  test('is a warning when nobody uses it', async () => {
    expect(await onlyFinding('nobody-uses-it')).toMatchObject({ severity: 'warning' });
  });

  test('names the interface that the node has of its own', async () => {
    const [offer] = (await onlyFinding('other-interface')).remedies;
    expect(offer?.steps[0]?.does).toMatch(/^On node worker-1: ip link show bond1\./);
  });

  test('is less sure without a condition, and reads the conditions of old versions', async () => {
    expect((await onlyFinding('no-reason')).confidence).toBe(0.85);
    expect((await onlyFinding('older-version')).confidence).toBe(0.95);
  });

  test('is for a person to put right, and nothing of what it says gets into a command', async () => {
    const finding = await onlyFinding('hostile');
    expect(finding.remedies.map(({ how }) => how)).toEqual(['manual']);
    expect(JSON.stringify(finding)).not.toMatch(/0123456789abcdef|\\u001b/);
  });
});

describe('a VLAN in conflict', () => {
  test('names the other one, and the subnet that is refused for it', async () => {
    const finding = await onlyFinding('vlan-conflict');
    expect(finding).toMatchObject({ severity: 'critical', about: { kind: 'Vlan', name: 'vlan-floor-2' } });
    expect(finding.says).toMatch(/\(id 204\) is in conflict with vlan-204 .* Subnet office does not become ready/);
    expect(finding.evidence.at(-1)?.says).toMatch(/ValidateSubnetVlanFailed: subnet office vlan/);
  });

  test('may be one with an interface of the nodes', async () => {
    const finding = await onlyFinding('vlan-taken-by-node');
    expect(finding).toMatchObject({ severity: 'warning', says: expect.stringMatching(/with something on the nodes/) });
    expect(finding.remedies[0]?.steps.at(-1)?.does).toMatch(/delete vlans\.kubeovn\.io vlan-204$/);
  });
});

test.each([
  'all-ready',
  'no-underlay',
  'node-excluded',
  'node-gone',
  'just-made',
  'being-deleted',
  'same-id-elsewhere',
  'other-subnet-asked',
])('stays clear: %s', async (world) => {
  expect((await look(check, world)).verdict.is).toBe('clear');
});

test('says when the version does not look for VLAN conflicts', async () => {
  const { verdict } = await look(check, 'older-version');
  expect(verdict.measured[1]?.is).toMatch(/v1\.9\.8, unless your vendor back-ported #5233, does not look/);
});
