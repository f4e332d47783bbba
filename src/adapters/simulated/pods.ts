import { createHash } from 'node:crypto';
import type { WorldObject } from '../../core/world.ts';
import { isFields, textIn, valueAt } from './merge-patch.ts';
import { apiTime, isTerminating, type Store, uidOf } from './store.ts';

export function isReady(pod: WorldObject): boolean {
  const conditions = valueAt(pod, 'status', 'conditions');
  if (!Array.isArray(conditions)) return false;
  return conditions.some((part) => valueAt(part, 'type') === 'Ready' && valueAt(part, 'status') === 'True');
}

/** The Ready condition, and with it everything a pod's status says, as its kubelet writes it at a time. */
function podStatus(pod: WorldObject, ready: boolean, at: Date): Record<string, unknown> {
  const time = apiTime(at);
  const state = ready ? { running: { startedAt: time } } : { waiting: { reason: 'ContainerCreating' } };
  const statuses = (field: string, is: object): Record<string, unknown> => {
    const containers = valueAt(pod, 'spec', field);
    if (!Array.isArray(containers) || containers.length === 0) return {};
    const named = containers.map((container) => ({
      name: valueAt(container, 'name'),
      image: valueAt(container, 'image'),
      restartCount: 0,
      lastState: {},
      ...is,
    }));
    return { [field === 'containers' ? 'containerStatuses' : 'initContainerStatuses']: named };
  };
  const condition = (type: string, holds: boolean) => ({
    type,
    status: holds ? 'True' : 'False',
    lastTransitionTime: time,
  });
  const { hostIP, hostIPs, podIP, podIPs, qosClass } = (pod['status'] ?? {}) as Record<string, unknown>;
  const kept = { hostIP, hostIPs, qosClass, ...(ready ? { podIP, podIPs } : {}) };
  return {
    phase: ready ? 'Running' : 'Pending',
    startTime: time,
    ...Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined)),
    conditions: [
      condition('PodScheduled', true),
      condition('Initialized', ready),
      condition('ContainersReady', ready),
      condition('Ready', ready),
    ],
    ...statuses('initContainers', {
      ready,
      state: ready ? { terminated: { reason: 'Completed', exitCode: 0 } } : state,
    }),
    ...statuses('containers', { ready, started: ready, state }),
  };
}

type Owner = { readonly kind: string; readonly name: string; readonly uid: unknown };

function controllerOf(pod: WorldObject): Owner | undefined {
  const owners = pod.metadata['ownerReferences'];
  const owner: unknown = Array.isArray(owners)
    ? (owners.find((one) => valueAt(one, 'controller') === true) ?? owners[0])
    : undefined;
  if (!isFields(owner)) return undefined;
  return { kind: textIn(owner['kind']), name: textIn(owner['name']), uid: owner['uid'] };
}

/** A name as the API server makes it of `generateName`: five characters, none of which can form a word. */
function generatedName(stem: string, seed: string): string {
  const alphabet = 'bcdfghjklmnpqrstvwxz2456789';
  const bytes = createHash('sha256').update(seed).digest().subarray(0, 5);
  return `${stem}${[...bytes].map((byte) => alphabet[byte % alphabet.length]).join('')}`;
}

/** Whether the workload that owned the pod, if the world holds it, still wants one more. */
function isWanted(store: Store, pod: WorldObject, owner: Owner): boolean {
  const objects = [...store.objects.values()];
  const workload = objects.find((object) => uidOf(object) === owner.uid);
  if (workload === undefined) return true;
  if (isTerminating(workload)) return false;
  const replicas = valueAt(workload, 'spec', 'replicas');
  const owned = objects.filter(
    (object) => object.kind === 'Pod' && !isTerminating(object) && controllerOf(object)?.uid === owner.uid,
  );
  return typeof replicas !== 'number' || owned.filter((object) => uidOf(object) !== uidOf(pod)).length < replicas;
}

export type Replacement = {
  /** A ReplicaSet starts another pod at once; the others wait until the old one is gone. */
  readonly starts: 'at-once' | 'when-gone';
  readonly pending: (at: Date) => WorldObject;
  readonly ready: (at: Date) => WorldObject;
};

/**
 * The pod that its controller puts in the place of one that stops; undefined for a bare pod, a pod of a job, and a
 * workload that wants no more. It runs on the same node with the same address: a world that cares writes `after`.
 */
export function replacementOf(store: Store, pod: WorldObject): Replacement | undefined {
  const owner = controllerOf(pod);
  if (owner === undefined) return undefined;
  const namesItsPods = ['Deployment', 'ReplicaSet', 'ReplicationController', 'DaemonSet'].includes(owner.kind);
  const keepsNames = owner.kind === 'StatefulSet' || owner.kind === 'Node';
  if (!(namesItsPods || keepsNames) || !isWanted(store, pod, owner)) return undefined;

  const { generateName, labels, annotations, ownerReferences, namespace } = pod.metadata;
  const stem = typeof generateName === 'string' ? generateName : `${owner.name}-`;
  const name = namesItsPods ? generatedName(stem, uidOf(pod)) : pod.metadata.name;
  const kept = { generateName, labels, annotations, ownerReferences, namespace };
  const metadata = {
    ...Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined)),
    name,
  };
  const inState =
    (ready: boolean) =>
    (at: Date): WorldObject => ({
      ...pod,
      metadata,
      // The kubelet shows a static pod again under another uid; its containers never stopped.
      status: owner.kind === 'Node' ? pod['status'] : podStatus(pod, ready, at),
    });
  return {
    starts: keepsNames || owner.kind === 'DaemonSet' ? 'when-gone' : 'at-once',
    pending: inState(false),
    ready: inState(true),
  };
}
