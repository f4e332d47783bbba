import { describe, expect, test } from '@jest/globals';
import type { ReportedRemedy } from '../../../src/core/run.ts';
import { look } from '../worlds.ts';

const check = 'kube-ovn/join-gateway-unreachable';

async function onlyFinding(world: string) {
  return (await look(check, world)).finding();
}

async function restart(world: string): Promise<ReportedRemedy | undefined> {
  return (await onlyFinding(world)).remedies.find(({ id }) => id === 'kube-ovn/restart-daemon');
}

describe('a node that does not reach the gateway', () => {
  test('is told by its condition and by its daemon', async () => {
    const finding = await onlyFinding('unreachable');
    expect(finding).toMatchObject({
      severity: 'critical',
      confidence: 0.95,
      about: { kind: 'Node', name: 'worker-2' },
    });
    expect(finding.evidence[0]?.says).toMatch(/reason JoinSubnetGatewayUnreachable: ping check/);
  });

  test.each(['older-version', 'nic-down'])('is told by the daemon alone: %s', async (world) => {
    const finding = await onlyFinding(world);
    expect(finding).toMatchObject({ confidence: 0.85, about: { kind: 'Node', name: 'worker-1' } });
    expect(finding.evidence[0]?.lines?.length).toBeGreaterThan(0);
  });

  test('says that an old version does not write it to the node', async () => {
    expect((await onlyFinding('older-version')).says).toMatch(/v1\.9\.8, unless .*#4915, does not write that/);
  });

  test('names Open vSwitch when that is not ready', async () => {
    expect((await onlyFinding('open-vswitch-down')).says).toMatch(/Open vSwitch is not ready on it/);
  });

  test('points to what several nodes share', async () => {
    const { findings } = await look(check, 'several-nodes');
    expect(findings.map(({ about }) => about.name)).toEqual(['worker-1', 'worker-2']);
    expect(findings[0]?.says).toMatch(/1 more node says so: look for what they share/);
  });

  test('is old news when the node itself is not ready', async () => {
    expect(await onlyFinding('node-not-ready')).toMatchObject({ severity: 'info', confidence: 0.5 });
  });
});

describe('the restart of its daemon', () => {
  test('is one pod, and allowed when it was left alone before', async () => {
    const remedy = await restart('unreachable');
    expect(remedy?.allowed).toBe(true);
    expect(remedy?.steps).toHaveLength(1);
  });

  test.each(['crash-loop', 'older-version'])('is refused where it restarts anyway: %s', async (world) => {
    const remedy = await restart(world);
    expect(remedy?.allowed).toBe(false);
    expect(remedy?.preconditions.find(({ holds }) => holds === 'no')?.because).toMatch(
      /ended with exit code 255 .* ago/,
    );
  });

  test('is refused while Open vSwitch is not ready', async () => {
    const no = (await restart('open-vswitch-down'))?.preconditions.filter(({ holds }) => holds === 'no');
    expect(no?.map(({ because }) => because)).toEqual([expect.stringMatching(/no ready ovs-ovn pod on worker-2/)]);
  });

  test('is not offered where there is no daemon', async () => {
    expect(await restart('no-daemon')).toBeUndefined();
  });
});

test.each(['all-reach', 'written-by-others', 'over', 'other-reason', 'one-node-asked'])(
  'stays clear: %s',
  async (world) => {
    const { verdict } = await look(check, world);
    expect(verdict.is).toBe('clear');
    expect(verdict.measured[0]?.is).toMatch(/^(3 of 3|1 of 1)$/);
  },
);

test('is unknown, not clear, when the only witness has no log', async () => {
  expect((await look(check, 'daemon-without-log')).verdict.because).toMatch(/this version writes nothing to the node/);
});
