import type { WorldObject } from '../../../src/core/world.ts';
import type { Manifest } from '../control-plane/client.ts';

type Owner = { readonly apiVersion: string; readonly kind: string; readonly name: string };
type Labels = Readonly<Record<string, string>>;
type PodSpec = { readonly nodeName?: string; readonly containers: readonly unknown[] };
type Workload = { readonly selector: { readonly matchLabels: Labels }; readonly template: { readonly spec: unknown } };

const hashLabel = 'pod-template-hash';

export function isController({ kind }: WorldObject): boolean {
  return kind === 'Deployment' || kind === 'ReplicaSet' || kind === 'DaemonSet';
}

export function isPod({ apiVersion, kind }: WorldObject): boolean {
  return apiVersion === 'v1' && kind === 'Pod';
}

/**
 * The ReplicaSets and DaemonSets that a world's pods name as their owners and that it does not write down. Made so
 * that the real controllers take the loaded pods for their own: they adopt what fits and see nothing missing.
 */
export function ownersOf(objects: readonly WorldObject[]): Manifest[] {
  const groups = Map.groupBy(objects.filter(isPod), (pod) => {
    const owner = ownerOf(pod);
    return owner === undefined ? '' : `${owner.kind} ${pod.metadata.namespace ?? ''}/${owner.name}`;
  });
  groups.delete('');
  return [...groups.values()].flatMap((pods) => {
    const owner = pods[0] === undefined ? undefined : ownerOf(pods[0]);
    if (owner === undefined || objects.some((object) => isThe(object, owner, pods))) return [];
    if (owner.kind === 'ReplicaSet') return [replicaSet(owner, pods, objects)];
    if (owner.kind === 'DaemonSet') return [daemonSet(owner, pods)];
    throw new Error(`A pod of a ${owner.kind} cannot be loaded: nobody here makes ${owner.kind} ${owner.name}.`);
  });
}

function ownerOf({ metadata }: WorldObject): Owner | undefined {
  const owners = (metadata['ownerReferences'] ?? []) as (Owner & { readonly controller?: boolean })[];
  return owners.find(({ controller }) => controller === true);
}

function isThe({ kind, metadata }: WorldObject, owner: Owner, [pod]: readonly WorldObject[]): boolean {
  return kind === owner.kind && metadata.name === owner.name && metadata.namespace === pod?.metadata.namespace;
}

/** Its template is that of the Deployment in the world, so that the Deployment finds it up to date. */
function replicaSet({ name }: Owner, pods: readonly WorldObject[], objects: readonly WorldObject[]): Manifest {
  const namespace = pods[0]?.metadata.namespace;
  const labels = commonLabels(pods);
  const hash = labels[hashLabel] ?? '';
  const deployment = objects.find(
    ({ kind, metadata }) =>
      kind === 'Deployment' && metadata.namespace === namespace && `${metadata.name}-${hash}` === name,
  );
  const written = deployment?.['spec'] as Workload | undefined;
  const matchLabels = written === undefined ? labels : { ...written.selector.matchLabels, [hashLabel]: hash };
  const template = { metadata: { labels }, spec: written?.template.spec ?? templateSpec(pods) };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name, ...(namespace === undefined ? {} : { namespace }), labels },
    spec: { replicas: pods.length, selector: { matchLabels }, template },
  };
}

/** It stays on the nodes where the world has its pods, and leaves pods alone that it did not make. */
function daemonSet({ name }: Owner, pods: readonly WorldObject[]): Manifest {
  const namespace = pods[0]?.metadata.namespace;
  const labels = commonLabels(pods);
  const nodes = pods.flatMap((pod) => (pod['spec'] as PodSpec).nodeName ?? []);
  const here = { key: 'kubernetes.io/hostname', operator: 'In', values: nodes };
  const affinity = {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [here] }] },
    },
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
    spec: {
      updateStrategy: { type: 'OnDelete' },
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { ...templateSpec(pods), affinity } },
    },
  };
}

/** What all pods carry; a label of one, such as who leads a database, is no part of the template. */
function commonLabels(pods: readonly WorldObject[]): Record<string, string> {
  const [first = {}, ...others] = pods.map(({ metadata }) => (metadata['labels'] ?? {}) as Labels);
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => others.every((labels) => labels[name] === value)),
  );
}

function templateSpec([pod]: readonly WorldObject[]): Record<string, unknown> {
  const { nodeName: _, ...spec } = (pod?.['spec'] ?? { containers: [] }) as PodSpec;
  return spec;
}
