import { setTimeout as sleep } from 'node:timers/promises';
import { parseDuration } from '../../../src/core/duration.ts';
import type { Aftermath, World, WorldLog, WorldObject } from '../../../src/core/world.ts';
import type { AdminClient, Manifest } from '../control-plane/client.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import { liveLocks, renew } from './locks.ts';
import { isPod } from './owners.ts';
import { type Shift, shiftLog, shiftTimes } from './times.ts';

const tickMilliseconds = 500;
const renewEveryMilliseconds = 2000;

export type Life = {
  /** Ends it. Throws what went wrong while it lived, so that no test passes on a world that stood still. */
  stop(): Promise<void>;
};

type Lived = {
  readonly controlPlane: Pick<ControlPlane, 'admin' | 'writeLogs'>;
  readonly world: World;
  /** How far the loaded world was moved in time. */
  readonly shift: number;
  readonly loadedAt: Date;
  readonly prepare: (object: WorldObject, shift: Shift) => Manifest;
};

/** What is going to happen, once the change that it answers was made. */
type Coming = { readonly entry: Aftermath; readonly pod: WorldObject | undefined; changedAt: Date | undefined };

/**
 * Plays what nobody does on a control plane without kube-ovn: holders renew their locks, and after a pod was deleted
 * comes what the world's `after` says. What real controllers do, such as bringing the pod back, is left to them.
 */
export async function startLife(lived: Lived): Promise<Life> {
  const { controlPlane, world, loadedAt } = lived;
  const { admin } = controlPlane;
  const locks = liveLocks(world.objects, world.now);
  const known = new Map((await podsOf(admin)).map((pod) => [nameOf(pod), pod]));
  const coming = world.after.map((entry): Coming => comingOf(entry, known, loadedAt));
  const logs = new Map(world.logs.map((log) => [keyOf(log), shiftLog(log, () => lived.shift)]));
  const controller = new AbortController();

  const tick = async (renewing: boolean): Promise<void> => {
    if (renewing) for (const lock of locks) await renew(lock, admin);
    const awaited = coming.filter(({ changedAt }) => changedAt === undefined);
    for (const one of awaited) if (await isDeleted(one.pod, admin)) one.changedAt = new Date();
    for (const one of coming.filter(isDue)) {
      if (await play(one, lived, known, logs)) coming.splice(coming.indexOf(one), 1);
    }
  };
  const live = async (): Promise<void> => {
    let renewed = 0;
    while (!controller.signal.aborted) {
      const renewing = Date.now() - renewed >= renewEveryMilliseconds;
      if (renewing) renewed = Date.now();
      await tick(renewing);
      await sleep(tickMilliseconds, undefined, { signal: controller.signal }).catch(() => undefined);
    }
  };
  const trouble = live().then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  return {
    stop: async () => {
      controller.abort();
      const ended = await trouble;
      if (ended !== undefined) throw ended.error;
    },
  };
}

function comingOf(entry: Aftermath, known: ReadonlyMap<string, WorldObject>, loadedAt: Date): Coming {
  if (entry.when === undefined) return { entry, pod: undefined, changedAt: loadedAt };
  const pod = [...known.values()].find(({ metadata }) => metadata.name === entry.when?.['name']);
  if (entry.when.change !== 'delete-pod' || pod === undefined) {
    throw new Error(`Only what comes after the end of a named pod can be played, not ${JSON.stringify(entry.when)}.`);
  }
  return { entry, pod, changedAt: undefined };
}

async function isDeleted(pod: WorldObject | undefined, admin: AdminClient): Promise<boolean> {
  if (pod === undefined) return false;
  const { name, namespace = 'default', uid } = pod.metadata;
  const { status, body } = await admin.request('GET', `/api/v1/namespaces/${namespace}/pods/${name}`);
  if (status === 404) return true;
  const found = JSON.parse(body) as WorldObject;
  return found.metadata['uid'] !== uid || found.metadata['deletionTimestamp'] !== undefined;
}

function isDue({ entry, changedAt }: Coming): boolean {
  return changedAt !== undefined && Date.now() >= changedAt.getTime() + (parseDuration(entry.within) ?? 0);
}

/** False when it has to wait for a pod that a real controller is about to make. */
async function play(
  { entry, changedAt }: Coming,
  lived: Lived,
  known: Map<string, WorldObject>,
  logs: Map<string, WorldLog>,
): Promise<boolean> {
  const { controlPlane, world, prepare } = lived;
  const { admin } = controlPlane;
  const late = Math.floor(((changedAt?.getTime() ?? 0) - world.now.getTime()) / 1000) * 1000;
  const shift: Shift = (at) => (at > world.now.getTime() ? late : lived.shift);
  const present = await podsOf(admin);
  for (const pod of entry.objects.filter(isPod)) {
    if (known.has(nameOf(pod))) continue;
    const standIn = present.find((one) => !isAmong(known, one) && hasLabelsOf(pod, one));
    if (standIn === undefined) return false;
    known.set(nameOf(pod), standIn);
  }
  for (const object of entry.objects) {
    // A pod that a controller made in place of the one in the world has a status of its own.
    const real = isPod(object) ? known.get(nameOf(object)) : undefined;
    if (real === undefined || nameOf(real) === nameOf(object)) await admin.apply([prepare(object, shift)]);
  }
  const written = entry.logs.map((log) => {
    const pod = nameOf(known.get(log.pod) ?? { metadata: podName(log.pod) });
    const moved = {
      ...shiftLog(
        shiftTimes(log, () => 0),
        shift,
      ),
      pod,
    };
    const before = logs.get(keyOf(moved))?.lines ?? [];
    return { ...moved, lines: [...before, ...moved.lines] };
  });
  for (const log of written) logs.set(keyOf(log), log);
  const pods = new Set(written.map(({ pod }) => pod));
  // All logs of a pod are announced together.
  await controlPlane.writeLogs([...logs.values()].filter(({ pod }) => pods.has(pod)));
  return true;
}

async function podsOf(admin: AdminClient): Promise<WorldObject[]> {
  const { body } = await admin.request('GET', '/api/v1/pods');
  const { items } = JSON.parse(body) as { items: Omit<WorldObject, 'apiVersion' | 'kind'>[] };
  return items.map((item) => ({ ...item, apiVersion: 'v1', kind: 'Pod' }) as WorldObject);
}

function isAmong(known: ReadonlyMap<string, WorldObject>, { metadata }: WorldObject): boolean {
  return [...known.values()].some((pod) => pod.metadata['uid'] === metadata['uid']);
}

function hasLabelsOf(wanted: WorldObject, { metadata }: WorldObject): boolean {
  const labels = (metadata['labels'] ?? {}) as Readonly<Record<string, string>>;
  return Object.entries(wanted.metadata['labels'] ?? {}).every(([name, value]) => labels[name] === value);
}

function nameOf({ metadata }: Pick<WorldObject, 'metadata'>): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

function podName(written: string): WorldObject['metadata'] {
  const [namespace = '', name = ''] = written.split('/');
  return { namespace, name };
}

function keyOf({ pod, container, previous }: WorldLog): string {
  return `${pod} ${container} ${previous}`;
}
