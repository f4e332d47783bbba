import { describe, expect, test } from '@jest/globals';
import { loadWorld, look } from '../worlds.ts';

const check = 'workload/apiserver-unreachable';

async function onlyFinding(world: string) {
  return (await look(check, world)).finding();
}

describe('where pods suffer', () => {
  test.each([
    ['resolver-times-out', /Only nodes without an API server are concerned/, /tcpdump -ni any tcp port 6443/],
    ['everywhere', /Every node that was asked is concerned/, /look at the API server and its Service first/],
    ['one-node', /Pods on other nodes are well, so that node is the matter/, /Only worker-2 suffers/],
    ['some-nodes', /Pods on other nodes are well\.$/, /compare one of each/],
  ])('tells where to look: %s', async (world, says, does) => {
    const finding = await onlyFinding(world);
    expect(finding.says).toMatch(says);
    expect(finding.remedies[0]?.steps.map((step) => step.does).join()).toMatch(does);
  });
});

test('counts pods, workloads and nodes, and shows what they say', async () => {
  const finding = await onlyFinding('resolver-times-out');
  expect(finding).toMatchObject({
    severity: 'critical',
    confidence: 0.95,
    about: { kind: 'Service', namespace: 'default', name: 'kubernetes' },
  });
  expect(finding.says).toMatch(/3 of 4 pods that were asked .*Deployment kube-system\/coredns/);
  expect(finding.evidence[0]?.lines?.at(-1)).toMatch(/dial tcp 10\.43\.0\.1:443: i\/o timeout/);
});

test('takes the address from what pods ask in vain, where the Service is not there', async () => {
  const finding = await onlyFinding('service-not-written');
  expect(finding.says).toMatch(/^2 of 2 pods that were asked get no answer from the API server \(10\.96\.0\.1\)/);
  expect(finding.says).not.toContain('203.0.113.9');
});

test('is unknown, not clear, where neither the Service nor a pod tells the address', async () => {
  const world = loadWorld(`${check}/service-not-written`);
  expect((await look(check, { ...world, logs: [] })).verdict).toMatchObject({
    is: 'unknown',
    because: expect.stringMatching(/services "kubernetes" not found/),
  });
});

test('is less sure of one pod alone', async () => {
  expect((await onlyFinding('no-route')).confidence).toBe(0.7);
});

describe('a NetworkPolicy', () => {
  test('that lets the pod out nowhere is the cause, and the finding is about the workload', async () => {
    const finding = await onlyFinding('policy-denies');
    expect(finding).toMatchObject({
      code: 'workload/egress-denied',
      about: { kind: 'Deployment', namespace: 'shop', name: 'orders-operator' },
    });
    expect(finding.says).toMatch(/NetworkPolicy default-deny-egress in shop has no rule/);
    expect(finding.remedies[0]?.steps[1]?.does).toMatch(/10\.43\.0\.1\/32 and 192\.168\.10\.11\/32/);
  });

  test.each(['policy-allows', 'policy-of-others'])(
    'that is not in the way leaves the network as the matter: %s',
    async (world) => {
      expect((await onlyFinding(world)).code).toBe(check);
    },
  );

  test('of one workload does not hide the others', async () => {
    const { findings } = await look(check, 'policy-and-network');
    expect(findings.map(({ code }) => code).sort()).toEqual([check, 'workload/egress-denied']);
    expect(findings.find(({ code }) => code === check)?.says).not.toMatch(/orders-operator/);
  });
});

test('hears Felix complain, which stays ready and which nobody else reports', async () => {
  const finding = await onlyFinding('felix-unheard');
  expect(finding.says).toMatch(
    /^1 of 3 pods .* on q-w2: DaemonSet calico-system\/calico-node\. It is an agent of Calico/,
  );
  expect(finding.says).toMatch(/that node is the matter: kube-proxy there/);
});

test('looks at what it is pointed at alone', async () => {
  const world = { ...loadWorld(`${check}/resolver-times-out`), target: { node: 'worker-1' } };
  expect((await look(check, world)).finding().says).toMatch(/1 of 1 pod that was asked gets no answer/);
  expect((await look(check, { ...world, target: { node: 'master-1' } })).verdict.is).toBe('clear');
});

test('reads no more logs than it is told to', async () => {
  const { verdict } = await look(check, 'all-well');
  expect(verdict.measured).toContainEqual({ what: 'Pods whose logs were read', is: '3' });
});

test.each(['all-well', 'other-service', 'similar-address', 'recovered', 'refused-rights', 'host-network'])(
  'stays clear: %s',
  async (world) => {
    expect((await look(check, world)).verdict.is).toBe('clear');
  },
);

test('shows hostile text as text', async () => {
  expect(JSON.stringify(await onlyFinding('hostile'))).not.toMatch(/abcdef0123456789|\\u001b/);
});
