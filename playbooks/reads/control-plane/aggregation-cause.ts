import { type BackendReason, backendMeans, backendReasons } from '../../facts/control-plane/discovery-failures.ts';
import { isExempt, type ProxyEnvironment, proxyEnvironmentOf } from '../../facts/control-plane/proxy-environment.ts';
import { flagOf } from '../../facts/kubernetes/flags.ts';
import type { Pod } from '../../kinds/kubernetes.ts';
import { type Aggregation, disagree, type Unavailable } from './aggregated-apis.ts';

export type CauseCode =
  | 'one-apiserver-affected'
  | 'aggregated-backend-not-ready'
  | 'front-proxy-untrusted'
  | 'proxy-environment'
  | 'cluster-ip-path-broken'
  | 'pod-path-broken';

export type Cause = { readonly code: CauseCode; readonly confidence: readonly [number, string] };

/** Whether an API server goes to the pods behind a Service itself. */
export function routesToEndpoints({ spec }: Pod): boolean {
  const words = spec.containers.flatMap(({ command, args }) => [...command, ...args]);
  return flagOf(words, 'enable-aggregator-routing') === 'true';
}

export function proxyEnvironmentOfServer({ spec }: Pod): ProxyEnvironment | undefined {
  return proxyEnvironmentOf(spec.containers.flatMap(({ env }) => env));
}

export function isBackendReason(reason: string): reason is BackendReason {
  return backendReasons.some((known) => known === reason);
}

function isServiceAddress({ host, service }: Unavailable): boolean {
  return host !== undefined && [service?.spec.clusterIP, ...(service?.spec.clusterIPs ?? [])].includes(host);
}

/** Whether the API server went to a pod itself, as its flag for routing to endpoints makes it. */
export function isPodAddress({ host, endpoints, backends }: Unavailable): boolean {
  const addresses = [...endpoints.ready.map(({ address }) => address), ...backends.map(({ status }) => status.podIP)];
  return host !== undefined && addresses.includes(host);
}

/**
 * What the condition says against what the test of the path gave. At most one cause for each API; undefined where the
 * two contradict each other, or the path could not be tested.
 */
export function causeOf(one: Unavailable, { servers }: Pick<Aggregation, 'servers'>): Cause | undefined {
  const { condition, failure, path, reports } = one;
  if (disagree(reports)) {
    const failing = reports.filter(({ fails }) => fails).length;
    return {
      code: 'one-apiserver-affected',
      confidence: [
        0.85,
        `${failing} of ${reports.length} API servers log failures, the others do not; what is wrong there is not seen from here.`,
      ],
    };
  }
  if (isBackendReason(condition.reason)) {
    return {
      code: 'aggregated-backend-not-ready',
      confidence: [0.95, `The API server sees by itself that ${backendMeans[condition.reason]}.`],
    };
  }
  if (condition.reason !== 'FailedDiscoveryCheck') return undefined;
  switch (failure) {
    case 'unauthenticated':
    case 'forbidden':
      return {
        code: 'front-proxy-untrusted',
        confidence:
          path.came === 'answers'
            ? [0.95, 'The backend answers over the same network, and refuses only this client.']
            : [0.8, 'The backend refuses this client; another way to it was not seen to work.'],
      };
    case 'http-error':
      return {
        code: 'aggregated-backend-not-ready',
        confidence: [0.85, 'The backend was reached, and answers badly.'],
      };
    case 'proxy':
      return behindProxy(one, servers);
    case 'lost':
    case 'no-route':
    case 'refused':
      return misconfiguredProxy(one, servers) ?? pathCause(one);
    case 'unclassified':
      return undefined;
  }
}

function behindProxy(one: Unavailable, servers: readonly Pod[]): Cause | undefined {
  if (servers.length === 0) {
    return {
      code: 'proxy-environment',
      confidence: [0.6, 'The words are those of an HTTP proxy; the environment of the API server is not visible here.'],
    };
  }
  return usesProxy(one, servers)
    ? {
        code: 'proxy-environment',
        confidence: [0.95, 'The API server has a proxy in its environment, and these are the words of one.'],
      }
    : undefined;
}

function misconfiguredProxy(one: Unavailable, servers: readonly Pod[]): Cause | undefined {
  return usesProxy(one, servers)
    ? {
        code: 'proxy-environment',
        confidence: [
          0.85,
          'A proxy that is outside of the cluster cannot reach this address; that it was asked is not seen.',
        ],
      }
    : undefined;
}

/** Whether some API server would go through a proxy to the address that failed. */
export function usesProxy({ host }: Pick<Unavailable, 'host'>, servers: readonly Pod[]): boolean {
  return servers.some((pod) => {
    const proxy = proxyEnvironmentOfServer(pod);
    return proxy !== undefined && (host === undefined || !isExempt(proxy, host));
  });
}

function pathCause(one: Unavailable): Cause | undefined {
  const { failure, path } = one;
  switch (path.came) {
    case 'answers':
      // To the address of a pod both go the same way: then it has just recovered, or another server fails.
      if (!isServiceAddress(one)) return undefined;
      return failure === 'refused'
        ? {
            code: 'cluster-ip-path-broken',
            confidence: [0.85, 'The pod answers, and only the address of its Service refuses.'],
          }
        : {
            code: 'cluster-ip-path-broken',
            confidence: [0.9, 'The pod answers, and only the address of its Service does not.'],
          };
    case 'no-endpoints':
      return { code: 'aggregated-backend-not-ready', confidence: [0.95, 'The service proxy finds no ready endpoint.'] };
    case 'refused':
      return { code: 'aggregated-backend-not-ready', confidence: [0.85, 'The pod is reached, and nobody listens.'] };
    case 'silent':
      return {
        code: 'pod-path-broken',
        confidence: [0.9, 'Neither the address of the Service nor that of a pod answers the API server.'],
      };
    case 'not-tested':
      if (!isPodAddress(one)) return undefined;
      return failure === 'refused'
        ? { code: 'aggregated-backend-not-ready', confidence: [0.7, 'The address of a pod refuses the connection.'] }
        : {
            code: 'pod-path-broken',
            confidence: [0.7, 'The API server goes to the address of the pod itself; no second test was possible.'],
          };
  }
}

/** The unavailable APIs that one cause explains, each with how sure that is. */
export function explainedBy(
  code: CauseCode,
  aggregation: Aggregation,
): (Unavailable & { readonly confidence: Cause['confidence'] })[] {
  return aggregation.unavailable.flatMap((one) => {
    const cause = causeOf(one, aggregation);
    return cause?.code === code ? [{ ...one, confidence: cause.confidence }] : [];
  });
}
