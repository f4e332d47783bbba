import { describe, expect, test } from '@jest/globals';
import { findPlaybook } from '../../../src/app/catalogue.ts';
import { catalogue } from '../../../src/catalogue.ts';
import { carryOut, loadWorld, look, openCluster, runOn } from '../worlds.ts';

const check = 'canal/pod-cidr-mismatch';

async function onlyFinding(world: string) {
  return (await look(check, world)).finding();
}

async function guardsOf(world: string, remedy = 'canal/set-network') {
  const offer = (await onlyFinding(world)).remedies.find(({ id }) => id === remedy);
  return {
    allowed: offer?.allowed,
    refused: (offer?.preconditions ?? []).filter(({ holds }) => holds !== 'yes').map(({ because }) => because),
  };
}

describe('before v0.18.0, where flannel says nothing', () => {
  test('is found from the blocks, and surely so when system pods get no answer', async () => {
    const finding = await onlyFinding('default-network');
    expect(finding).toMatchObject({
      severity: 'critical',
      confidence: 0.95,
      about: { kind: 'ConfigMap', name: 'canal-config' },
    });
    expect(finding.says).toMatch(
      /10\.244\.0\.0\/16, does not hold the pod CIDR of 3 of 3 nodes.*Pods on worker-1 and worker-2 cannot reach the API server.*v0\.15\.1 says nothing/,
    );
  });

  test('is a warning while nobody suffers', async () => {
    expect(await onlyFinding('latent')).toMatchObject({ severity: 'warning', confidence: 0.8 });
  });

  test('admits that it does not know when the image tells no version', async () => {
    expect((await onlyFinding('unknown-version')).says).toMatch(/whose version is not known, may say nothing/);
  });
});

describe('from v0.18.0 on, where flannel refuses', () => {
  test.each(['refused', 'refused-with-full-stop'])('is told by flannel itself: %s', async (world) => {
    const finding = await onlyFinding(world);
    expect(finding.confidence).toBe(0.98);
    expect(finding.evidence.flatMap(({ lines }) => lines ?? []).join()).toMatch(
      /doesn't contain "10\.42\.\d\.0\/24" PodCIDR/,
    );
  });

  test('is less sure when the log is gone', async () => {
    expect(await onlyFinding('refused-without-words')).toMatchObject({ severity: 'critical', confidence: 0.9 });
  });

  test('says that the next restart fails while flannel still runs', async () => {
    expect((await onlyFinding('latent-until-restart')).says).toMatch(
      /still runs with what it read.*unless your vendor back-ported commit d8fea14a; the next restart of it fails/,
    );
  });
});

describe('the fix', () => {
  test('changes the network alone, and then restarts flannel, the control plane last', async () => {
    const offer = (await onlyFinding('spaces-in-text')).remedies[0];
    expect(offer?.allowed).toBe(true);
    expect(offer?.steps.map(({ change }) => change?.change)).toEqual([
      'patch-object',
      'delete-pod',
      'delete-pod',
      'delete-pod',
    ]);
    expect(offer?.steps[0]?.change).toMatchObject({
      patch: {
        data: { 'net-conf.json': '{"Network":"10.42.0.0/16","SubnetLen":24,"Backend":{"Type":"vxlan","Port":8472}}' },
      },
    });
    expect(offer?.steps.at(-1)?.does).toMatch(/on node master-1/);
  });

  test('leaves what fits as it is: of two families only the wrong one changes', async () => {
    const [patch] = (await onlyFinding('dual-stack')).remedies[0]?.steps ?? [];
    expect(JSON.stringify(patch?.change)).toMatch(/10\.42\.0\.0\/16.*fd00:42::\/56/);
  });

  test.each([
    ['owned-by-helm', /Helm owns ConfigMap kube-flannel\/kube-flannel-cfg/],
    ['owned-by-argo', /Argo CD owns/],
    ['rke2', /Rancher owns/],
  ])('is left to the tool that owns the configuration: %s', async (world, because) => {
    const { allowed, refused } = await guardsOf(world);
    expect(allowed).toBe(false);
    expect(refused.join()).toMatch(because);
    expect((await onlyFinding(world)).remedies.at(-1)).toMatchObject({ id: 'canal/correct-at-source', how: 'manual' });
  });

  test.each(['installed-by-rke', 'rke-by-its-nodes'])(
    'names cluster.yml where RKE1 wrote the configuration, and claims no cluster CIDR that it cannot see: %s',
    async (world) => {
      const { remedies } = await onlyFinding(world);
      expect(remedies.map(({ id, allowed, how }) => [id, how === 'manual' || allowed])).toEqual([
        ['canal/set-network', false],
        ['canal/correct-at-source', true],
      ]);
      expect(remedies[1]?.steps[0]?.does).toMatch(
        /services\.kube-controller\.cluster_cidr to the cluster CIDR of the controller-manager/,
      );
    },
  );

  test('is not offered where flannel is right and a node is wrong, and the node is renewed by hand', async () => {
    const { remedies } = await onlyFinding('one-node');
    expect(remedies.map(({ id }) => id)).toEqual(['canal/renew-nodes']);
    expect(remedies[0]?.steps.map(({ does }) => does).join()).toMatch(/kubectl delete node worker-2/);
  });

  test.each([
    ['nodes-overlap-target', /would lie in it/],
    ['too-many-nodes', /34 would be restarted; at most 30/],
  ])('is refused with the reason: %s', async (world, because) => {
    expect((await guardsOf(world)).refused.join()).toMatch(because);
  });

  test('is refused while the API server is not ready', async () => {
    const world = loadWorld(`${check}/default-network`);
    const { finding } = await look(check, {
      ...world,
      get: [{ path: '/readyz', status: 500, body: '[-]etcd failed' }],
    });
    expect(finding().remedies[0]).toMatchObject({ allowed: false });
  });

  test('is not called a success when somebody writes the old network back', async () => {
    const world = loadWorld(`${check}/roll-stops-helping`);
    expect((await carryOut(check, world, 'canal/set-network')).outcome).toBe('not-resolved');
  });
});

test('knows the cluster CIDR from the list form of kubeadm v1beta4', async () => {
  const { measured } = (await look(check, 'kubeadm-list')).verdict;
  expect(measured).toContainEqual({
    what: 'Cluster CIDR of the controller-manager',
    is: '10.42.0.0/16 (ConfigMap kube-system/kubeadm-config, controllerManager.extraArgs)',
  });
});

test('offers nothing automatic on K3s, whose nodes are to be renewed', async () => {
  const world = loadWorld(`${check}/k3s-cidr-changed`);
  expect((await look(check, world)).finding().remedies.map(({ how }) => how)).toEqual(['manual']);
});

test.each([
  'aligned',
  'wider-network',
  'just-joined',
  'windows-node',
  'virtual-node',
  'dual-stack-one-family',
  'other-timeouts',
  'k3s',
])('stays clear: %s', async (world) => {
  expect((await look(check, world)).verdict.is).toBe('clear');
});

test('says unknown where the configuration is kept in a Secret, and asks for no right to read it', async () => {
  const { verdict } = await look(check, 'config-in-secret');
  expect(verdict).toMatchObject({ is: 'unknown' });
  expect(verdict.because).toMatch(/keep it in a Secret, which is never read/);
});

test('shows hostile text as text', async () => {
  expect(JSON.stringify(await onlyFinding('hostile'))).not.toMatch(/abcdef0123456789|\\u001b/);
});

test('is the one root of the symptom, and nothing else is found', async () => {
  const world = loadWorld(`${check}/default-network`);
  const { findings } = await runOn(world, findPlaybook(catalogue, 'apiserver-access'), openCluster(world));
  expect(findings.map(({ code, causedBy }) => [code, causedBy])).toEqual([
    [check, []],
    ['workload/apiserver-unreachable', [check]],
  ]);
});
