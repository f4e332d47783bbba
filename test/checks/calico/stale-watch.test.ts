import { describe, expect, test } from '@jest/globals';
import { staleWatch } from '../../../playbooks/checks/calico/stale-watch.ts';
import { catalogue } from '../../../src/catalogue.ts';
import { carryOut, loadWorld, look, openCluster, runOn } from '../worlds.ts';

const check = 'calico/stale-watch';

async function onlyFinding(world: string) {
  return (await look(check, world)).finding();
}

async function offer(world: string, remedy = 'calico/restart-node-agents') {
  return (await onlyFinding(world)).remedies.find(({ id }) => id === remedy);
}

async function refusals(world: string, remedy?: string) {
  const guards = (await offer(world, remedy))?.preconditions ?? [];
  return guards.filter(({ holds }) => holds !== 'yes').map(({ holds, because }) => `${holds}: ${because}`);
}

describe('after an API server was restarted', () => {
  test('says which nodes are stuck, that they look well, and why this version never recovers', async () => {
    const finding = await onlyFinding('after-api-server-restart');
    expect(finding).toMatchObject({
      severity: 'critical',
      confidence: 0.99,
      about: { kind: 'DaemonSet', namespace: 'kube-system', name: 'calico-node' },
    });
    expect(finding.says).toMatch(/on 2 of 6 nodes \(worker-3 and worker-5\).*The node stays Ready all the same/);
    expect(finding.says).toMatch(/v3\.22\.0 never recovers .*unless your vendor back-ported #6045/);
    expect(finding.says).toMatch(/Kubernetes v1\.18\.20 takes the revision of a list literally/);
  });

  test('shows the log lines, how old and new pods fare, and the start of the API server', async () => {
    const { evidence } = await onlyFinding('after-api-server-restart');
    expect(evidence[0]?.says).toMatch(
      /repeats 13 refused lists \(workloadendpoints, profiles.*took 2 host routes away/,
    );
    expect(evidence[0]?.lines?.join('\n')).toMatch(/felix\/watchercache\.go 188: .*provided list is too old/);
    expect(evidence[2]?.says).toMatch(/Of 3 pods created since 03:21:07 UTC, 2 are not ready.*Of 2 older ones, 2/);
    expect(evidence[3]?.says).toMatch(/API server on master-1 started at 03:21:07 UTC/);
  });

  test('restarts the agents of these nodes one after the other, and nothing else', async () => {
    const restart = await offer('after-api-server-restart');
    expect(restart?.allowed).toBe(true);
    expect(restart?.steps.map(({ change }) => change?.change)).toEqual(['delete-pod', 'delete-pod']);
    expect(restart?.steps[0]?.settled).toMatchObject({
      until: 'pods-ready',
      labels: 'k8s-app=calico-node',
      atLeast: 6,
    });
    expect(restart?.touches).toEqual({ nodes: 2, pods: 2 });
    expect(restart?.whenNotToUse.join(' ')).toMatch(/Do not cordon, drain or reset/);
  });

  test('is proved by pods that got well where they were', async () => {
    const proof = await carryOut(check, loadWorld(`${check}/after-api-server-restart`), 'calico/restart-node-agents');
    const waiting = (side: typeof proof.before) => side.find(({ what }) => what.startsWith('Pods that wait'))?.is;
    expect(proof.outcome).toBe('resolved');
    expect([waiting(proof.before), waiting(proof.after)]).toEqual(['2', '0']);
  });

  test('stands above the pods that suffer from it', async () => {
    const playbook = catalogue.playbooks.find(({ id }) => id === 'pod-network');
    if (playbook === undefined) throw new TypeError('there is no playbook pod-network');
    const { findings } = await runOn(loadWorld(`${check}/after-api-server-restart`), playbook);
    expect(findings.map(({ code, causedBy }) => ({ code, causedBy }))).toEqual([
      { code: check, causedBy: [] },
      { code: 'workload/network-not-ready', causedBy: [check] },
      { code: 'workload/network-not-ready', causedBy: [check] },
    ]);
  });
});

test.each([
  ['no-new-pods', 0.95, 'critical', /v3\.22\.0 never recovers/],
  ['policies-only', 0.95, 'warning', /New pods are still seen; changes of policies and settings are not/],
  ['settings-only', 0.95, 'warning', /helpers beside Felix.*Felix itself is well/],
  ['second-page', 0.95, 'critical', /more than 500 objects fail \(#5173\), unless your vendor back-ported #5324/],
  [
    'should-recover',
    0.4,
    'warning',
    /v3\.24\.5 gives up a refused revision by itself .*points at the API server or etcd/,
  ],
  ['should-recover-newest', 0.4, 'warning', /v3\.31\.0 gives up/],
  ['back-ported', 0.4, 'warning', /called v3\.22\.0-vendor\.4.*code of v3\.23\.1 to v3\.29, and that is what runs/],
  ['renumbered', 0.95, 'critical', /called v3\.26\.1.*code of v3\.21\.0 to v3\.22\.5, and that is what runs/],
  [
    'digest-only',
    0.95,
    'critical',
    /the image does not tell\. The log lines come from the code of v3\.21\.0 to v3\.22\.5/,
  ],
  ['unknown-version', 0.7, 'critical', /is not known: v3\.21\.0 to v3\.22\.5 and v3\.23\.0 never recover/],
  ['never-heard-of', 0.7, 'critical', /v3\.20\.6 should list without a revision/],
  ['first-of-its-branch', 0.95, 'critical', /v3\.22\.0|v3\.23\.0 never recovers/],
  ['canal', 0.95, 'critical', /v3\.21\.4 never recovers/],
  ['operator', 0.95, 'critical', /v3\.22\.0 never recovers/],
])('%s is told with confidence %d as %s', async (world, confidence, severity, says) => {
  const finding = await onlyFinding(world);
  expect(finding).toMatchObject({ confidence, severity });
  expect(finding.says).toMatch(says);
});

test('looks at the API server and etcd, and restarts nothing, where the code should recover', async () => {
  const { remedies } = await onlyFinding('should-recover');
  expect(remedies.map(({ id }) => id)).toEqual(['calico/look-at-datastore']);
});

describe('behind a Typha that is stuck', () => {
  test('the Typha is evicted, and no node agent is touched', async () => {
    const finding = await onlyFinding('typha');
    expect(finding.about).toMatchObject({ kind: 'Deployment', name: 'calico-typha' });
    expect(finding.remedies.map(({ id }) => id)).toEqual(['calico/restart-typha', 'calico/upgrade']);
    expect(finding.remedies[0]?.steps.map(({ change }) => change?.change)).toEqual(['evict-pod']);
  });

  test('the only one may be evicted, but somebody has to read that', async () => {
    const restart = await offer('only-typha', 'calico/restart-typha');
    expect(restart?.allowed).toBe(true);
    expect(await refusals('only-typha', 'calico/restart-typha')).toEqual([
      'confirm: There is only one that is ready: until its successor is up, no node learns of anything new, as now.',
    ]);
  });

  test('a stuck node agent waits until Typha is well', async () => {
    const { findings } = await look(check, 'typha-and-felix');
    const agents = findings.flatMap(({ remedies }) => remedies).find(({ id }) => id === 'calico/restart-node-agents');
    expect(agents?.allowed).toBe(false);
    expect(agents?.preconditions.find(({ holds }) => holds === 'no')?.because).toMatch(/restart Typha first/);
  });
});

test.each([
  ['api-server-not-ready', /no: \/readyz answers 500: \[-\]etcd failed/],
  ['api-server-just-started', /no: The one on master-1 started last, 60 s ago/],
  ['another-agent-not-ready', /no: worker-1 has an agent that is not ready/],
  ['rollout-going-on', /no: The DaemonSet is being rolled out: 2 of 4/],
  ['another-agent-just-started', /no: On worker-1 an agent is stopping or started/],
  ['agent-missing', /no: 3 other agents are ready, but 1 of 5 are missing/],
])('restarts nothing when a guard says no: %s', async (world, because) => {
  expect((await offer(world))?.allowed).toBe(false);
  expect(await refusals(world)).toEqual([expect.stringMatching(because)]);
});

test('restarts twenty of many nodes at most, and says so', async () => {
  const restart = await offer('many-nodes');
  expect(restart?.steps).toHaveLength(20);
  expect(await refusals('many-nodes')).toEqual([expect.stringMatching(/confirm: Only the first 20 of 24 nodes/)]);
});

test('reads the logs of so many nodes only, those with waiting pods first, and says how many', async () => {
  const world = loadWorld(`${check}/after-api-server-restart`);
  const { measured, findings } = await staleWatch.look({
    target: {},
    cluster: openCluster(world).reader,
    platform: { kubernetes: {}, calico: { namespace: 'kube-system' } },
    now: world.now,
    settings: { mostNodes: 2 },
  });
  expect(measured[0]).toEqual({ what: 'Node agents whose log was read', is: '2 of 6' });
  expect(findings[0]?.says).toMatch(/worker-3 and worker-5/);
});

test.each([
  'a-few-refusals',
  'loop-ended',
  'one-too-few',
  'slow-refusals',
  'synced-since',
  'api-server-unreachable',
  'forbidden',
  'datastore-rolled-back',
  'all-quiet',
  'asked-elsewhere',
])('stays clear: %s', async (world) => {
  expect((await look(check, world)).verdict.is).toBe('clear');
});

test.each([
  ['no-logs', /none of them has a log/],
  [
    'unanswered',
    /on q-w2 they have had no answer at all for a minute or more; the playbook apiserver-access looks into that/,
  ],
  ['no-such-node', /look at node worker-9.*there are some on: master-1, worker-1/],
])('says unknown, not clear: %s', async (world, because) => {
  const { verdict } = await look(check, world);
  expect(verdict.is).toBe('unknown');
  expect(verdict.because).toMatch(because);
});

test('shows hostile text as text, without its secret', async () => {
  const shown = JSON.stringify(await onlyFinding('hostile'));
  expect(shown).not.toMatch(/hunter2|\\u001b/);
  expect(shown).toMatch(/<!channel>/);
});

test('does not blame a start of the API server weeks before a loop that began a minute ago', async () => {
  const { evidence } = await onlyFinding('began-a-minute-ago');
  expect(evidence.map(({ says }) => says).join('\n')).not.toMatch(/The API server on/);
});
