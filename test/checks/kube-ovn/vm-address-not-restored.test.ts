import { describe, expect, test } from '@jest/globals';
import { look } from '../worlds.ts';

const check = 'kube-ovn/vm-address-not-restored';

async function onlyFinding(world: string) {
  return (await look(check, world)).finding();
}

describe('the address of a stopped machine that another pod was given', () => {
  test.each([
    ['after-restart', 0.95, /v1\.8\.9 does not restore the addresses of stopped machines, unless .*#1974/],
    ['version-that-restores', 0.7, /v1\.12\.20 should restore such addresses.*#5557/],
    ['object-of-the-wrong-kind', 0.75, /should restore such addresses/],
    ['unknown-version', 0.8, /before v1\.8\.14, v1\.9\.13 and v1\.10\.7/],
    ['not-told-to-keep', 0.6, /--keep-vm-ip is off/],
  ])('is explained by the version and its settings: %s', async (world, confidence, says) => {
    const finding = await onlyFinding(world);
    expect(finding.confidence).toBe(confidence);
    expect(finding.says).toMatch(says);
    expect(finding.says).toMatch(/which the stopped virtual machine vms\/db-primary keeps/);
  });

  test('is traced to the start of the controller, and to the IP object without a kind', async () => {
    const says = (await onlyFinding('after-restart')).evidence.map((one) => one.says).join(' ');
    expect(says).toMatch(/podType is empty/);
    expect(says).toMatch(/the first refusal came 32 min later/);
  });

  test('is settled by deleting the pod that never started', async () => {
    expect((await onlyFinding('after-restart')).remedies[0]).toMatchObject({
      id: 'kube-ovn/delete-waiting-pod',
      allowed: true,
    });
  });

  test('is settled for another machine by a new leader, once somebody has read which machines are stopped', async () => {
    const [offer] = (await onlyFinding('machine-cannot-start')).remedies;
    expect(offer).toMatchObject({ id: 'kube-ovn/leader-hand-over', allowed: true });
    expect(offer?.preconditions.find(({ holds }) => holds === 'confirm')?.because).toMatch(
      /1 stopped: vms\/db-primary\..*#1974/,
    );
  });
});

test.each(['machine-runs', 'stopped-and-quiet'])('stays clear: %s', async (world) => {
  expect((await look(check, world)).verdict.is).toBe('clear');
});

test('warns of a running pod that has the address of a stopped machine, before anybody starts that', async () => {
  const finding = (await look(check, 'running-pod-has-it')).finding();
  expect(finding).toMatchObject({
    severity: 'warning',
    about: { kind: 'VirtualMachine', namespace: 'vms', name: 'db-primary' },
  });
  expect(finding.says).toMatch(
    /vms\/db-primary keeps 10\.33\.0\.\d+ of subnet web, but the running pod shop\/cart-5d8f6c9b7-d7vkm .*has it now/,
  );
});
