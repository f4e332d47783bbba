/**
 * Why an API server could not ask a backend, told from the message of the APIService. `lost` means that packets, or the
 * answers to them, got lost; `http-error` that the backend answered, and not well.
 */
export type DiscoveryFailure =
  | 'lost'
  | 'refused'
  | 'no-route'
  | 'proxy'
  | 'unauthenticated'
  | 'forbidden'
  | 'http-error'
  | 'unclassified';

/** The more specific first: a status is an answer, whatever else the message says. */
const classes: readonly (readonly [DiscoveryFailure, RegExp])[] = [
  ['unauthenticated', /bad status from \S+: 401\b/],
  ['forbidden', /bad status from \S+: 403\b/],
  ['http-error', /bad status from \S+: \d{3}\b/],
  ['proxy', /proxyconnect|: EOF\b|: (?:Forbidden|Proxy Authentication Required|Bad Gateway)\b/],
  ['refused', /connect: connection refused/],
  ['no-route', /no route to host|network is unreachable/],
  ['lost', /Client\.Timeout exceeded|context deadline exceeded|i\/o timeout|timed out waiting for|request canceled/],
];

export function classOf(message: string): DiscoveryFailure {
  return classes.find(([, pattern]) => pattern.test(message))?.[0] ?? 'unclassified';
}

export const failureMeans: Readonly<Record<DiscoveryFailure, string>> = {
  lost: 'packets to it, or its answers, get lost',
  refused: 'the connection is refused',
  'no-route': 'there is no route to it',
  proxy: 'something between them answers instead, as an HTTP proxy does',
  unauthenticated: 'the backend does not accept the client certificate of the API server',
  forbidden: 'the backend does not allow what the API server asks',
  'http-error': 'the backend answers with an error',
  unclassified: 'the reason is not one that is known here',
};

/** The address that was asked: `10.108.243.54` of `https://10.108.243.54:443/apis/…`, without the brackets of IPv6. */
export function hostIn(message: string): string | undefined {
  const match = /https:\/\/(?:\[([0-9a-fA-F:]+)\]|([\w.-]+))(?::\d+)?\//.exec(message);
  return match?.[1] ?? match?.[2];
}

/** What an API server logs whenever it asked in vain; the file is `available_controller.go`, from 1.31 on `remote_available_controller.go`. */
export function isFailureOf(api: string, line: string): boolean {
  return line.includes(`${api} failed with: `);
}

/** No ready address: what the API server sees without asking anybody. From 1.34 on it speaks of endpoint slices. */
export const backendReasons = ['ServiceNotFound', 'ServicePortError', 'EndpointsNotFound', 'MissingEndpoints'] as const;
export type BackendReason = (typeof backendReasons)[number];

export const backendMeans: Readonly<Record<BackendReason, string>> = {
  ServiceNotFound: 'the Service does not exist',
  ServicePortError: 'the Service does not have that port',
  EndpointsNotFound: 'the Service has no endpoints at all',
  MissingEndpoints: 'no pod behind the Service is ready',
};
