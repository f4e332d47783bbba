import { describe, expect, test } from '@jest/globals';
import { look, openSilent } from '../worlds.ts';

const check = 'kube-ovn/leftover-switch-port';

async function onlyFinding(world: string) {
  return (await look(check, world)).finding();
}

async function remedyIds(world: string) {
  return (await onlyFinding(world)).remedies.map(({ id }) => id);
}

describe('a port without an owner that a pod waits for', () => {
  test('is found although no controller gives its log, and says so', async () => {
    const { findings } = await look(check, 'object-and-port', openSilent);
    expect(findings[0]?.evidence.at(-1)?.says).toMatch(/^Could not read the log of /);
  });

  test('is said to be due while the collection may still come, with the time', async () => {
    const finding = await onlyFinding('collection-due');
    expect(finding).toMatchObject({ severity: 'warning', confidence: 0.9 });
    expect(finding.says).toMatch(/should be gone by 10:07:00 UTC, in 7 min/);
    expect(finding.remedies.map(({ how }) => how)).toEqual(['wait']);
  });

  test('is said to stay when two rounds are over, or there are none', async () => {
    expect(await onlyFinding('object-and-port')).toMatchObject({ severity: 'critical', confidence: 0.95 });
    expect((await onlyFinding('collection-off')).says).toMatch(/turned off \(--gc-interval=0\)/);
  });

  test('goes with its IP object where the version does that', async () => {
    expect(await remedyIds('object-and-port')).toEqual([
      'kube-ovn/delete-orphan-address',
      'kube-ovn/delete-port-by-hand',
    ]);
  });

  test('goes with a new leader where that collects at its start, else by hand', async () => {
    expect(await remedyIds('port-only')).toEqual(['kube-ovn/leader-hand-over', 'kube-ovn/delete-port-by-hand']);
    expect(await remedyIds('port-only-by-hand')).toEqual(['kube-ovn/delete-port-by-hand']);
  });

  test('may be that of a pod which has ended', async () => {
    expect((await onlyFinding('ended-pod')).says).toMatch(/Pod shop\/report-x2b9k, which has ended/);
  });
});

describe('IP objects without an owner', () => {
  test('are one finding about their subnet, and are deleted one by one', async () => {
    const finding = await onlyFinding('orphans');
    expect(finding).toMatchObject({ severity: 'warning', about: { kind: 'Subnet', name: 'web' } });
    expect(finding.says).toMatch(/^3 IP objects of subnet web have no owner/);
    expect(finding.remedies[0]?.steps.map(({ change }) => change?.change)).toEqual(Array(3).fill('delete-object'));
  });

  test('are deleted in an old version only once somebody has read that counters change and nothing else', async () => {
    const [offer] = (await onlyFinding('orphans-of-an-old-version')).remedies;
    expect(offer?.preconditions.at(-1)).toMatchObject({ holds: 'confirm' });
  });

  test('are let be while the controller may still collect them', async () => {
    const finding = await onlyFinding('orphans-while-collecting');
    expect(finding.says).toMatch(/look again at 10:07:00 UTC/);
    expect(finding.remedies).toEqual([]);
  });

  test('are told with the name of their subnet when that is gone', async () => {
    expect((await onlyFinding('orphan-of-a-lost-subnet')).about).toMatchObject({ kind: 'Subnet', name: 'old' });
  });

  test('are not deleted when they say that they were made for a virtual machine', async () => {
    const [offer] = (await onlyFinding('orphan-said-to-be-a-machine')).remedies;
    expect(offer?.allowed).toBe(false);
    expect(offer?.preconditions.find(({ holds }) => holds === 'no')?.because).toMatch(
      /may belong to a virtual machine/,
    );
  });
});

test('stays clear where every object has an owner, also one without a pod', async () => {
  expect((await look(check, 'owners-without-pods')).verdict).toMatchObject({ is: 'clear' });
});
