import { definePlaybook } from '../src/core/playbook.ts';
import { addressesExhausted } from './checks/kube-ovn/addresses-exhausted.ts';
import { apiserverTimeouts } from './checks/kube-ovn/apiserver-timeouts.ts';
import { blockingPod } from './checks/kube-ovn/blocking-pod.ts';
import { controllerLeadership } from './checks/kube-ovn/controller-leadership.ts';
import { databaseLeaderMissing } from './checks/kube-ovn/database-leader-missing.ts';
import { gatewayNodeDown } from './checks/kube-ovn/gateway-node-down.ts';
import { joinGatewayUnreachable } from './checks/kube-ovn/join-gateway-unreachable.ts';
import { nodeNotAllocated } from './checks/kube-ovn/node-not-allocated.ts';
import { nodeRouteMissing } from './checks/kube-ovn/node-route-missing.ts';
import { providerNetworkNotReady } from './checks/kube-ovn/provider-network-not-ready.ts';
import { staleNorthboundCache } from './checks/kube-ovn/stale-northbound-cache.ts';
import { stuckTerminating } from './checks/kube-ovn/stuck-terminating.ts';
import { subnetNotReady } from './checks/kube-ovn/subnet-not-ready.ts';

export const subnet = definePlaybook({
  id: 'subnet',
  title: 'A subnet is not ready, or its pods lost the API server',
  symptoms: [
    'a subnet is not ready',
    'pods cannot reach the API server',
    'liveness and readiness probes time out on many nodes',
    'pods of one subnet restart again and again',
    'nodes miss the route to the pod network',
    'a subnet cannot be deleted',
    'pods of a centralized subnet reach nothing outside',
  ],
  takes: ['subnet', 'node'],
  checks: [
    subnetNotReady,
    blockingPod,
    controllerLeadership,
    apiserverTimeouts,
    databaseLeaderMissing,
    staleNorthboundCache,
    nodeNotAllocated,
    nodeRouteMissing,
    joinGatewayUnreachable,
    gatewayNodeDown,
    providerNetworkNotReady,
    stuckTerminating,
    addressesExhausted,
  ],
  version: 3,
});
