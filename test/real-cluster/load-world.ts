import type { World, WorldObject } from '../../src/core/world.ts';
import type { AdminClient, Manifest } from './control-plane/client.ts';
import type { ControlPlane } from './control-plane/control-plane.ts';
import { until } from './control-plane/processes.ts';
import { definitionsFor } from './world/definitions.ts';
import { type Life, startLife } from './world/life.ts';
import { isController, isPod, ownersOf } from './world/owners.ts';
import { type Shift, shiftLog, shiftTimes } from './world/times.ts';

/** A world that has become objects and logs of a real API server, and goes on living there. */
export type LoadedWorld = Life;

const given = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];

/**
 * Loads a world into a control plane of our own, which is then that cluster and no other: nodes that the world does
 * not have are removed. All times are moved so that the world's `now` is the given one. Real controllers own the
 * pods, KWOK runs them and answers their logs, and what kube-ovn would do is played until `stop`.
 *
 * Left out: what nobody can load. A status of nodes is KWOK's, creation times and uids are the server's.
 * Throws when the world needs more than that, such as a read that is denied.
 */
export async function loadWorld(
  controlPlane: ControlPlane | undefined,
  world: World,
  { now }: { readonly now: Date },
): Promise<LoadedWorld> {
  if (controlPlane === undefined) throw new Error('A world is loaded into a control plane of our own only.');
  requireLoadable(world);
  const { admin } = controlPlane;
  const shift = Math.floor((now.getTime() - world.now.getTime()) / 1000) * 1000;
  const manifests = world.objects.map((object) => prepare(object, () => shift));
  const nodes = manifests.filter(({ kind }) => kind === 'Node');
  const pods = manifests.filter(isPod);
  const others = manifests.filter(({ kind }) => kind !== 'Node').filter((one) => !isPod(one) && !isController(one));

  await admin.apply(await definitionsFor(world));
  await admin.apply(namespacesOf(world));
  await replaceNodes(nodes, admin);
  await admin.apply(others);
  await admin.apply(pods.map(withoutStatus));
  await until(async () => areRunning(pods, admin), 60_000, 'The pods of the world did not run');
  // KWOK has said that all is well and leaves them alone from here on; now they become what the world says.
  await admin.apply(pods.filter(({ status }) => status !== undefined));
  await admin.apply([...ownersOf(world.objects), ...manifests.filter(isSet)]);
  const owned = world.objects.filter((object) => isPod(object) && object.metadata['ownerReferences'] !== undefined);
  await until(async () => areOwned(owned, admin), 60_000, 'The pods of the world were not taken over');
  const deployments = manifests.filter(({ kind }) => kind === 'Deployment');
  await admin.apply(deployments);
  await until(async () => areServed(deployments, admin), 60_000, 'The Deployments of the world did not become ready');
  await controlPlane.writeLogs(world.logs.map((log) => shiftLog(log, () => shift)));
  return startLife({ controlPlane, world, shift, loadedAt: now, prepare });
}

function requireLoadable({ denied, unreachable, get, objects }: World): void {
  const served = get.every(({ path, status, body }) => path === '/readyz' && status === 200 && body === 'ok');
  const leaving = objects.find(({ metadata }) => metadata['deletionTimestamp'] !== undefined);
  if (denied.length > 0 || unreachable || !served || leaving !== undefined) {
    throw new Error('A world with refusals, with answers of its own or with objects being deleted cannot be loaded.');
  }
}

/** An object as a client may send it: without what only a server writes, and with what KWOK needs. */
function prepare(object: WorldObject, shift: Shift): Manifest {
  const { status, ...rest } = shiftTimes(object, shift);
  const { name, namespace, labels, annotations, finalizers } = rest.metadata;
  const fake = object.kind === 'Node' ? { 'kwok.x-k8s.io/node': 'fake' } : {};
  const metadata = {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(labels === undefined ? {} : { labels }),
    ...(finalizers === undefined ? {} : { finalizers }),
    annotations: { ...(annotations as object | undefined), ...fake },
  };
  // Nodes get the address of KWOK's kubelet, which is where logs come from; controllers count their own pods.
  const isOurs = object.kind !== 'Node' && !isController(object) && status !== undefined;
  return { ...rest, metadata, ...(isOurs ? { status } : {}) };
}

function namespacesOf({ objects }: World): Manifest[] {
  const names = new Set(objects.flatMap(({ metadata }) => metadata.namespace ?? []));
  return [...names]
    .filter((name) => !given.includes(name))
    .map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));
}

async function replaceNodes(nodes: readonly Manifest[], admin: AdminClient): Promise<void> {
  const wanted = new Set(nodes.map(({ metadata }) => metadata.name));
  for (const { metadata } of await listed(admin, '/api/v1/nodes')) {
    if (!wanted.has(metadata.name)) await admin.remove({ apiVersion: 'v1', kind: 'Node', metadata });
  }
  await admin.apply(nodes);
  const areReady = async (): Promise<boolean> => {
    const present = (await listed(admin, '/api/v1/nodes')) as Node[];
    return present.length === wanted.size && present.every(isReadyNode);
  };
  await until(areReady, 60_000, 'The nodes of the world were not ready');
}

type Condition = { readonly type: string; readonly status: string };
type Node = WorldObject & {
  readonly spec?: { readonly taints?: readonly unknown[] };
  readonly status?: { readonly conditions?: readonly Condition[] };
};

function isReadyNode({ spec, status }: Node): boolean {
  const ready = status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True');
  return ready === true && (spec?.taints ?? []).length === 0;
}

async function areRunning(pods: readonly Manifest[], admin: AdminClient): Promise<boolean> {
  const present = await listed(admin, '/api/v1/pods');
  return pods.every(({ metadata }) =>
    present.some((pod) => isSame(pod, metadata) && (pod['status'] as { phase?: string }).phase === 'Running'),
  );
}

async function areOwned(pods: readonly WorldObject[], admin: AdminClient): Promise<boolean> {
  const present = await listed(admin, '/api/v1/pods');
  return pods.every(({ metadata }) =>
    present.some((pod) => isSame(pod, metadata) && pod.metadata['ownerReferences'] !== undefined),
  );
}

type Deployment = WorldObject & {
  readonly spec: { readonly replicas?: number };
  readonly status?: { readonly updatedReplicas?: number; readonly replicas?: number };
};

/** Its pods are the ones that were there before: it has made no other, and counts them all as its newest. */
async function areServed(deployments: readonly Manifest[], admin: AdminClient): Promise<boolean> {
  for (const deployment of deployments) {
    const { spec, status = {} } = await admin.get<Deployment>(deployment);
    const { replicas = 0, updatedReplicas = 0 } = status;
    if (updatedReplicas !== (spec.replicas ?? 1) || replicas !== updatedReplicas) return false;
  }
  return true;
}

async function listed(admin: AdminClient, path: string): Promise<WorldObject[]> {
  const { status, body } = await admin.request('GET', path);
  if (status !== 200) throw new Error(`GET ${path} was answered with ${status}: ${body}`);
  return (JSON.parse(body) as { items: WorldObject[] }).items;
}

function isSame({ metadata }: WorldObject, { namespace, name }: Manifest['metadata']): boolean {
  return metadata.namespace === namespace && metadata.name === name;
}

function isSet({ kind }: Manifest): boolean {
  return kind === 'ReplicaSet' || kind === 'DaemonSet';
}

function withoutStatus(manifest: Manifest): Manifest {
  return { ...manifest, status: undefined };
}
