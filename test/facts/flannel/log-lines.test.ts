import { expect, test } from '@jest/globals';
import { outOfClusterCidr, refusedPodCidr, startFailureOf } from '../../../playbooks/facts/flannel/log-lines.ts';

const refusal =
  'E0825 09:00:25.015344       1 main.go:330] Error registering network: failed to acquire lease: subnet "10.244.0.0/16" specified in the flannel net config doesn\'t contain "172.16.0.0/24" PodCIDR of the "master" node';

test.each([refusal, `${refusal}.`, refusal.replace('" PodCIDR', '" IPv6 PodCIDR')])(
  'reads a refusal to start',
  (line) => {
    expect(refusedPodCidr(line)).toEqual({ network: '10.244.0.0/16', podCidr: '172.16.0.0/24', node: 'master' });
  },
);

test.each([
  [
    'F1229 09:17:41.673823       1 controllermanager.go:235] error starting controllers: failed to mark cidr[192.168.3.0/24] at idx [0] as occupied for node: node02: cidr 192.168.3.0/24 is out the range of cluster cidr 172.21.0.0/16',
  ],
  [
    '"Error starting controller" err="failed to mark cidr[192.168.3.0/24] at idx [0] as occupied for node: node02: cidr 192.168.3.0/24 is out the range of cluster cidr 172.21.0.0/16" controller="node-ipam-controller"',
  ],
])('reads what the controller-manager refuses, in both forms', (line) => {
  expect(outOfClusterCidr(line)).toEqual({ podCidr: '192.168.3.0/24', clusterCidr: '172.21.0.0/16', node: 'node02' });
});

test('tells why flannel does not start, and nothing of other lines', () => {
  expect(startFailureOf('failed to acquire lease: node "worker-2" pod cidr not assigned')?.means).toBe(
    'the node has no pod CIDR',
  );
  expect(startFailureOf('I1229 main.go:211] CLI flags config')).toBeUndefined();
});
