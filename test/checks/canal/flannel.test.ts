import { describe, expect, test } from '@jest/globals';
import { look } from '../worlds.ts';

describe('canal/masquerade-off', () => {
  const check = 'canal/masquerade-off';

  test('is critical when pods suffer, and says that it may be meant so', async () => {
    const finding = (await look(check, 'turned-off')).finding();
    expect(finding).toMatchObject({
      severity: 'critical',
      confidence: 0.85,
      about: { kind: 'DaemonSet', name: 'canal' },
    });
    expect(finding.says).toMatch(/ConfigMap canal-config, masquerade="false" turns it off.*This may be meant so/);
  });

  test('is a warning when nobody suffers', async () => {
    expect((await look(check, 'meant-so')).finding().severity).toBe('warning');
  });

  test.each([
    ['argument-missing', /the missing argument --ip-masq/],
    ['argument-says-no', /the argument --ip-masq=false/],
  ])('names the field that decides: %s', async (world, says) => {
    expect((await look(check, world)).finding().says).toMatch(says);
  });

  test.each(['turned-on', 'argument-decides', 'blocks-do-not-fit', 'k3s'])('stays clear: %s', async (world) => {
    expect((await look(check, world)).verdict.is).toBe('clear');
  });

  test('says unknown when a value decides that is not read', async () => {
    expect((await look(check, 'from-elsewhere')).verdict.because).toMatch(
      /network-settings, masquerade decides, and is not read/,
    );
  });
});

describe('canal/flannel-not-running', () => {
  const check = 'canal/flannel-not-running';

  test.each([
    ['bridge-module-missing', /br_netfilter is not loaded/, /modprobe br_netfilter/],
    ['network-does-not-fit', /does not contain the pod CIDR/, /the finding about pod CIDRs says how/],
    ['no-pod-cidr', /the node has no pod CIDR/, /the finding about nodes without one says how/],
    ['no-api-server', /cannot reach the API server/, /on the node, and kube-proxy there/],
    ['no-pod', /there is no flannel pod on it/, /nodeSelector and tolerations/],
    ['no-words', /its image cannot be pulled/, /describe pod canal-tz9mc/],
  ])('says why, and what to do: %s', async (world, says, does) => {
    const finding = (await look(check, world)).finding();
    expect(finding.says).toMatch(says);
    expect(finding.remedies[0]?.steps.map((step) => step.does).join()).toMatch(does);
  });

  test('shows the pods that cannot start for it', async () => {
    expect(JSON.stringify((await look(check, 'bridge-module-missing')).finding().evidence)).toMatch(
      /shop\/web-0 cannot start: \/run\/flannel\/subnet\.env/,
    );
  });

  test.each(['everywhere', 'just-started', 'node-down', 'windows-node'])('stays clear: %s', async (world) => {
    expect((await look(check, world)).verdict.is).toBe('clear');
  });

  test('says unknown on K3s while a node is silent, and where its log is', async () => {
    expect((await look(check, 'k3s-node-silent')).verdict.because).toMatch(/journalctl -u k3s/);
  });
});

describe('flannel seen between two crashes', () => {
  test('does not run, although the kubelet calls it ready', async () => {
    const finding = (await look('canal/flannel-not-running', 'between-two-crashes')).finding();
    expect(finding.says).toMatch(/does not run on 2 of 2 nodes .* does not contain the pod CIDR of the node/);
    expect(finding.evidence[0]?.says).toMatch(/on k8s-1 is between two crashes after 17 restarts/);
  });

  test('refuses its network, by its previous log', async () => {
    const finding = (await look('canal/pod-cidr-mismatch', 'between-two-crashes')).finding();
    expect(finding).toMatchObject({ severity: 'critical', confidence: 0.98 });
  });
});
