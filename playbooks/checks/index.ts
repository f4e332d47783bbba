import type { Check } from '../../src/core/check.ts';
import { bgpDown as calicoBgpDown } from './calico/bgp-down.ts';
import { blockLimit as calicoBlockLimit } from './calico/block-limit.ts';
import { cniUnauthorized as calicoCniUnauthorized } from './calico/cni-unauthorized.ts';
import { datastoreRolledBack as calicoDatastoreRolledBack } from './calico/datastore-rolled-back.ts';
import { felixBehind as calicoFelixBehind } from './calico/felix-behind.ts';
import { felixNotReady as calicoFelixNotReady } from './calico/felix-not-ready.ts';
import { poolsExhausted as calicoPoolsExhausted } from './calico/pools-exhausted.ts';
import { staleWatch as calicoStaleWatch } from './calico/stale-watch.ts';
import { cidrOverlapsServices as canalCidrOverlapsServices } from './canal/cidr-overlaps-services.ts';
import { clusterCidrChanged as canalClusterCidrChanged } from './canal/cluster-cidr-changed.ts';
import { configNotLoaded as canalConfigNotLoaded } from './canal/config-not-loaded.ts';
import { flannelNotRunning as canalFlannelNotRunning } from './canal/flannel-not-running.ts';
import { masqueradeOff as canalMasqueradeOff } from './canal/masquerade-off.ts';
import { networkContainsNodes as canalNetworkContainsNodes } from './canal/network-contains-nodes.ts';
import { nodeWithoutPodCidr as canalNodeWithoutPodCidr } from './canal/node-without-pod-cidr.ts';
import { podCidrMismatch as canalPodCidrMismatch } from './canal/pod-cidr-mismatch.ts';
import { aggregatedBackendNotReady as controlPlaneAggregatedBackendNotReady } from './control-plane/aggregated-backend-not-ready.ts';
import { apiserverNotReady as controlPlaneApiserverNotReady } from './control-plane/apiserver-not-ready.ts';
import { apiserviceUnavailable as controlPlaneApiserviceUnavailable } from './control-plane/apiservice-unavailable.ts';
import { authorityExpiring as controlPlaneAuthorityExpiring } from './control-plane/authority-expiring.ts';
import { clientCertificateExpiring as controlPlaneClientCertificateExpiring } from './control-plane/client-certificate-expiring.ts';
import { clusterIpPathBroken as controlPlaneClusterIpPathBroken } from './control-plane/cluster-ip-path-broken.ts';
import { frontProxyUntrusted as controlPlaneFrontProxyUntrusted } from './control-plane/front-proxy-untrusted.ts';
import { kubeProxyNotSyncing as controlPlaneKubeProxyNotSyncing } from './control-plane/kube-proxy-not-syncing.ts';
import { kubeletCertificateNotRotating as controlPlaneKubeletCertificateNotRotating } from './control-plane/kubelet-certificate-not-rotating.ts';
import { oneApiserverAffected as controlPlaneOneApiserverAffected } from './control-plane/one-apiserver-affected.ts';
import { podPathBroken as controlPlanePodPathBroken } from './control-plane/pod-path-broken.ts';
import { proxyEnvironment as controlPlaneProxyEnvironment } from './control-plane/proxy-environment.ts';
import { staleClientCertificate as controlPlaneStaleClientCertificate } from './control-plane/stale-client-certificate.ts';
import { backendMissing as ingressBackendMissing } from './ingress/backend-missing.ts';
import { classMismatch as ingressClassMismatch } from './ingress/class-mismatch.ts';
import { noReadyEndpoints as ingressNoReadyEndpoints } from './ingress/no-ready-endpoints.ts';
import { configRejected as kongConfigRejected } from './kong/config-rejected.ts';
import { controllerStalled as kongControllerStalled } from './kong/controller-stalled.ts';
import { databaseDown as kongDatabaseDown } from './kong/database-down.ts';
import { databaseUnreachable as kongDatabaseUnreachable } from './kong/database-unreachable.ts';
import { deadTargets as kongDeadTargets } from './kong/dead-targets.ts';
import { staleTargets as kongStaleTargets } from './kong/stale-targets.ts';
import { addressAccounting as kubeOvnAddressAccounting } from './kube-ovn/address-accounting.ts';
import { addressConflict as kubeOvnAddressConflict } from './kube-ovn/address-conflict.ts';
import { addressDrift as kubeOvnAddressDrift } from './kube-ovn/address-drift.ts';
import { addressSquatter as kubeOvnAddressSquatter } from './kube-ovn/address-squatter.ts';
import { addressesExhausted as kubeOvnAddressesExhausted } from './kube-ovn/addresses-exhausted.ts';
import { apiserverTimeouts as kubeOvnApiserverTimeouts } from './kube-ovn/apiserver-timeouts.ts';
import { blockingPod as kubeOvnBlockingPod } from './kube-ovn/blocking-pod.ts';
import { controllerLeadership as kubeOvnControllerLeadership } from './kube-ovn/controller-leadership.ts';
import { databaseLeaderMissing as kubeOvnDatabaseLeaderMissing } from './kube-ovn/database-leader-missing.ts';
import { externalAddressConflict as kubeOvnExternalAddressConflict } from './kube-ovn/external-address-conflict.ts';
import { gatewayNodeDown as kubeOvnGatewayNodeDown } from './kube-ovn/gateway-node-down.ts';
import { joinGatewayUnreachable as kubeOvnJoinGatewayUnreachable } from './kube-ovn/join-gateway-unreachable.ts';
import { leftoverSwitchPort as kubeOvnLeftoverSwitchPort } from './kube-ovn/leftover-switch-port.ts';
import { macConflict as kubeOvnMacConflict } from './kube-ovn/mac-conflict.ts';
import { nodeNotAllocated as kubeOvnNodeNotAllocated } from './kube-ovn/node-not-allocated.ts';
import { nodeRouteMissing as kubeOvnNodeRouteMissing } from './kube-ovn/node-route-missing.ts';
import { providerNetworkNotReady as kubeOvnProviderNetworkNotReady } from './kube-ovn/provider-network-not-ready.ts';
import { specialAddressConflict as kubeOvnSpecialAddressConflict } from './kube-ovn/special-address-conflict.ts';
import { staleNorthboundCache as kubeOvnStaleNorthboundCache } from './kube-ovn/stale-northbound-cache.ts';
import { staticAddressClash as kubeOvnStaticAddressClash } from './kube-ovn/static-address-clash.ts';
import { stuckTerminating as kubeOvnStuckTerminating } from './kube-ovn/stuck-terminating.ts';
import { subnetNotReady as kubeOvnSubnetNotReady } from './kube-ovn/subnet-not-ready.ts';
import { vmAddressNotRestored as kubeOvnVmAddressNotRestored } from './kube-ovn/vm-address-not-restored.ts';
import { addressConflict as workloadAddressConflict } from './workload/address-conflict.ts';
import { apiserverUnreachable as workloadApiserverUnreachable } from './workload/apiserver-unreachable.ts';
import { networkNotReady as workloadNetworkNotReady } from './workload/network-not-ready.ts';

/** Every check. Made by `npm run generate` from the files of this folder. */
export const checks: readonly Check[] = [
  calicoBgpDown,
  calicoBlockLimit,
  calicoCniUnauthorized,
  calicoDatastoreRolledBack,
  calicoFelixBehind,
  calicoFelixNotReady,
  calicoPoolsExhausted,
  calicoStaleWatch,
  canalCidrOverlapsServices,
  canalClusterCidrChanged,
  canalConfigNotLoaded,
  canalFlannelNotRunning,
  canalMasqueradeOff,
  canalNetworkContainsNodes,
  canalNodeWithoutPodCidr,
  canalPodCidrMismatch,
  controlPlaneAggregatedBackendNotReady,
  controlPlaneApiserverNotReady,
  controlPlaneApiserviceUnavailable,
  controlPlaneAuthorityExpiring,
  controlPlaneClientCertificateExpiring,
  controlPlaneClusterIpPathBroken,
  controlPlaneFrontProxyUntrusted,
  controlPlaneKubeProxyNotSyncing,
  controlPlaneKubeletCertificateNotRotating,
  controlPlaneOneApiserverAffected,
  controlPlanePodPathBroken,
  controlPlaneProxyEnvironment,
  controlPlaneStaleClientCertificate,
  ingressBackendMissing,
  ingressClassMismatch,
  ingressNoReadyEndpoints,
  kongConfigRejected,
  kongControllerStalled,
  kongDatabaseDown,
  kongDatabaseUnreachable,
  kongDeadTargets,
  kongStaleTargets,
  kubeOvnAddressAccounting,
  kubeOvnAddressConflict,
  kubeOvnAddressDrift,
  kubeOvnAddressSquatter,
  kubeOvnAddressesExhausted,
  kubeOvnApiserverTimeouts,
  kubeOvnBlockingPod,
  kubeOvnControllerLeadership,
  kubeOvnDatabaseLeaderMissing,
  kubeOvnExternalAddressConflict,
  kubeOvnGatewayNodeDown,
  kubeOvnJoinGatewayUnreachable,
  kubeOvnLeftoverSwitchPort,
  kubeOvnMacConflict,
  kubeOvnNodeNotAllocated,
  kubeOvnNodeRouteMissing,
  kubeOvnProviderNetworkNotReady,
  kubeOvnSpecialAddressConflict,
  kubeOvnStaleNorthboundCache,
  kubeOvnStaticAddressClash,
  kubeOvnStuckTerminating,
  kubeOvnSubnetNotReady,
  kubeOvnVmAddressNotRestored,
  workloadAddressConflict,
  workloadApiserverUnreachable,
  workloadNetworkNotReady,
];
