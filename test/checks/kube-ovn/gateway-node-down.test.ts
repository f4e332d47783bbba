import { describe, expect, test } from '@jest/globals';
import type { ReportedRemedy } from '../../../src/core/run.ts';
import { look } from '../worlds.ts';

const check = 'kube-ovn/gateway-node-down';

async function onlyFinding(world: string) {
  return (await look(check, world)).finding();
}

async function addition(world: string): Promise<ReportedRemedy> {
  const remedy = (await onlyFinding(world)).remedies.find(({ id }) => id === 'kube-ovn/add-gateway-node');
  if (remedy === undefined) throw new TypeError(`no gateway node is offered in ${world}`);
  return remedy;
}

describe('a subnet whose gateway nodes are down', () => {
  test('is critical, and its evidence goes from the subnet to the nodes', async () => {
    const finding = await onlyFinding('all-down');
    expect(finding).toMatchObject({
      severity: 'critical',
      confidence: 0.95,
      about: { kind: 'Subnet', name: 'egress' },
    });
    expect(finding.says).toMatch(/No gateway node of subnet egress is ready: worker-2\./);
    expect(finding.evidence.map(({ from }) => from)).toEqual([
      'Subnet egress, spec.gatewayNode and status.activateGateway',
      'Subnet egress, status.conditions[Ready]',
      'Node worker-2, status.conditions[Ready]',
    ]);
  });

  test('is found before the controller says so, with less certainty', async () => {
    expect((await onlyFinding('down-not-yet-told')).confidence).toBe(0.85);
  });

  test('says when a gateway node is no node of the cluster', async () => {
    const finding = await onlyFinding('node-gone');
    expect(finding.evidence.at(-1)?.says).toBe('There is no such node in this cluster.');
    expect(finding.remedies[0]?.steps[0]?.does).toMatch(/worker-7 is no node .* take the name out/);
  });

  test('believes the controller where the nodes are chosen by label', async () => {
    expect(await onlyFinding('by-label')).toMatchObject({ severity: 'critical', confidence: 0.85 });
  });
});

test('a subnet that names no gateway node is a warning, as that may be meant', async () => {
  const finding = await onlyFinding('unnamed');
  expect(finding).toMatchObject({ severity: 'warning', confidence: 0.9 });
  expect(finding.says).toMatch(/spec\.gatewayNode is empty/);
});

describe('a controller that does not follow its nodes', () => {
  test.each([
    ['not-moved', 'critical', /goes through worker-2, which is not ready.*has not moved it/],
    ['not-taken-up', 'warning', /still says that there is none \(NoActiveGatewayFound\)/],
  ])('is handed over: %s', async (world, severity, says) => {
    const finding = await onlyFinding(world);
    expect(finding).toMatchObject({ severity, says: expect.stringMatching(says) });
    expect(finding.remedies[0]?.id).toBe('kube-ovn/leader-hand-over');
  });

  test.each(['not-moved-yet', 'not-taken-up-yet'])('is given two minutes: %s', async (world) => {
    const finding = await onlyFinding(world);
    expect(finding.severity).toBe('info');
    expect(finding.remedies.map(({ id }) => id)).toEqual(['kube-ovn/wait-for-controller']);
  });
});

describe('adding a gateway node', () => {
  test('keeps those that are named, and asks whether it is the right one', async () => {
    const { allowed, steps, preconditions } = await addition('all-down');
    expect(allowed).toBe(true);
    expect(steps[0]).toMatchObject({
      does: 'Set spec.gatewayNode of Subnet egress from "worker-2" to "worker-2,worker-1".',
      change: { change: 'patch-object', plural: 'subnets', patch: { spec: { gatewayNode: 'worker-2,worker-1' } } },
    });
    expect(preconditions.find(({ holds }) => holds === 'confirm')).toMatchObject({
      asks: 'Do you want worker-1 to be the node?',
    });
  });

  test.each([
    ['shared', /spec\.enableEcmp/],
    ['own-address', /addresses that were chosen for them/],
  ])('has to be reviewed where the subnet is special: %s', async (world, because) => {
    const { allowed, preconditions } = await addition(world);
    expect(allowed).toBe(true);
    expect(preconditions.filter(({ holds }) => holds === 'confirm')[0]?.because).toMatch(because);
  });

  test('is refused where the nodes are chosen by label', async () => {
    const { allowed, preconditions } = await addition('by-label');
    expect(allowed).toBe(false);
    expect(preconditions.find(({ holds }) => holds === 'no')?.because).toMatch(/label a ready node instead/);
  });

  test('is not offered when no node could carry the traffic', async () => {
    const { remedies } = await onlyFinding('nobody-else');
    expect(remedies.map(({ id }) => id)).toEqual(['kube-ovn/repair-gateway-nodes']);
  });
});

test.each([
  ['carried', '2 of 2 ready; worker-1 active'],
  ['one-of-two-down', '1 of 2 ready; worker-1 active'],
  ['shared-one-down', '1 of 2 ready; all carry traffic'],
  ['by-label-carried', 'chosen by label; worker-1 active'],
  ['leave-otherwise', '0'],
  ['none-centralized', '0 of 2'],
  ['other-subnet-asked', '0 of 1'],
])('%s stays clear, and says what was looked at', async (world, is) => {
  const { verdict } = await look(check, world);
  expect([verdict.is, verdict.measured[0]?.is]).toEqual(['clear', is]);
});
