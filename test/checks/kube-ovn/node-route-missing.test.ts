import { describe, expect, test } from '@jest/globals';
import { subnet } from '../../../playbooks/subnet.ts';
import type { ReportedRemedy } from '../../../src/core/run.ts';
import { loadWorld, look, runOn } from '../worlds.ts';

const check = 'kube-ovn/node-route-missing';

async function onlyFinding(world: string) {
  return (await look(check, world)).finding();
}

async function restart(world: string): Promise<ReportedRemedy> {
  const remedy = (await onlyFinding(world)).remedies.find(({ id }) => id === 'kube-ovn/restart-daemon');
  if (remedy === undefined) throw new TypeError(`no restart is offered in ${world}`);
  return remedy;
}

describe('a route that the daemons took away with the subnet', () => {
  test('is about the subnet, names the nodes, and leaves the repair to the subnet', async () => {
    const finding = await onlyFinding('taken-away');
    expect(finding).toMatchObject({
      severity: 'critical',
      confidence: 0.95,
      about: { kind: 'Subnet', name: 'ovn-default' },
    });
    expect(finding.says).toMatch(/^3 nodes, master-1, worker-1 and worker-2, have no route .* while Ready /);
    expect(finding.remedies.map(({ id }) => id)).toEqual(['kube-ovn/restore-routes-by-hand']);
  });

  test('is seen in the log of before the daemon ended', async () => {
    expect((await onlyFinding('taken-away-before-restart')).says).toMatch(/^Node worker-1 has no route/);
  });

  test('is seen in lines that tell of several whole routes', async () => {
    expect((await onlyFinding('two-in-one-line')).about.name).toBe('web');
  });

  test('says how many nodes were not looked at', async () => {
    expect((await onlyFinding('some-not-looked-at')).says).toMatch(
      /3 of 7 nodes were looked at; the other 4 may miss it/,
    );
  });

  test('is less certain where the version is not known', async () => {
    expect((await onlyFinding('unknown-version')).confidence).toBe(0.85);
  });
});

describe('a route that was not put back', () => {
  test('is about its node, and the version explains it', async () => {
    const finding = await onlyFinding('not-put-back');
    expect(finding).toMatchObject({ confidence: 0.9, about: { kind: 'Node', name: 'worker-1' } });
    expect(finding.says).toMatch(/v1\.9\.20, unless .*#2963, puts routes on only when the subnet changes/);
  });

  test('is about the daemons when it is missing on several nodes', async () => {
    expect((await onlyFinding('not-put-back-on-many')).about).toMatchObject({
      kind: 'DaemonSet',
      name: 'kube-ovn-cni',
    });
  });

  test('is less certain in a version that should put it back', async () => {
    expect(await onlyFinding('synchronising-version')).toMatchObject({
      confidence: 0.7,
      says: expect.stringMatching(/should put it back every 3 s/),
    });
  });

  test('is seen for each address family', async () => {
    expect((await onlyFinding('one-family')).says).toMatch(/misses the route to subnet ovn-default/);
  });
});

describe('a route that the kernel does not take', () => {
  test('names another route to the same network, which a person has to find', async () => {
    const finding = await onlyFinding('refused-by-kernel');
    expect(finding.says).toMatch(/answered kube-ovn-cni "file exists"\. Another route/);
    expect(finding.remedies.map(({ id, how }) => [id, how])).toEqual([['kube-ovn/remove-foreign-route', 'manual']]);
    expect(finding.remedies[0]?.steps[1]?.does).toMatch(/ip route show table all \| grep 10\.16\.0\.0$/);
  });

  test('quotes whatever else the kernel said', async () => {
    expect((await onlyFinding('refused-unreachable')).says).toMatch(/"network is unreachable"/);
  });
});

describe('pods that are not ready on one node alone', () => {
  test('are a suspicion, and said to be one', async () => {
    const finding = await onlyFinding('felt-on-one-node');
    expect(finding).toMatchObject({ severity: 'warning', confidence: 0.5, about: { kind: 'Node', name: 'worker-1' } });
    expect(finding.says).toMatch(/may have lost .* Nothing in the cluster shows the routes themselves/);
  });

  test('let a person look first, and confirm before anything is restarted', async () => {
    const [compare] = (await onlyFinding('felt-on-one-node')).remedies;
    expect(compare?.steps[1]?.does).toMatch(/ip route replace 10\.16\.0\.0\/16 via 100\.64\.0\.1 dev ovn0$/);
    const asked = (await restart('felt-on-one-node')).preconditions.filter(({ holds }) => holds === 'confirm');
    expect(asked[0]?.asks).toBe('Has somebody seen on the node that the route is missing?');
  });
});

describe('the restart of the daemons', () => {
  test('is for three nodes at most, one pod after the other', async () => {
    const { allowed, steps, touches } = await restart('not-put-back-on-many');
    expect({ allowed, touches }).toEqual({ allowed: true, touches: { nodes: 3, pods: 3 } });
    expect(steps.map(({ settled }) => settled)).toEqual(
      Array(3).fill(expect.objectContaining({ until: 'pods-ready', labels: 'app=kube-ovn-cni', atLeast: 5 })),
    );
  });

  test.each([
    ['restart-without-open-vswitch', /no ready ovs-ovn pod on worker-1/],
    ['restart-without-leader', /No ready controller pod holds the leader lock/],
    ['restart-without-database', /ovn-sb has 0/],
    ['restart-a-second-time', /was started 4 min ago, and that has not helped/],
  ])('is refused: %s', async (world, because) => {
    const { allowed, preconditions } = await restart(world);
    expect(allowed).toBe(false);
    expect(preconditions.filter(({ holds }) => holds === 'no').map((guard) => guard.because)).toEqual([
      expect.stringMatching(because),
    ]);
  });

  test('has to be confirmed in versions before #2272', async () => {
    const { allowed, preconditions } = await restart('restart-in-old-version');
    expect(allowed).toBe(true);
    expect(preconditions.find(({ holds }) => holds === 'confirm')?.because).toMatch(/v1\.9\.8, unless .*#2272/);
  });
});

test.each([
  'all-there',
  'put-back',
  'not-put-back-yet',
  'gate-validated',
  'restarted-since',
  'other-network',
  'rightly-taken-away',
  'taken-at-second-try',
  'felt-everywhere',
  'felt-in-synchronising-version',
  'felt-by-few',
  'felt-without-daemon',
  'pods-starting',
  'nothing-routed',
])('stays clear, and says how many nodes were read: %s', async (world) => {
  const { verdict } = await look(check, world);
  expect([verdict.is, verdict.measured[0]?.is]).toEqual(['clear', expect.stringMatching(/^[03] of 3$/)]);
});

test('does not ask a node that went silent, however many of its pods feel it', async () => {
  const { verdict } = await look(check, 'felt-on-broken-node');
  expect([verdict.is, verdict.measured[0]?.is]).toEqual(['clear', '2 of 3']);
});

test('is unknown, not clear, when no daemon has a log', async () => {
  expect((await look(check, 'no-logs')).verdict.is).toBe('unknown');
});

test('reads the log of the node that was asked about, and no other', async () => {
  expect((await look(check, 'one-node-asked')).verdict.measured[0]?.is).toBe('1 of 3');
});

test('stands below the subnet when the whole playbook runs', async () => {
  const report = await runOn(loadWorld(`${check}/taken-away`), subnet);
  expect(report.findings.map(({ code, causedBy }) => [code, causedBy])).toEqual([
    ['kube-ovn/subnet-not-ready', []],
    [check, ['kube-ovn/subnet-not-ready']],
  ]);
});
