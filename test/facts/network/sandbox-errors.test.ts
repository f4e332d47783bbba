import { expect, test } from '@jest/globals';
import { isUnansweredProbe, sandboxErrorOf } from '../../../playbooks/facts/network/sandbox-errors.ts';

const add = 'failed to setup network for sandbox "8f2c": plugin type="calico" failed (add): ';

test.each([
  [`${add}error getting ClusterInformation: connection is unauthorized: Unauthorized`, 'calico-token'],
  [`${add}Unauthorized`, 'calico-token'],
  [
    '[default/busybox:k8s-pod-network]: error adding container to network "k8s-pod-network": connection is unauthorized: Unauthorized',
    'calico-token',
  ],
  ['plugin type="consul-cni" name="consul-cni" failed (add): error retrieving pod: Unauthorized', 'unclassified'],
  [
    `${add}error getting ClusterInformation: connection is unauthorized: clusterinformations.x "default" is forbidden: User`,
    'calico-forbidden',
  ],
  [`${add}cannot allocate new block due to per host block limit`, 'calico-block-limit'],
  [
    `${add}failed to request IPv4 addresses: Assigned 0 out of 1 requested IPv4 addresses; No IPs available in pools: [10.0.0.0/26]`,
    'calico-pools',
  ],
  [
    'networkPlugin cni failed to set up pod "a_b" network: failed to request 1 IPv4 addresses. IPAM allocated only 0',
    'calico-pools',
  ],
  [`${add}no configured Calico pools`, 'calico-pools'],
  [`${add}stat /var/lib/calico/nodename: no such file or directory`, 'calico-not-started'],
  [
    'NetworkPlugin cni failed to set up pod "a_b" network: open /run/flannel/subnet.env: no such file or directory',
    'flannel-not-started',
  ],
  [`${add}no IP addresses available in range set: 10.0.0.1-10.0.0.254`, 'range-full'],
  [`${add}"cni0" already has an IP address different from 10.0.0.1/24`, 'bridge-address'],
  [`${add}Get "https://10.96.0.1:443/apis": dial tcp 10.96.0.1:443: i/o timeout`, 'api-server-unreachable'],
  [
    'networkPlugin cni failed to set up pod "a_b" network: [b/a:kube-ovn]: error adding container to network "kube-ovn": RPC failed; no address allocated to pod b/a provider ovn, please see kube-ovn-controller logs to find errors',
    'kube-ovn',
  ],
  ['network is not ready: cni plugin not initialized', 'plugin-missing'],
  [`${add}unexpected end of JSON input`, 'unclassified'],
])('"%s" is %s', (message, kind) => {
  expect(sandboxErrorOf(message)?.kind).toBe(kind);
});

test('the beginning that repeats names and hashes is cut off', () => {
  expect(sandboxErrorOf(`${add}no configured Calico pools`)?.text).toBe('no configured Calico pools');
});

test('what Docker’s kubelets say of the clean-up is cut off', () => {
  const said =
    'networkPlugin cni failed to set up pod "a_b" network: no luck, failed to clean up sandbox container "8f2c" network for pod "a": networkPlugin cni failed to teardown pod "a_b" network: no luck]';
  expect(sandboxErrorOf(said)?.text).toBe('no luck');
});

test.each([
  'failed to get sandbox image "pause:3.9": failed to pull image',
  'OCI runtime create failed: error setting cgroup config',
])('"%s" is no fault of the network', (message) => {
  expect(sandboxErrorOf(message)).toBeUndefined();
});

test.each([
  ['Readiness probe failed: Get "http://10.0.0.9:80/": dial tcp 10.0.0.9:80: i/o timeout', true],
  ['Readiness probe failed: Get http://10.0.0.9:80/: dial tcp 10.0.0.9:80: connect: invalid argument', true],
  ['Liveness probe failed: dial tcp 10.0.0.9:80: connect: no route to host', true],
  ['Readiness probe failed: timeout: failed to connect service "10.0.0.9:80" within 1s', true],
  ['Readiness probe failed: dial tcp 10.0.0.9:80: connect: connection refused', false],
  ['Readiness probe failed: HTTP probe failed with statuscode: 503', false],
  ['Readiness probe failed: command "/check" timed out', false],
])('"%s" got no answer: %s', (message, expected) => {
  expect(isUnansweredProbe(message)).toBe(expected);
});
