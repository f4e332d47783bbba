import { definePlaybook } from '../src/core/playbook.ts';
import { staleWatch } from './checks/calico/stale-watch.ts';
import { podCidrMismatch } from './checks/canal/pod-cidr-mismatch.ts';
import { aggregatedBackendNotReady } from './checks/control-plane/aggregated-backend-not-ready.ts';
import { apiserverNotReady } from './checks/control-plane/apiserver-not-ready.ts';
import { apiserviceUnavailable } from './checks/control-plane/apiservice-unavailable.ts';
import { clusterIpPathBroken } from './checks/control-plane/cluster-ip-path-broken.ts';
import { frontProxyUntrusted } from './checks/control-plane/front-proxy-untrusted.ts';
import { kubeProxyNotSyncing } from './checks/control-plane/kube-proxy-not-syncing.ts';
import { oneApiserverAffected } from './checks/control-plane/one-apiserver-affected.ts';
import { podPathBroken } from './checks/control-plane/pod-path-broken.ts';
import { proxyEnvironment } from './checks/control-plane/proxy-environment.ts';

/** The symptom, what may be wrong between the API server and its backend, and what breaks that path for others, too. */
export const metricsApi = definePlaybook({
  id: 'metrics-api',
  title: 'The metrics API cannot be reached',
  symptoms: [
    'kubectl top says that the server is currently unable to handle the request',
    'the autoscaler cannot get metrics',
    'an APIService is not available',
    'metrics-server runs, and kubectl top fails',
    'namespaces stay in Terminating because discovery fails',
  ],
  takes: [],
  checks: [
    apiserviceUnavailable,
    clusterIpPathBroken,
    podPathBroken,
    oneApiserverAffected,
    aggregatedBackendNotReady,
    frontProxyUntrusted,
    proxyEnvironment,
    kubeProxyNotSyncing,
    apiserverNotReady,
    staleWatch,
    podCidrMismatch,
  ],
  version: 1,
});
