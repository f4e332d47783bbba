/** The APIService of metrics-server, and the Services that distributions and charts give it. */
export const metricsApi = 'v1beta1.metrics.k8s.io';

/** Its discovery document: it goes the whole way to the backend, with the certificate verified, and needs no rule of its own. */
export const metricsDiscovery = '/apis/metrics.k8s.io/v1beta1';

export const metricsNamespace = 'kube-system';

/** Other backends are not asked through the API server: which paths they serve to anybody is not known. */
export const testableServices = ['metrics-server', 'rke2-metrics-server'] as const;

export const testPath = '/readyz';

export function isTestable({ namespace, name, port }: { namespace: string; name: string; port: number }): boolean {
  return namespace === metricsNamespace && testableServices.some((known) => known === name) && port === 443;
}
