import { describe, expect, test } from '@jest/globals';
import { subnet } from '../../../playbooks/subnet.ts';
import type { ReportedRemedy } from '../../../src/core/run.ts';
import { carryOut, loadWorld, look, openCluster, openSilent, runOn } from '../worlds.ts';

const check = 'kube-ovn/subnet-not-ready';

async function onlyFinding(world: string) {
  return (await look(check, world)).finding();
}

async function handOver(world: string): Promise<ReportedRemedy> {
  const [finding] = (await look(check, world)).findings;
  const remedy = finding?.remedies.find(({ id }) => id === 'kube-ovn/leader-hand-over');
  if (remedy === undefined) throw new TypeError(`no hand-over is offered in ${world}`);
  return remedy;
}

describe('a subnet whose node routes are gone', () => {
  test('is critical, and its evidence goes from the condition over the nodes to the controllers', async () => {
    const { findings } = await look(check, 'leader-change');
    expect(findings.map(({ about }) => about.name)).toEqual(['ovn-default', 'web']);
    const [finding] = findings;
    expect(finding).toMatchObject({ severity: 'critical', confidence: 0.95 });
    expect(finding?.says).toMatch(
      /ovn-default \(10\.16\.0\.0\/16\) has not been ready for 8 min .*v1\.9\.8.*back-ported #4258/,
    );
    expect(finding?.evidence.map(({ from }) => from)).toEqual([
      'Subnet ovn-default, status.conditions[Ready]',
      expect.stringMatching(/kube-ovn-cni/),
      'Pods of subnet ovn-default, status.conditions[Ready]',
      expect.stringMatching(/kube-ovn-pinger/),
      expect.stringMatching(/kube-ovn-pinger/),
      expect.stringMatching(/kube-ovn-controller/),
      'ConfigMap kube-system/ovn-config',
    ]);
  });

  test('shows the newest of many log lines, and how many there were', async () => {
    const [finding] = (await look(check, 'leader-change')).findings;
    const failures = finding?.evidence.find(({ says }) => says.includes('failed reconcile'));
    expect(failures?.says).toMatch(/^33 lines .* loadgen-79f6c8b5d-qk7xz\.perf\.$/);
    expect(failures?.lines).toHaveLength(12);
    expect(failures?.outOf).toBe(72);
  });

  test('measures each subnet that is not ready, and how many are', async () => {
    const { measured } = (await look(check, 'leader-change')).verdict;
    expect(measured).toEqual([
      { what: 'Subnets ready', is: '3 of 5; 1 more is not ready, as expected' },
      { what: 'Subnet camera-macvlan, Ready', is: expect.stringMatching(/as expected: its provider/) },
      { what: 'Subnet ovn-default, Ready', is: 'False for 8 min (ListLogicalSwitchFailed)' },
      { what: 'Subnet web, Ready', is: 'False for 8 min (ListLogicalSwitchFailed)' },
    ]);
  });

  test('is less certain the less is seen of it', async () => {
    const worlds = ['leader-change', 'felt-by-pods', 'lease-lock', 'routes-put-back'];
    const seen = await Promise.all(worlds.map(async (world) => (await look(check, world)).findings[0]?.confidence));
    expect(seen).toEqual([0.95, 0.8, 0.7, 0.5]);
  });

  test('does not say that its pods lost the API server while all of them are ready', async () => {
    const { says, confidence } = await onlyFinding('unfelt-by-pods');
    expect(says).toMatch(/Then its pods lose the API server, .*; all 4 of them are still ready\.$/);
    expect(confidence).toBe(0.7);
    expect((await onlyFinding('felt-by-pods')).says).toMatch(/Its pods lose the API server, .* probe them\.$/);
  });

  test('is believed to have lost its routes when a daemon says so, whatever the version promises', async () => {
    const finding = await onlyFinding('routes-gone-all-the-same');
    expect(finding).toMatchObject({ severity: 'critical', confidence: 0.75 });
    expect(finding.says).toMatch(/although kube-ovn v1\.14\.4 should leave them/);
  });

  test('is found where next to nothing else is written down', async () => {
    expect(await onlyFinding('few-objects')).toMatchObject({ severity: 'critical', confidence: 0.7 });
    expect(await onlyFinding('pods-only')).toMatchObject({ severity: 'critical', confidence: 0.8 });
  });

  test('is found although no node answers for its logs, and says which are missing', async () => {
    const seen = await look(check, 'leader-change', openSilent);
    expect(seen.findings[0]).toMatchObject({ severity: 'critical' });
    expect(seen.findings[0]?.evidence.at(-1)?.says).toMatch(
      /^Could not read the log of kube-system.* more could not be/,
    );
  });

  test('is unknown, not found, where a right to read logs is missing', async () => {
    const world = loadWorld(`${check}/leader-change`);
    const seen = await look(check, { ...world, denied: [{ verb: 'get', resource: 'pods/log' }] });
    expect(seen.verdict.is).toBe('unknown');
  });

  test('is found when the controller never looked at it at all', async () => {
    expect((await onlyFinding('never-reconciled')).says).toMatch(/has not been ready for 10 min \(Init\)/);
  });
});

describe('a subnet that keeps its routes', () => {
  test.each(['gate-validated', 'gate-none', 'gate-ready-except-join', 'own-vpc', 'node-addresses-inside'])(
    'is a warning and brings no pressure to restart anything: %s',
    async (world) => {
      const finding = await onlyFinding(world);
      expect(finding).toMatchObject({ severity: 'warning', confidence: 0.9 });
      expect(finding.remedies.map(({ id }) => id)).toEqual(['kube-ovn/trace-reconcile']);
    },
  );

  test('is not exempt where only the join subnet is', async () => {
    expect(await onlyFinding('gate-ready-ordinary')).toMatchObject({ severity: 'critical' });
  });

  test('says that it depends on the version where that is not known', async () => {
    const finding = await onlyFinding('unknown-version');
    expect(finding).toMatchObject({ severity: 'warning', confidence: 0.6 });
    expect(finding.says).toMatch(/version of kube-ovn is not known/);
  });
});

describe('look-alikes', () => {
  test.each([
    ['old-error', '2 of 2'],
    ['just-created', '2 of 2; 1 more is not ready, as expected'],
    ['other-provider', '2 of 2; 1 more is not ready, as expected'],
    ['being-deleted', '2 of 2; 1 more is not ready, as expected'],
    ['no-gateway-node', '2 of 2; 1 more is not ready, as expected'],
    ['no-active-gateway', '2 of 2; 1 more is not ready, as expected'],
    ['vlan', '3 of 3'],
    ['wide-counters', '2 of 2'],
  ])('%s stays clear, and says what was looked at', async (world, is) => {
    const { verdict } = await look(check, world);
    expect(verdict.is).toBe('clear');
    expect(verdict.measured[0]).toEqual({ what: 'Subnets ready', is });
  });

  test('a refused configuration that no pod uses yet is no emergency', async () => {
    const { severity, says } = await onlyFinding('refused-and-unused');
    expect(severity).toBe('warning');
    expect(says).toMatch(/No pod uses it yet\.$/);
  });

  test('a subnet that was never reconciled and that no pod uses yet is no emergency either', async () => {
    const { severity, says } = await onlyFinding('never-reached-and-unused');
    expect(severity).toBe('warning');
    expect(says).toMatch(/No pod uses it yet\.$/);
  });

  test('a refused configuration is a decision for a person, and nothing is restarted for it', async () => {
    const finding = await onlyFinding('cidr-conflict');
    expect(finding).toMatchObject({ severity: 'critical', confidence: 0.95 });
    expect(finding.remedies.map(({ id, how }) => [id, how])).toEqual([['kube-ovn/correct-subnet', 'manual']]);
  });
});

describe('what it is pointed at', () => {
  test('narrows it to that subnet', async () => {
    const seen = await look(check, 'one-subnet-asked');
    expect(seen.finding().about.name).toBe('batch');
    expect(seen.verdict.measured[0]).toEqual({ what: 'Subnets ready', is: '0 of 1' });
  });

  test('is unknown, with the names there are, when it does not exist', async () => {
    const { verdict } = await look(check, 'no-such-subnet');
    expect(verdict.because).toBe(
      'Could not look at subnet ovn-defualt: there is no such subnet; there are: join and ovn-default.',
    );
  });

  test('is unknown, not clear, when there is not one subnet', async () => {
    expect((await look(check, 'no-subnets')).verdict).toMatchObject({ is: 'unknown' });
  });
});

describe('waiting', () => {
  test('is all that is offered while the condition is younger than two minutes', async () => {
    const finding = await onlyFinding('settling');
    expect(finding).toMatchObject({ severity: 'info' });
    expect(finding.remedies.map(({ id }) => id)).toEqual(['kube-ovn/wait-for-controller']);
  });

  test('comes before everything else while the leader is younger than two minutes, and no hand-over is offered', async () => {
    const ids = (await onlyFinding('fresh-leader')).remedies.map(({ id }) => id);
    expect(ids[0]).toBe('kube-ovn/wait-for-controller');
    expect(ids).not.toContain('kube-ovn/leader-hand-over');
  });
});

describe('the hand-over', () => {
  test('deletes the leader with its uid and 30 s of grace, and waits until as many controllers are ready as before', async () => {
    const { allowed, steps, touches } = await handOver('leader-change');
    expect({ allowed, touches }).toEqual({ allowed: true, touches: { nodes: 1, pods: 1 } });
    expect(steps).toHaveLength(1);
    expect(steps[0]).toMatchObject({
      change: { change: 'delete-pod', name: 'kube-ovn-controller-6c5f7d8b94-m8qtz', gracePeriodSeconds: 30 },
      settled: { until: 'pods-ready', labels: 'app=kube-ovn-controller', atLeast: 3 },
    });
  });

  test('is not offered when nobody leads', async () => {
    const ids = (await onlyFinding('nobody-leads')).remedies.map(({ id }) => id);
    expect(ids).not.toContain('kube-ovn/leader-hand-over');
  });

  test.each([
    ['hand-over-no-other-ready', 'no', /Of 2 replicas, none but the leader is ready/],
    ['hand-over-database-without-leader', 'no', /ovn-nb has 0, ovn-sb has 1 and ovn-northd has 1/],
    ['hand-over-node-without-address', 'no', /worker-2 lacks ovn\.kubernetes\.io\/allocated="true"/],
    ['hand-over-api-server-not-ready', 'no', /\/readyz answers 500: \[-\]etcd failed/],
    ['hand-over-api-server-restless', 'no', /1 log line tells of time-outs within the last 2 minutes/],
    ['hand-over-no-logs', 'unknown', /No controller has a log/],
  ])('is refused: %s', async (world, holds, because) => {
    const { allowed, preconditions } = await handOver(world);
    expect(allowed).toBe(false);
    expect(preconditions.filter((guard) => guard.holds !== 'yes')).toEqual([
      { asks: expect.any(String), holds, because: expect.stringMatching(because) },
    ]);
  });

  test.each([
    ['hand-over-single-replica', /no pod gets an address until it is back/],
    ['hand-over-stopped-machines', /2 stopped: vms\/build-runner and vms\/db-primary.*#1974/],
    ['hand-over-mass-deletion', /60 pods are terminating/],
    ['hand-over-blocking-pod', /perf\/loadgen-5d8f6c9b7-qk7xz still runs/],
  ])('asks to confirm: %s', async (world, because) => {
    const { allowed, preconditions } = await handOver(world);
    expect(allowed).toBe(true);
    expect(preconditions.filter((guard) => guard.holds !== 'yes')).toEqual([
      { asks: expect.any(String), holds: 'confirm', because: expect.stringMatching(because) },
    ]);
  });

  test('is refused, and the finding stands, when a guard may not be looked at', async () => {
    const world = loadWorld(`${check}/lease-lock`);
    const seen = await look(check, {
      ...world,
      denied: [{ verb: 'list', resource: 'endpointslices.discovery.k8s.io' }],
    });
    const remedy = seen.finding().remedies.find(({ id }) => id === 'kube-ovn/leader-hand-over');
    expect(remedy).toMatchObject({ allowed: false, preconditions: [{ holds: 'unknown' }] });
  });
});

describe('what a person can do', () => {
  test('comes with the real addresses', async () => {
    const [finding] = (await look(check, 'leader-change')).findings;
    const byHand = finding?.remedies.find(({ id }) => id === 'kube-ovn/restore-routes-by-hand');
    expect(byHand?.steps.map(({ does }) => does)).toEqual(
      ['master-1', 'master-2', 'master-3'].map(
        (node) => `On node ${node}, as root: ip route replace 10.16.0.0/16 via 100.64.0.1 dev ovn0`,
      ),
    );
  });

  test('never carries text of the cluster into a command, and hides secrets it quotes', async () => {
    const steps = (world: Awaited<ReturnType<typeof onlyFinding>>) => JSON.stringify(world.remedies);
    const hostile = steps(await onlyFinding('hostile'));
    expect(hostile).not.toMatch(/reboot/);
    const refusal = steps(await onlyFinding('hostile-refusal'));
    expect(refusal).not.toMatch(/0123456789abcdef|\\u001b/);
  });
});

test('stands below its causes when the whole playbook runs', async () => {
  const report = await runOn(loadWorld(`${check}/leader-change`), subnet);
  expect(report.findings.map(({ code, causedBy }) => [code, causedBy])).toEqual([
    ['kube-ovn/apiserver-timeouts', []],
    ['kube-ovn/controller-leadership', ['kube-ovn/apiserver-timeouts']],
    ['kube-ovn/blocking-pod', ['kube-ovn/controller-leadership']],
    ['kube-ovn/blocking-pod', ['kube-ovn/controller-leadership']],
    [check, ['kube-ovn/blocking-pod', 'kube-ovn/controller-leadership']],
    [check, ['kube-ovn/blocking-pod', 'kube-ovn/controller-leadership']],
    ['kube-ovn/node-route-missing', [check]],
    ['kube-ovn/node-route-missing', [check]],
  ]);
});

test('leaves nothing but history behind once the hand-over has helped', async () => {
  const world = loadWorld(`${check}/leader-change`);
  const cluster = openCluster(world);
  const proof = await carryOut(check, world, undefined, cluster);
  expect(proof.after).toContainEqual({ what: 'Subnet ovn-default, Ready', is: expect.stringMatching(/^True for/) });
  const report = await runOn(world, subnet, cluster);
  expect(report.findings.map(({ code, says }) => [code, says])).toEqual([
    ['kube-ovn/apiserver-timeouts', expect.stringMatching(/It has been quiet since\./)],
  ]);
});

test('asks a healthy cluster for its platform and its subnets, and nothing else', async () => {
  const { report } = await look(check, 'all-ready');
  expect(report.reads.requests).toBeLessThanOrEqual(8);
});

test('does not apply where kube-ovn is not installed', async () => {
  const { verdict } = await look(check, 'not-installed');
  expect(verdict).toMatchObject({ is: 'not-applicable', because: 'kube-ovn is not installed on this cluster.' });
});
