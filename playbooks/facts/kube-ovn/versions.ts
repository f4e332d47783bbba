import { isBetween, isIn } from '../../../src/core/version.ts';

/** A change of kube-ovn that checks and remedies depend on, and the first tag of each branch that has it. */
export type UpstreamChange = {
  readonly what: string;
  /** Pull requests of github.com/kubeovn/kube-ovn. */
  readonly upstream: readonly [string, ...string[]];
  readonly firsts: readonly [string, ...string[]];
};

/** A branch that is missing between two named ones never got the change. */
export const changes = {
  leaderExitsOnLostLock: {
    what: 'a leader that loses its lock exits',
    upstream: ['#1536'],
    firsts: ['v1.8.7', 'v1.9.4', 'v1.10.1', 'v1.11.0'],
  },
  leaseLock: {
    what: 'the leader lock is a Lease',
    upstream: ['#1529'],
    firsts: ['v1.9.12', 'v1.10.5', 'v1.11.0'],
  },
  lockReleasedOnExit: {
    what: 'a leader that is told to stop releases its lock',
    upstream: ['#2167'],
    firsts: ['v1.11.0'],
  },
  podsWithoutPortIgnored: {
    what: 'a pod without a logical port no longer blocks its whole subnet',
    upstream: ['#1924', '#1925'],
    firsts: ['v1.9.11', 'v1.10.7', 'v1.11.0'],
  },
  vmAddressesRestored: {
    what: 'a starting controller takes the addresses of stopped virtual machines into account',
    upstream: ['#1974'],
    firsts: ['v1.8.14', 'v1.9.13', 'v1.10.7', 'v1.11.0'],
  },
  routesSyncedPeriodically: {
    what: 'kube-ovn-cni puts missing routes back every 3 s',
    upstream: ['#2963'],
    firsts: ['v1.9.35', 'v1.11.10', 'v1.12.0'],
  },
  routesFollowValidated: {
    what: 'node routes follow the Validated condition and not Ready',
    upstream: ['#4258'],
    firsts: ['v1.9.35', 'v1.11.20', 'v1.12.19', 'v1.13.0'],
  },
  daemonRestartsHarmlessly: {
    what: 'a restart of kube-ovn-cni leaves the network of its node alone',
    upstream: ['#2272'],
    firsts: ['v1.8.15', 'v1.9.20', 'v1.10.10', 'v1.11.1', 'v1.12.0'],
  },
  joinGatewayReported: {
    what: 'kube-ovn-cni writes to the node whether it reaches the join gateway',
    upstream: ['#4915'],
    firsts: ['v1.9.38', 'v1.11.22', 'v1.12.31', 'v1.13.3', 'v1.14.0'],
  },
  finalizersDroppedWithSubnet: {
    what: 'an IP lets go of its finalizer when its subnet is gone',
    upstream: ['#6275'],
    firsts: ['v1.14.31', 'v1.15.3', 'v1.16.0'],
  },
  vlanConflictsRefused: {
    what: 'the controller refuses a subnet whose VLAN is in conflict',
    upstream: ['#5233'],
    firsts: ['v1.14.0'],
  },
} as const satisfies Record<string, UpstreamChange>;

/** Whether a version has a change; undefined when the version is not known. */
export function has(version: string | undefined, change: UpstreamChange): boolean | undefined {
  return isIn(version, change.firsts);
}

/** Every claim about a version says this: vendors ship changed code under upstream tags. */
export function unlessBackported(change: UpstreamChange): string {
  return `unless your vendor back-ported ${change.upstream.join(' and ')}`;
}

/**
 * Versions in which the reconcile of a distributed subnet stops at the first pod that has no logical port.
 * It came with the policy routes of #1618; earlier versions have no such loop.
 */
export const portGroupLoop: readonly (readonly [string, string])[] = [
  ['v1.9.5', 'v1.9.10'],
  ['v1.10.0', 'v1.10.6'],
];

export function hasPortGroupLoop(version: string | undefined): boolean | undefined {
  return isBetween(version, portGroupLoop);
}
