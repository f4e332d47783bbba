import { describe, expect, test } from '@jest/globals';
import { look } from '../worlds.ts';

const check = 'kube-ovn/stuck-terminating';

async function onlyFinding(world: string) {
  return (await look(check, world)).finding();
}

async function steps(world: string): Promise<string[]> {
  const remedy = (await onlyFinding(world)).remedies.find(({ id }) => id === 'kube-ovn/release-terminating');
  return remedy?.steps.map(({ does }) => does) ?? [];
}

describe('a subnet that cannot be deleted', () => {
  test.each(['addresses-left', 'old-pod-ended'])('names the addresses that nobody owns: %s', async (world) => {
    const finding = await onlyFinding(world);
    expect(finding).toMatchObject({ severity: 'warning', about: { kind: 'Subnet', name: 'batch' } });
    expect(finding.says).toMatch(/without an owner (is|are) left in it/);
    expect(await steps(world)).toContain(
      'Nobody owns 10.44.0.9 any more: kubectl delete ips.kubeovn.io job-7-x2x7k.ci',
    );
  });

  test('is counted wrongly when no address is left, which a hand-over puts right', async () => {
    const finding = await onlyFinding('counted-wrongly');
    expect(finding.says).toMatch(/no address of it is left, so the controller counts wrongly/);
    expect(finding.remedies[0]?.id).toBe('kube-ovn/leader-hand-over');
  });

  test.each([
    ['pods-use-it', /2 owners still use it/],
    ['machine-uses-it', /vms\/build-runner still uses it/],
    ['address-reserved', /printer still uses it/],
  ])('rightly waits while it is used, and nothing is taken from its owners: %s', async (world, says) => {
    const finding = await onlyFinding(world);
    expect(finding).toMatchObject({ severity: 'info', says: expect.stringMatching(says) });
    expect((await steps(world)).join(' ')).not.toMatch(/kubectl (delete|patch)/);
  });
});

describe('an address that cannot be deleted', () => {
  test('waits for a subnet that is gone, in versions that know no better', async () => {
    const finding = await onlyFinding('subnet-gone');
    expect(finding.says).toMatch(
      /2 addresses of subnet batch .* v1\.14\.20, unless .*#6275, such addresses stay for ever/,
    );
    expect((await steps('subnet-gone')).join('\n')).toMatch(
      /-o yaml > job-7-x2x7k\.ci\.yaml\n.*Logical_Switch_Port.*\n.*"finalizers":null/,
    );
  });

  test('keeps its finalizer where the version drops it by itself', async () => {
    expect((await steps('subnet-gone-fixed-version')).join(' ')).not.toMatch(/finalizers":null/);
  });

  test('says that it depends on the version where that is not known', async () => {
    expect((await onlyFinding('subnet-gone-unknown-version')).says).toMatch(/Versions before v1\.14\.31, v1\.15\.3/);
  });

  test('is an alarm when its owner lives, and nothing is offered that would hurry it', async () => {
    expect(await onlyFinding('owner-lives')).toMatchObject({
      severity: 'critical',
      says: expect.stringMatching(/checkout-5d8f6c9b7-6gnwb\.shop/),
      remedies: [],
    });
  });

  test('is handed to another leader when its owner is gone', async () => {
    expect((await onlyFinding('owner-gone')).remedies[0]?.id).toBe('kube-ovn/leader-hand-over');
  });
});

test.each(['nothing-deleted', 'just-deleted', 'other-finalizer', 'other-subnet-asked'])(
  'stays clear: %s',
  async (world) => {
    expect((await look(check, world)).verdict.is).toBe('clear');
  },
);
