/** Why metrics-server says that it has nothing to serve. */
export type BackendTrouble = 'kubelet-certificate' | 'kubelet-unreachable' | 'front-proxy';

const patterns: readonly (readonly [BackendTrouble, RegExp])[] = [
  [
    'kubelet-certificate',
    /x509: (?:cannot validate certificate for \S+ because it doesn't contain any IP SANs|certificate signed by unknown authority|certificate has expired|certificate is valid for)/,
  ],
  [
    'kubelet-unreachable',
    /(?:Failed to scrape node|unable to fully (?:scrape|collect) metrics).*(?:timeout|timed out|refused|no route|deadline)|timeout to access kubelet/i,
  ],
  ['front-proxy', /Unable to authenticate the request/],
];

export function backendTroubleIn(text: string): BackendTrouble | undefined {
  return patterns.find(([, pattern]) => pattern.test(text))?.[0];
}

export const backendTroubleMeans: Readonly<Record<BackendTrouble, string>> = {
  'kubelet-certificate': 'it does not accept the serving certificates of kubelets',
  'kubelet-unreachable': 'it does not reach kubelets',
  'front-proxy': 'it does not accept the client certificate of the API server',
};
