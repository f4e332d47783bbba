import { definePlaybook } from '../src/core/playbook.ts';
import { bgpDown } from './checks/calico/bgp-down.ts';
import { datastoreRolledBack } from './checks/calico/datastore-rolled-back.ts';
import { staleWatch } from './checks/calico/stale-watch.ts';
import { cidrOverlapsServices } from './checks/canal/cidr-overlaps-services.ts';
import { clusterCidrChanged } from './checks/canal/cluster-cidr-changed.ts';
import { configNotLoaded } from './checks/canal/config-not-loaded.ts';
import { flannelNotRunning } from './checks/canal/flannel-not-running.ts';
import { masqueradeOff } from './checks/canal/masquerade-off.ts';
import { networkContainsNodes } from './checks/canal/network-contains-nodes.ts';
import { nodeWithoutPodCidr } from './checks/canal/node-without-pod-cidr.ts';
import { podCidrMismatch } from './checks/canal/pod-cidr-mismatch.ts';
import { apiserverNotReady } from './checks/control-plane/apiserver-not-ready.ts';
import { kubeProxyNotSyncing } from './checks/control-plane/kube-proxy-not-syncing.ts';
import { apiserverTimeouts } from './checks/kube-ovn/apiserver-timeouts.ts';
import { blockingPod } from './checks/kube-ovn/blocking-pod.ts';
import { controllerLeadership } from './checks/kube-ovn/controller-leadership.ts';
import { databaseLeaderMissing } from './checks/kube-ovn/database-leader-missing.ts';
import { gatewayNodeDown } from './checks/kube-ovn/gateway-node-down.ts';
import { joinGatewayUnreachable } from './checks/kube-ovn/join-gateway-unreachable.ts';
import { nodeNotAllocated } from './checks/kube-ovn/node-not-allocated.ts';
import { nodeRouteMissing } from './checks/kube-ovn/node-route-missing.ts';
import { subnetNotReady } from './checks/kube-ovn/subnet-not-ready.ts';
import { apiserverUnreachable } from './checks/workload/apiserver-unreachable.ts';

/** In this order: the symptom, the API server, blocks and masquerading, the rest of the network. */
export const apiserverAccess = definePlaybook({
  id: 'apiserver-access',
  title: 'Pods cannot reach the API server',
  symptoms: [
    'pods cannot reach the API server',
    'CoreDNS cannot list services, i/o timeout',
    'pods cannot connect to the kubernetes service address',
    'system pods fail their probes or restart in a loop after the installation',
    'pods cannot reach the addresses of other nodes',
  ],
  takes: ['namespace', 'pod', 'node'],
  checks: [
    apiserverUnreachable,
    apiserverNotReady,
    podCidrMismatch,
    networkContainsNodes,
    configNotLoaded,
    cidrOverlapsServices,
    masqueradeOff,
    nodeWithoutPodCidr,
    clusterCidrChanged,
    flannelNotRunning,
    staleWatch,
    datastoreRolledBack,
    bgpDown,
    kubeProxyNotSyncing,
    subnetNotReady,
    blockingPod,
    controllerLeadership,
    apiserverTimeouts,
    databaseLeaderMissing,
    nodeNotAllocated,
    nodeRouteMissing,
    joinGatewayUnreachable,
    gatewayNodeDown,
  ],
  version: 1,
});
