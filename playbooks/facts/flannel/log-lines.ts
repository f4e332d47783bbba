/** flanneld's refusal to start since v0.18.0, in `Error registering network: failed to acquire lease: …`. */
export function refusedPodCidr(text: string): { network: string; podCidr: string; node: string } | undefined {
  const match =
    /subnet "([^"]+)" specified in the flannel net config doesn't contain "([^"]+)" (?:IPv6 )?PodCIDR of the "([^"]+)" node/.exec(
      text,
    );
  if (match === null) return undefined;
  const [, network = '', podCidr = '', node = ''] = match;
  return { network, podCidr, node };
}

/** Why flanneld does not start, by its own words. The first that fits counts. */
export const startFailures = [
  {
    pattern: /specified in the flannel net config doesn't contain/,
    means: 'its Network does not contain the pod CIDR of the node',
  },
  { pattern: /pod cidr not assigned/, means: 'the node has no pod CIDR' },
  { pattern: /failed to read net conf:/, means: 'it cannot read its network configuration' },
  { pattern: /error parsing subnet config:/, means: 'its network configuration is no valid JSON, or lacks a field' },
  { pattern: /Failed to check br_netfilter/i, means: 'the kernel module br_netfilter is not loaded on the node' },
  { pattern: /[Ff]ailed to create SubnetManager|error retrieving pod spec/, means: 'it cannot reach the API server' },
] as const;

export type StartFailure = (typeof startFailures)[number];

export function startFailureOf(text: string): StartFailure | undefined {
  return startFailures.find(({ pattern }) => pattern.test(text));
}

/** The controller-manager refuses to start its node IPAM: `cidr 10.42.1.0/24 is out the range of cluster cidr …`. */
export function outOfClusterCidr(text: string): { podCidr: string; clusterCidr: string; node: string } | undefined {
  const match =
    /as occupied for node: ([^:\s]+): cidr (\S+) is out the range of cluster cidr ([0-9a-fA-F.:]+\/\d+)/.exec(text);
  if (match === null) return undefined;
  const [, node = '', podCidr = '', clusterCidr = ''] = match;
  return { podCidr, clusterCidr, node };
}
