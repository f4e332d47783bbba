import { expect, test } from '@jest/globals';
import { catalogue } from '../../../src/catalogue.ts';
import { loadWorld, look, runOn } from '../worlds.ts';

const check = 'control-plane/cluster-ip-path-broken';

async function onlyFinding(world: string) {
  return (await look(check, world)).finding();
}

test('names kube-proxy as the root of what kubectl top shows', async () => {
  const playbook = catalogue.playbooks.find(({ id }) => id === 'metrics-api');
  if (playbook === undefined) throw new TypeError('there is no playbook metrics-api');
  const { findings } = await runOn(loadWorld(`${check}/kube-proxy-fails`), playbook);
  expect(findings.map(({ code }) => code)).toEqual([
    'control-plane/kube-proxy-not-syncing',
    'control-plane/cluster-ip-path-broken',
    'control-plane/apiservice-unavailable',
  ]);
});

test('restarts kube-proxy only where it is in trouble', async () => {
  const offers = async (world: string) => (await onlyFinding(world)).remedies.map(({ id }) => id);
  expect(await offers('kube-proxy-fails')).toContain('control-plane/restart-kube-proxy');
  expect(await offers('none-on-the-control-plane')).not.toContain('control-plane/restart-kube-proxy');
  expect(await offers('checksum-of-vxlan')).not.toContain('control-plane/restart-kube-proxy');
});

test('warns of Calico before the flag, and says what to look at afterwards', async () => {
  const { remedies } = await onlyFinding('kube-proxy-fails');
  const steps = remedies.find(({ id }) => id === 'control-plane/route-to-endpoints')?.steps.map(({ does }) => does);
  expect(steps?.[0]).toMatch(/^Read this first: Calico v3\.22\.0 may lose sight .*#6032/);
  expect(steps?.at(-2)).toMatch(/run the playbook pod-network/);
  expect(steps?.join('\n')).toMatch(/kube-apiserver\.yaml .*--enable-aggregator-routing=true.*kubeadm-config/s);
});

test('says nothing of Calico where there is none, and is less sure of a refusal', async () => {
  const finding = await onlyFinding('refused-by-rule');
  expect(JSON.stringify(finding.remedies)).not.toMatch(/Calico v|pod-network/);
  expect(finding.confidence).toBe(0.85);
});

test.each(['nothing-comes-through', 'routes-to-endpoints', 'not-trusted-instead'])('stays clear: %s', async (world) => {
  expect((await look(check, world)).verdict.is).toBe('clear');
});

test('tells a person the number of the port where the pod listens, and not its name', async () => {
  const { remedies } = await onlyFinding('checksum-of-vxlan');
  const text = JSON.stringify(remedies.find(({ id }) => id === 'control-plane/mend-host-path'));
  expect(text).toMatch(/https:\/\/[0-9.]+:4443\//);
});
