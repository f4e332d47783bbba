import { expect, test } from '@jest/globals';
import { look } from '../worlds.ts';

const check = 'control-plane/kubelet-certificate-not-rotating';

test.each(['nobody-approves', 'old-api', 'denied', 'signing-failed'])('names the node: %s', async (world) => {
  expect((await look(check, world)).finding().about).toMatchObject({ kind: 'Node', name: 'worker-1' });
});

test('tells how long a kubelet has asked in vain, not only how old its newest request is', async () => {
  const finding = (await look(check, 'asked-again-just-now')).finding();
  expect(finding.evidence[0]?.says).toBe(
    'It has waited for 60 s for somebody to approve it. It is the newest of 3 requests of this kubelet that came to nothing; the first of them is 18 h old.',
  );
});

test('knows the warning of RKE2, and says that a restart renews', async () => {
  const finding = (await look(check, 'rke2-warns')).finding();
  expect(finding.severity).toBe('info');
  expect(finding.remedies[0]?.steps[0]?.does).toMatch(/systemctl restart rke2-server/);
});

test.each(['serving-certificate', 'just-asked', 'got-it-since', 'node-gone', 'renewed-since'])(
  'stays clear: %s',
  async (world) => {
    expect((await look(check, world)).verdict.is).toBe('clear');
  },
);
