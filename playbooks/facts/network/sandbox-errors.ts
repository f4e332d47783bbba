/**
 * Why the kubelet could not give a pod its network, told from the text of the event. The kinds differ in who has to
 * act; `unclassified` is a failure of some CNI plugin that none of the patterns knows.
 */
export type SandboxErrorKind =
  | 'calico-token'
  | 'calico-forbidden'
  | 'calico-block-limit'
  | 'calico-pools'
  | 'calico-not-started'
  | 'api-server-unreachable'
  | 'flannel-not-started'
  | 'range-full'
  | 'bridge-address'
  | 'kube-ovn'
  | 'plugin-missing'
  | 'unclassified';

export type SandboxError = { readonly kind: SandboxErrorKind; readonly text: string };

type Known = { readonly kind: SandboxErrorKind; readonly pattern: RegExp };

/** The more specific first. */
const known: readonly Known[] = [
  {
    // Where the plugin gets further before it is refused, or under Multus, only the last word of it is left.
    kind: 'calico-token',
    pattern:
      /connection is unauthorized: Unauthorized|(?:plugin type="calico" failed \(\w+\)|network "k8s-pod-network"): (?:[^,]*: )?Unauthorized/,
  },
  {
    kind: 'calico-forbidden',
    pattern: /connection is unauthorized: .*is forbidden|clusterinformations\.\S+ .*forbidden/,
  },
  { kind: 'calico-block-limit', pattern: /due to per host block limit|limit of \d+ blocks reached for this node/ },
  {
    kind: 'calico-pools',
    pattern:
      /No IPs available in pools|no configured Calico pools|No more free affine blocks and strict affinity|cannot find a qualified ippool|failed to request \d* ?IPv[46] addresses/,
  },
  { kind: 'calico-not-started', pattern: /stat \/var\/lib\/calico\/nodename/ },
  { kind: 'flannel-not-started', pattern: /\/run\/flannel\/subnet\.env/ },
  { kind: 'range-full', pattern: /no IP addresses available in (?:range set|network)/ },
  { kind: 'bridge-address', pattern: /already has an IP address different from/ },
  {
    kind: 'kube-ovn',
    pattern: /kube-ovn-daemon\.sock|plugin type="kube-ovn"|RPC failed; request ip return|no address allocated to pod/,
  },
  {
    kind: 'api-server-unreachable',
    pattern:
      /(?:Get|Post) "?https:\/\/\S+ ?.*(?:i\/o timeout|connection refused|no route to host|deadline exceeded|handshake timeout)/,
  },
  { kind: 'plugin-missing', pattern: /failed to find plugin|cni plugin not initialized|cni config uninitialized/ },
];

/** A sandbox also fails for want of the pause image, a cgroup or a runtime: those are no faults of the network. */
const isOfNetwork =
  /set ?up (?:sandbox container \S+ )?network|network ?plugin|plugin type="|CNI network|network for (?:pod|sandbox)|cni config|cni plugin/i;

/** Undefined when the event tells of something else than the network. */
export function sandboxErrorOf(message: string): SandboxError | undefined {
  const found = known.find(({ pattern }) => pattern.test(message));
  if (found === undefined && !isOfNetwork.test(message)) return undefined;
  return { kind: found?.kind ?? 'unclassified', text: shorten(message) };
}

/** The end of the chain of wrapped errors, which is what differs; the beginning repeats pod names and hashes. */
function shorten(message: string): string {
  const after = /plugin type="[^"]*" (?:name="[^"]*" )?failed \((?:add|ADD)\): (.*)$/s.exec(message)?.[1];
  // Docker's kubelets add that the clean-up failed for the same reason.
  const old = /network: (.*?)(?:, failed to clean up sandbox container .*)?$/s.exec(message)?.[1];
  return (after ?? old ?? message).replace(/\s+/g, ' ').trim().slice(0, 300);
}

/** What each kind means, as one sentence for a person. */
export const sandboxErrorMeans: Readonly<Record<SandboxErrorKind, string>> = {
  'calico-token': 'The API server refuses the token that the CNI plugin of Calico uses on this node.',
  'calico-forbidden':
    'The CNI plugin of Calico is let in, but a rule of its ClusterRole is missing; a restart does not help.',
  'calico-block-limit': 'The node may not claim another block of addresses from Calico.',
  'calico-pools': 'Calico has no address left for this pod.',
  'calico-not-started':
    'The Calico pod of this node has not started, so the plugin does not know the name of the node.',
  'api-server-unreachable':
    'The CNI plugin does not reach the API server through its Service: look at kube-proxy on this node.',
  'flannel-not-started':
    'The flannel pod of this node has not run yet, and has left no subnet.env: see to that pod first.',
  'range-full':
    'The address range of this node is used up: addresses leaked in /var/lib/cni/networks, or the node has more pods than its range holds.',
  'bridge-address':
    'The bridge of this node still carries an address of an earlier pod range; it has to be deleted by hand, or the node restarted.',
  'kube-ovn': 'kube-ovn did not give the pod an address.',
  'plugin-missing': 'The CNI plugin or its configuration is not on this node: its installer has not run.',
  unclassified: 'The CNI plugin failed for a reason that is not known here; the event has its words.',
};

/**
 * A probe whose packets got no answer: no route, a silent drop, or a blackhole route, which the kernel answers with
 * `invalid argument`. A refused connection or an HTTP status came from the pod, so its network works.
 */
export function isUnansweredProbe(message: string): boolean {
  if (!/probe (?:failed|errored)/i.test(message)) return false;
  if (!/dial tcp|Get "?https?:|failed to connect service/.test(message)) return false;
  return /i\/o timeout|no route to host|invalid argument|host is down|Client\.Timeout exceeded|deadline exceeded|within \d/.test(
    message,
  );
}
