import { expect, test } from '@jest/globals';
import { troubleIn } from '../../../playbooks/facts/kube-proxy/log-lines.ts';

test.each([
  'E0627 09:28:54.054930 1 proxier.go:1598] Failed to execute iptables-restore: exit status 1 (iptables-restore: line 86 failed',
  'I0627 09:28:54.054962 1 proxier.go:879] Sync failed; retrying in 30s',
  'E0610 07:32:16.910840       1 proxier.go:1564] "Failed to execute iptables-restore" err="exit status 2"',
  'I1113 16:15:07.931308 1 proxier.go:858] "Sync failed" retryingTime="30s"',
])('hears that rules were not written: %s', (line) => {
  expect(troubleIn(line)).toBe('sync');
});

test('hears that the API server does not answer', () => {
  expect(
    troubleIn(
      'Failed to watch *v1.EndpointSlice: failed to list *v1.EndpointSlice: Get "https://192.168.10.11:6443/apis": dial tcp 192.168.10.11:6443: i/o timeout',
    ),
  ).toBe('api-server');
});

test.each([
  'E0525 03:56:52.107691       1 cleanup.go:89] "Failed to execute iptables-restore" err="exit status 4"',
  'I0525 03:56:52.107691       1 proxier.go:820] "SyncProxyRules complete" elapsed="22.67ms"',
])('takes nothing from %s', (line) => {
  expect(troubleIn(line)).toBeUndefined();
});
