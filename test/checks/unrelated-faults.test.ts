import { describe, expect, test } from '@jest/globals';
import { all } from '../../playbooks/all.ts';
import { loadWorld, runOn } from './worlds.ts';

/** Every finding with what it is about, and the codes that it stands below. */
async function treeOf(world: string) {
  const { findings } = await runOn(loadWorld(world), all);
  return findings
    .map(({ code, about, causedBy }) => `${[...causedBy, ''].join(' > ')}${code} ${about.name}`)
    .toSorted();
}

describe('two faults of one cluster that have nothing to do with each other', () => {
  test('a subnet that is refused for its CIDR is no work of a leader change that came later', async () => {
    expect(await treeOf('kube-ovn/subnet-not-ready/refused-and-lost')).toEqual([
      'kube-ovn/apiserver-timeouts > kube-ovn/controller-leadership kube-ovn-controller',
      'kube-ovn/apiserver-timeouts > kube-ovn/node-route-missing > workload/apiserver-unreachable kubernetes',
      'kube-ovn/apiserver-timeouts kubernetes',
      'kube-ovn/controller-leadership > kube-ovn/subnet-not-ready prod-web',
      'kube-ovn/subnet-not-ready > kube-ovn/node-route-missing prod-web',
      'kube-ovn/subnet-not-ready lab',
    ]);
  });

  test('an address that came to a second pod half an hour after the leader changed is not laid to that', async () => {
    expect(await treeOf('kube-ovn/address-conflict/long-after-the-leader-change')).toEqual([
      'kube-ovn/address-conflict ovn-default',
      'kube-ovn/apiserver-timeouts > kube-ovn/controller-leadership kube-ovn-controller',
      'kube-ovn/apiserver-timeouts kubernetes',
    ]);
  });

  test('an address that was double for days is no work of the controllers that change their leader today', async () => {
    expect(await treeOf('kube-ovn/address-conflict/older-than-the-leader')).toEqual([
      'kube-ovn/address-conflict batch',
      'kube-ovn/apiserver-timeouts > kube-ovn/controller-leadership kube-ovn-controller',
      'kube-ovn/apiserver-timeouts kubernetes',
    ]);
  });

  test('pods of a full subnet do not wait for the gateway of another one', async () => {
    expect(await treeOf('kube-ovn/addresses-exhausted/beside-a-dead-gateway')).toEqual([
      'kube-ovn/addresses-exhausted > workload/network-not-ready worker-2',
      'kube-ovn/addresses-exhausted tiny',
      'kube-ovn/gateway-node-down egress',
    ]);
  });

  test('pods of one node suffer from its kube-proxy, and not from a subnet that they are not in', async () => {
    expect(await treeOf('control-plane/kube-proxy-not-syncing/beside-a-subnet')).toEqual([
      'control-plane/kube-proxy-not-syncing > workload/apiserver-unreachable kubernetes',
      'control-plane/kube-proxy-not-syncing worker-3',
      'kube-ovn/subnet-not-ready lab',
    ]);
  });

  test('a node without its BGP peers does not empty the pool of the others', async () => {
    expect(await treeOf('calico/pools-exhausted/beside-a-lost-peer')).toEqual([
      'calico/bgp-down k8s-w4',
      'calico/pools-exhausted > workload/network-not-ready k8s-w1',
      'calico/pools-exhausted > workload/network-not-ready k8s-w2',
      'calico/pools-exhausted default-ipv4-ippool',
    ]);
  });

  test('each API stands below its own backend', async () => {
    expect(await treeOf('control-plane/apiservice-unavailable/two-apis')).toEqual([
      'control-plane/aggregated-backend-not-ready > control-plane/apiservice-unavailable v1beta1.custom.metrics.k8s.io',
      'control-plane/aggregated-backend-not-ready prometheus-adapter',
      'control-plane/front-proxy-untrusted > control-plane/apiservice-unavailable v1beta1.metrics.k8s.io',
      'control-plane/front-proxy-untrusted extension-apiserver-authentication',
    ]);
  });

  test('a node on which flannel does not run for want of a range does not suffer from the range of another node', async () => {
    expect(await treeOf('canal/node-without-pod-cidr/beside-a-mismatch')).toEqual([
      'canal/flannel-not-running > canal/node-without-pod-cidr > workload/network-not-ready rke2-agent-3',
      'canal/node-without-pod-cidr > canal/flannel-not-running rke2-canal',
      'canal/node-without-pod-cidr rke2-agent-3',
      'canal/pod-cidr-mismatch > workload/apiserver-unreachable kubernetes',
      'canal/pod-cidr-mismatch rke2-canal-config',
    ]);
  });

  test('a pod that a port without an owner blocks has nothing to do with a device on another network', async () => {
    expect(await treeOf('kube-ovn/external-address-conflict/beside-a-leftover')).toEqual([
      'kube-ovn/external-address-conflict > workload/network-not-ready worker-3',
      'kube-ovn/external-address-conflict checkout',
      'kube-ovn/leftover-switch-port > workload/network-not-ready worker-2',
      'kube-ovn/leftover-switch-port ledger',
    ]);
  });

  test('a Service stands below a network only when its own pods wait for that', async () => {
    expect(await treeOf('ingress/no-ready-endpoints/two-reasons')).toEqual([
      'calico/cni-unauthorized > workload/network-not-ready k8s-w3',
      'calico/cni-unauthorized calico-node',
      'ingress/no-ready-endpoints web',
      'ingress/no-ready-endpoints wp',
      'workload/network-not-ready > ingress/no-ready-endpoints pay',
    ]);
  });
});

test('the database of Kong stands below the network that its pod waits for', async () => {
  expect(await treeOf('kong/database-down/without-a-network')).toEqual([
    'calico/block-limit > workload/network-not-ready k8s-w1',
    'calico/block-limit k8s-w1',
    'calico/cni-unauthorized > workload/network-not-ready k8s-w3',
    'calico/cni-unauthorized calico-node',
    'kong/database-down > kong/database-unreachable kong-kong',
    'workload/network-not-ready > kong/database-down kong-postgresql',
  ]);
});
