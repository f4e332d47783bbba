import { definePlaybook } from '../src/core/playbook.ts';
import { bgpDown } from './checks/calico/bgp-down.ts';
import { blockLimit } from './checks/calico/block-limit.ts';
import { cniUnauthorized } from './checks/calico/cni-unauthorized.ts';
import { datastoreRolledBack } from './checks/calico/datastore-rolled-back.ts';
import { felixBehind } from './checks/calico/felix-behind.ts';
import { felixNotReady } from './checks/calico/felix-not-ready.ts';
import { poolsExhausted } from './checks/calico/pools-exhausted.ts';
import { staleWatch } from './checks/calico/stale-watch.ts';
import { cidrOverlapsServices } from './checks/canal/cidr-overlaps-services.ts';
import { clusterCidrChanged } from './checks/canal/cluster-cidr-changed.ts';
import { configNotLoaded } from './checks/canal/config-not-loaded.ts';
import { flannelNotRunning } from './checks/canal/flannel-not-running.ts';
import { masqueradeOff } from './checks/canal/masquerade-off.ts';
import { networkContainsNodes } from './checks/canal/network-contains-nodes.ts';
import { nodeWithoutPodCidr } from './checks/canal/node-without-pod-cidr.ts';
import { podCidrMismatch } from './checks/canal/pod-cidr-mismatch.ts';
import { kubeProxyNotSyncing } from './checks/control-plane/kube-proxy-not-syncing.ts';
import { addressesExhausted } from './checks/kube-ovn/addresses-exhausted.ts';
import { controllerLeadership } from './checks/kube-ovn/controller-leadership.ts';
import { databaseLeaderMissing } from './checks/kube-ovn/database-leader-missing.ts';
import { joinGatewayUnreachable } from './checks/kube-ovn/join-gateway-unreachable.ts';
import { nodeNotAllocated } from './checks/kube-ovn/node-not-allocated.ts';
import { nodeRouteMissing } from './checks/kube-ovn/node-route-missing.ts';
import { providerNetworkNotReady } from './checks/kube-ovn/provider-network-not-ready.ts';
import { staleNorthboundCache } from './checks/kube-ovn/stale-northbound-cache.ts';
import { subnetNotReady } from './checks/kube-ovn/subnet-not-ready.ts';
import { networkNotReady } from './checks/workload/network-not-ready.ts';

export const podNetwork = definePlaybook({
  id: 'pod-network',
  title: 'New pods get no network, or reach nothing',
  symptoms: [
    'new pods on some nodes cannot reach anything',
    'pods hang in ContainerCreating',
    'pods cannot be reached from other nodes',
    'old pods work and new ones do not',
    'FailedCreatePodSandBox',
  ],
  takes: ['node', 'namespace', 'pod'],
  checks: [
    networkNotReady,
    staleWatch,
    datastoreRolledBack,
    felixBehind,
    felixNotReady,
    cniUnauthorized,
    blockLimit,
    poolsExhausted,
    bgpDown,
    flannelNotRunning,
    nodeWithoutPodCidr,
    podCidrMismatch,
    networkContainsNodes,
    configNotLoaded,
    cidrOverlapsServices,
    masqueradeOff,
    clusterCidrChanged,
    subnetNotReady,
    nodeNotAllocated,
    staleNorthboundCache,
    databaseLeaderMissing,
    controllerLeadership,
    nodeRouteMissing,
    joinGatewayUnreachable,
    addressesExhausted,
    kubeProxyNotSyncing,
    providerNetworkNotReady,
  ],
  version: 1,
});
