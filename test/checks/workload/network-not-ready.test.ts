import { describe, expect, test } from '@jest/globals';
import { loadWorld, look } from '../worlds.ts';

const check = 'workload/network-not-ready';

describe('pods that get no network', () => {
  test.each([
    ['token-refused', /refuses the token that the CNI plugin of Calico uses/],
    ['no-subnet-file', /flannel pod of this node has not run yet/],
    ['range-full', /address range of this node is used up/],
    ['bridge-address', /bridge of this node still carries an address/],
    ['kube-ovn', /kube-ovn did not give the pod an address/],
    ['api-server-unreachable', /does not reach the API server through its Service/],
    ['plugin-missing', /plugin or its configuration is not on this node/],
    ['agent-not-started', /Calico pod of this node has not started/],
    ['role-missing', /a rule of its ClusterRole is missing/],
    ['other-plugin', /for a reason that is not known here/],
  ])('are told with the reason of their plugin: %s', async (world, says) => {
    const finding = (await look(check, world)).finding();
    expect(finding).toMatchObject({
      severity: 'critical',
      confidence: 0.95,
      about: { kind: 'Node', name: 'worker-3' },
    });
    expect(finding.says).toMatch(/cannot give a network to 2 pods.* 1 of 3 pods on worker-3 are ready/);
    expect(finding.says).toMatch(says);
  });

  test('are a warning when there is one only', async () => {
    expect((await look(check, 'one-pod')).finding().severity).toBe('warning');
  });

  test('are told for the ten worst nodes, and the rest is counted', async () => {
    const { findings, verdict } = await look(check, 'many-nodes');
    expect(findings).toHaveLength(10);
    expect(findings.filter(({ says }) => says.includes('2 more nodes show the same.'))).toHaveLength(1);
    expect(verdict.measured.at(-1)?.is).toBe('12 of 15');
  });
});

describe('pods that do not answer their own node', () => {
  test('lack a route or a policy', async () => {
    const finding = (await look(check, 'no-route')).finding();
    expect(finding.says).toMatch(
      /^2 new pods on node worker-3 .*the kubelet of that very node gets no answer from them/,
    );
    expect(finding.confidence).toBe(0.75);
  });

  test('count alone when their workload is well on other nodes', async () => {
    expect((await look(check, 'blackhole-route')).finding().evidence[0]?.says).toMatch(/connect: invalid argument/);
  });

  test('stand beside those that get no network at all', async () => {
    const finding = (await look(check, 'both')).finding();
    expect(finding.says).toMatch(/cannot give a network to 1 pod .*1 new pod on node worker-3/);
  });
});

test.each([
  'image-of-the-sandbox',
  'cgroup',
  'just-created',
  'old-events',
  'volume-missing',
  'refused',
  'http-500',
  'exec-probe',
  'slow-everywhere',
  'was-ready-before',
  'asked-elsewhere',
  'all-well',
])('stays clear: %s', async (world) => {
  expect((await look(check, world)).verdict.is).toBe('clear');
});

test('looks at the namespace, the node or the pod that it is asked about', async () => {
  const world = loadWorld(`${check}/asked-there`);
  expect((await look(check, world)).verdict.is).toBe('found');
  expect((await look(check, { ...world, target: { namespace: 'other' } })).verdict.is).toBe('clear');
  expect((await look(check, { ...world, target: { pod: 'nobody' } })).verdict.is).toBe('clear');
});

test('shows hostile text as text, without its secret', async () => {
  const shown = JSON.stringify((await look(check, 'hostile')).finding());
  expect(shown).not.toMatch(/hunter2|\\u001b/);
});
