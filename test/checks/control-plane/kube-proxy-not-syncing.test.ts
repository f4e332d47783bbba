import { describe, expect, test } from '@jest/globals';
import { podNetwork } from '../../../playbooks/pod-network.ts';
import { loadWorld, look, runOn } from '../worlds.ts';

const check = 'control-plane/kube-proxy-not-syncing';

async function onlyFinding(world: string) {
  return (await look(check, world)).finding();
}

test.each(['one-node', 'old-words'])('is told by kube-proxy itself, in old words and new: %s', async (world) => {
  const finding = await onlyFinding(world);
  expect(finding).toMatchObject({ severity: 'critical', confidence: 0.95, about: { kind: 'Node' } });
  expect(finding.says).toMatch(/kube-proxy cannot write its rules on worker-\d/);
});

test('is a warning while it only lost the API server, since the rules stay', async () => {
  expect(await onlyFinding('no-api-server')).toMatchObject({ severity: 'warning' });
});

test('is about the DaemonSet when several nodes are concerned', async () => {
  expect((await onlyFinding('not-ready')).about).toMatchObject({ kind: 'DaemonSet', name: 'kube-proxy' });
});

test('says which node has none', async () => {
  const finding = await onlyFinding('missing');
  expect(finding.says).toMatch(/there is no kube-proxy pod on worker-2/);
  expect(finding.remedies.map(({ how }) => how)).toEqual(['manual']);
});

describe('the fix', () => {
  test('restarts it on that node alone', async () => {
    const [offer] = (await onlyFinding('one-node')).remedies;
    expect(offer).toMatchObject({
      id: 'control-plane/restart-kube-proxy',
      allowed: true,
      touches: { nodes: 1, pods: 1 },
    });
  });

  test('is refused for a static pod, whose mirror is all that could be deleted', async () => {
    const [offer] = (await onlyFinding('static-pod')).remedies;
    expect(offer?.allowed).toBe(false);
    expect(offer?.preconditions[0]?.because).toMatch(/kube-proxy-worker-1 is a static pod/);
  });

  test('is refused while the API server is not ready', async () => {
    const world = { ...loadWorld(`${check}/one-node`), get: [{ path: '/readyz', status: 500, body: 'no' }] };
    expect((await look(check, world)).finding().remedies[0]?.allowed).toBe(false);
  });
});

test.each(['all-well', 'failed-once', 'long-ago', 'clean-up', 'just-started'])('stays clear: %s', async (world) => {
  expect((await look(check, world)).verdict.is).toBe('clear');
});

test('does not apply where it does not run in pods, and says who tells of it there', async () => {
  const { verdict } = await look(check, 'outside-of-pods');
  expect(verdict.is).toBe('not-applicable');
  expect(verdict.because).toMatch(/^No pod runs kube-proxy, .* on RKE1 a container of the node, where its log tells/);
});

test('finds that no node has the pod that the DaemonSet wants', async () => {
  const { finding } = await look(check, 'no-pod-at-all');
  expect(finding().says).toMatch(/^On 2 of 2 nodes .* there is no kube-proxy pod on master-1 and worker-1\./);
});

test('is not blamed for what another fault does to another node', async () => {
  const { findings } = await runOn(loadWorld(`${check}/another-fault-elsewhere`), podNetwork);
  const causes = Object.fromEntries(findings.map(({ code, causedBy }) => [code, causedBy]));
  expect(causes).toEqual({
    [check]: [],
    'calico/cni-unauthorized': [],
    'workload/network-not-ready': ['calico/cni-unauthorized'],
  });
});
