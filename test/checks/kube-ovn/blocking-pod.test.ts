import { describe, expect, test } from '@jest/globals';
import { look } from '../worlds.ts';

const check = 'kube-ovn/blocking-pod';

async function onlyFinding(world: string) {
  return (await look(check, world)).finding();
}

describe('a pod that still runs', () => {
  test('is found by the name of its port, and the finding is about its workload', async () => {
    const finding = await onlyFinding('running-pod');
    expect(finding).toMatchObject({
      severity: 'critical',
      about: { kind: 'Deployment', namespace: 'perf', name: 'loadgen' },
    });
    expect(finding.says).toMatch(
      /perf\/loadgen-5d8f6c9b7-qk7xz has no logical port.*v1\.9\.8 does not, unless .*#1924 and #1925/,
    );
    expect(finding.evidence[0]?.lines?.at(-1)).toMatch(/port name not found, requeuing$/);
  });

  test('is recreated by a person, who is told whom it belongs to', async () => {
    const [offer] = (await onlyFinding('running-pod')).remedies;
    expect(offer).toMatchObject({ id: 'kube-ovn/recreate-blocking-pod', how: 'manual' });
    expect(offer?.steps.map(({ does }) => does)).toContain(
      'Delete it: kubectl -n perf delete pod loadgen-5d8f6c9b7-qk7xz',
    );
  });

  test('is saved first when nothing recreates it', async () => {
    const [offer] = (await onlyFinding('bare-pod')).remedies;
    expect(offer?.steps[0]?.does).toMatch(/get pod debug -o yaml > debug\.yaml/);
  });

  test('is the launcher of a virtual machine when the port has the name of the machine', async () => {
    expect((await onlyFinding('virtual-machine')).about).toMatchObject({
      kind: 'VirtualMachineInstance',
      name: 'db-primary',
    });
  });
});

test.each(['pod-gone', 'pod-ended'])(
  'explains the long back-off when the pod is no longer alive: %s',
  async (world) => {
    const finding = await onlyFinding(world);
    expect(finding).toMatchObject({
      severity: 'warning',
      about: { kind: 'Subnet', name: 'ovn-default' },
      remedies: [],
    });
    expect(finding.says).toMatch(/whose pod is gone by now.*up to 16 minutes/);
  },
);

test.each(['ready-since', 'other-subnet', 'other-reason', 'all-ready'])('stays clear: %s', async (world) => {
  expect((await look(check, world)).verdict.is).toBe('clear');
});

test('does not apply to a version that passes such pods, and names those that do not', async () => {
  const { verdict } = await look(check, 'fixed-version');
  expect(verdict.is).toBe('not-applicable');
  expect(verdict.because).toMatch(/v1\.9\.11 .*v1\.9\.5 to v1\.9\.10 and v1\.10\.0 to v1\.10\.6/);
});

test('shows a hostile port name as text', async () => {
  const shown = JSON.stringify(await onlyFinding('hostile'));
  expect(shown).not.toMatch(/0123456789abcdef|\\u001b/);
});
