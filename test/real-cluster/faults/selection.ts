import { createHash } from 'node:crypto';
import { catalogue } from '../../../src/catalogue.ts';
import { checkOf, loadWorld, worldNames } from '../../checks/worlds.ts';

const beforeIngresses = 'Its ingresses are of networking.k8s.io/v1beta1, which servers since 1.22 do not have.';
const beforeCertificates = 'Its requests are of certificates.k8s.io/v1beta1, which servers since 1.22 do not have.';

/** Worlds of old clusters, which no current API server can show. A test sees to it that the list is exact. */
export const notServed: Readonly<Record<string, string>> = {
  'control-plane/kubelet-certificate-not-rotating/old-api': beforeCertificates,
  'ingress/backend-missing/old-cluster': beforeIngresses,
  'ingress/class-mismatch/kong-by-annotation': beforeIngresses,
  'ingress/class-mismatch/old-cluster': beforeIngresses,
  'ingress/no-ready-endpoints/old-cluster': beforeIngresses,
  'ingress/no-ready-endpoints/old-cluster-well': beforeIngresses,
  'kong/controller-stalled/old-cluster': beforeIngresses,
  'kong/controller-stalled/old-lock-expired': beforeIngresses,
  'kong/database-down/old-cluster': beforeIngresses,
  'kong/dead-targets/old-cluster': beforeIngresses,
  'kong/stale-targets/old-cluster': beforeIngresses,
  'kong/stale-targets/old-cluster-waits': beforeIngresses,
};

/** Worlds that no API server would have let come about. A test sees to it that it refuses each. */
export const notStorable: Readonly<Record<string, RegExp>> = {
  // What a port's name could do in a path of Kong's admin API, if somebody could write it.
  'kong/dead-targets/hostile': /port\.name: Invalid value/,
};

/** Worlds that would not be themselves any more. All others are compared with `TRIAGE_WORLDS=all`, which shows a new one. */
export const notItself: Readonly<Record<string, string>> = {
  'control-plane/apiservice-unavailable/path-not-testable': 'It lacks a right that the printed rules give.',
  'control-plane/authority-expiring/nothing-published': 'It lacks a ConfigMap that every API server makes.',
  'workload/address-conflict/node-gone': 'It lacks a node that a pod names, and such nodes are added.',
};

/** The same order in every run, and none that a file name could have chosen. */
function drawn(names: readonly string[]): string[] {
  const lot = (name: string): string => createHash('sha256').update(`worlds ${name}`).digest('hex');
  return names.toSorted((left, right) => (lot(left) < lot(right) ? -1 : 1));
}

const left = new Set([notServed, notStorable, notItself].flatMap((list) => Object.keys(list)));
const shown = worldNames.filter((name) => !left.has(name));

function worldsOf(check: string, isFound: boolean): string[] {
  const own = shown.filter((name) => checkOf(name) === check);
  return drawn(own.filter((name) => (loadWorld(name).expect?.found?.length ?? 0) > 0 === isFound));
}

/** Worlds in which a check finds something; every one that there is, or some. */
export function foundWorlds(check: string, most: number): string[] {
  return worldsOf(check, true).slice(0, most);
}

/**
 * Of every check, worlds in which it finds something and look-alikes in which it does not. With `TRIAGE_WORLDS=all`
 * every world there is, which takes about ten minutes.
 */
export function chosenWorlds(): string[] {
  const most = process.env['TRIAGE_WORLDS'] === 'all' ? Infinity : 2;
  return catalogue.checks.flatMap(({ id }) => [...foundWorlds(id, most), ...worldsOf(id, false).slice(0, most)]);
}
