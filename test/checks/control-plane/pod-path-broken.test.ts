import { expect, test } from '@jest/globals';
import { look } from '../worlds.ts';

const check = 'control-plane/pod-path-broken';

test('names the policy that lets no control-plane node in, and proposes one that does', async () => {
  const finding = (await look(check, 'policy-denies')).finding();
  expect(finding).toMatchObject({ confidence: 0.95, about: { kind: 'Deployment', name: 'metrics-server' } });
  expect(finding.says).toMatch(/NetworkPolicy kube-system\/default-deny lets no address/);
  expect(finding.remedies[0]?.steps[0]?.does).toMatch(/cidr: 192\.168\.10\.11\/32.*port: 4443/);
});

test('says that no policy forbids it where one lets the nodes in, and that the flag would not help', async () => {
  const { says } = (await look(check, 'policy-allows-nodes')).finding();
  expect(says).toMatch(/No NetworkPolicy forbids it.*--enable-aggregator-routing would not help/);
});

test('is less sure where the backend cannot be tested', async () => {
  expect((await look(check, 'custom-metrics')).finding().confidence).toBe(0.7);
});
