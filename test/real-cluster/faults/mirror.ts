import { manualClock } from '../../../src/adapters/simulated/clock.ts';
import { keyOf, keyOfObject } from '../../../src/adapters/simulated/store.ts';
import { openTimeline, type Timeline } from '../../../src/adapters/simulated/timeline.ts';
import { type Change, changedObject } from '../../../src/core/change.ts';
import { groupOf } from '../../../src/core/kind.ts';
import type { World, WorldObject } from '../../../src/core/world.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { BareApiServer } from '../control-plane/bare.ts';
import type { AdminClient } from '../control-plane/client.ts';
import { until } from '../control-plane/processes.ts';
import { completeWorld } from './complete.ts';
import { type Etcd, openEtcd } from './etcd.ts';
import { type Loader, openLoader } from './loader.ts';

/** A world that a real API server shows, and goes on showing as it becomes another. */
export type Mirrored = {
  /** The world as it is shown: with everything that an API server requires and its file leaves out. */
  readonly world: World;
  readonly timeline: Timeline;
  /** The world's time. Whoever sleeps on it wakes up to an API server that shows what happened meanwhile. */
  readonly clock: Clock;
  /** What controllers and kubelets make of a change that was made through the API, told after it was answered. */
  wasChanged(change: Change): Promise<void>;
};

export type Mirror = {
  /** A world with all that it is shown with: what its file leaves out, and what the server keeps itself. */
  whole(world: World): World;
  /** Takes out everything that was shown before, and shows this world. Throws what the API server finds wrong. */
  show(world: World): Promise<Mirrored>;
};

/** Kept from world to world: they are slow to come and say nothing by being there. */
const kept =
  /^\/registry\/(apiextensions\.k8s\.io|namespaces|serviceaccounts|roles|rolebindings|clusterroles|clusterrolebindings)\//;

/**
 * Mirrors worlds into a bare API server. Objects are created through the API, status and all, so that it judges,
 * defaults and stores them as anybody's. What only a server writes (uids, times of creation and deletion, addresses
 * of Services, who managed which field when) is then set in etcd to what the world says; and so is, later, what the
 * world's controllers would do. Objects that the server keeps itself are replaced there, and put back.
 */
export async function openMirror({ admin, etcd: gateway }: Pick<BareApiServer, 'admin' | 'etcd'>): Promise<Mirror> {
  const etcd = openEtcd(gateway);
  await until(async () => isSettled(admin), 30_000, 'The API server did not make its own objects');
  const before = new Map((await etcd.read(() => true)).filter(([key]) => !kept.test(key)));
  const loader = openLoader(admin);
  const own = [...before.values()]
    .filter((text) => text.startsWith('{'))
    .map((text) => JSON.parse(text) as WorldObject);
  const ownPlaces = new Set(own.map(placeOf));
  const isShown = (key: string): boolean => !kept.test(key);
  const whole = (world: World): World => completeWorld(world, own.filter(isOfEveryServer).map(asWritten));
  return {
    whole,
    show: async (definition) => {
      const left = (await etcd.read(isShown)).filter(([key, text]) => before.get(key) !== text);
      await etcd.remove(left.filter(([key]) => !before.has(key)).map(([key]) => key));
      await etcd.put(left.flatMap(([key]) => (before.has(key) ? [[key, before.get(key) ?? ''] as const] : [])));
      const world = whole(definition);
      const timeline = openTimeline(world);
      const objects = [...timeline.store.objects.values()];
      const written = new Set(definition.objects.map(placeOf));
      const isOwn = (object: WorldObject): boolean => ownPlaces.has(placeOf(object));
      await loader.load(objects.filter((object) => !isOwn(object)));
      const wanted = new Map(objects.map((object) => [placeOf(object), object]));
      await rewrite(etcd, isShown, (stored) => {
        const object = wanted.get(placeOf(stored));
        if (object === undefined) return undefined;
        if (!isOwn(object)) return stamped(stored, object);
        return written.has(placeOf(object)) ? replaced(stored, object) : undefined;
      });
      return live({ world, timeline, etcd, isShown, loader });
    },
  };
}

async function isSettled(admin: AdminClient): Promise<boolean> {
  const paths = [
    '/api/v1/namespaces/default/services/kubernetes',
    '/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication',
  ];
  const answers = await Promise.all(paths.map(async (path) => admin.request('GET', path)));
  return answers.every(({ status }) => status === 200);
}

/** What a server keeps itself and a check may read; the simulated cluster gets the same. */
function isOfEveryServer({ kind, metadata }: WorldObject): boolean {
  return kind === 'APIService' || ['kubernetes', 'extension-apiserver-authentication'].includes(metadata.name);
}

function asWritten({ metadata, ...rest }: WorldObject): WorldObject {
  const { managedFields: _, ...kept } = metadata;
  return { ...rest, metadata: kept };
}

/** Writes into etcd what becomes of each stored object; undefined leaves it alone. */
async function rewrite(
  etcd: Etcd,
  isShown: (key: string) => boolean,
  into: (stored: WorldObject) => WorldObject | undefined,
): Promise<void> {
  const entries = (await etcd.read(isShown)).flatMap(([key, text]) => {
    if (!text.startsWith('{')) return [];
    const after = into(JSON.parse(text) as WorldObject);
    return after === undefined ? [] : [[key, JSON.stringify(after)] as const];
  });
  await etcd.put(entries);
}

const ofTheServer = [
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'generation',
  'managedFields',
];

/** As the server has stored it, with what a client cannot say when it creates an object. */
function stamped(stored: WorldObject, object: WorldObject): WorldObject {
  const { managedFields: _, ...rest } = stored.metadata;
  const said = ofTheServer.flatMap((field) => {
    const value = object.metadata[field];
    return value === undefined ? [] : [[field, value]];
  });
  const metadata = { ...rest, ...Object.fromEntries(said) } as WorldObject['metadata'];
  const { kind, spec, status } = object;
  // Who asked for a certificate is who sent the request, and what became of it is not for everybody to write.
  if (kind === 'CertificateSigningRequest') return { ...stored, metadata, spec, status };
  const { clusterIP, clusterIPs } = (spec ?? {}) as Record<string, unknown>;
  if (kind !== 'Service' || clusterIP === undefined) return { ...stored, metadata };
  const addresses = { clusterIP, clusterIPs: clusterIPs ?? [clusterIP] };
  return { ...stored, metadata, spec: { ...(stored['spec'] as object), ...addresses } };
}

/** As its controller would have written it: the world's fields, in the version in which the server stores them. */
function replaced(stored: WorldObject, object: WorldObject): WorldObject {
  const { resourceVersion: _, ...metadata } = object.metadata;
  return { ...object, apiVersion: stored.apiVersion, metadata };
}

/** Which object it is, in whichever version it is stored. */
function placeOf({ apiVersion, kind, metadata }: WorldObject): string {
  return `${groupOf(apiVersion)} ${kind} ${metadata.namespace ?? ''}/${metadata.name}`;
}

type Living = {
  readonly world: World;
  readonly timeline: Timeline;
  readonly etcd: Etcd;
  readonly isShown: (key: string) => boolean;
  readonly loader: Loader;
};

function live({ world, timeline, etcd, isShown, loader }: Living): Mirrored {
  const clock = manualClock(world.now);
  let shown = new Map(timeline.store.objects);

  const showNow = async (): Promise<void> => {
    const { objects } = timeline.store;
    const changed = [...objects].filter(([key, object]) => shown.get(key) !== object).map(([, object]) => object);
    const gone = new Set([...shown].filter(([key]) => !objects.has(key)).map(([, object]) => placeOf(object)));
    const come = changed.filter((object) => !shown.has(keyOfObject(object)));
    shown = new Map(objects);
    if (changed.length + gone.size === 0) return;
    const stored = await etcd.read(isShown);
    const isGone = ([, text]: readonly [string, string]): boolean =>
      text.startsWith('{') && gone.has(placeOf(JSON.parse(text) as WorldObject));
    await etcd.remove(stored.filter(isGone).map(([key]) => key));
    await loader.load(come);
    const wanted = new Map(changed.map((object) => [placeOf(object), object]));
    await rewrite(etcd, isShown, (before) => {
      const after = wanted.get(placeOf(before));
      return after === undefined ? undefined : replaced(before, after);
    });
  };

  return {
    world,
    timeline,
    clock: {
      now: () => clock.now(),
      sleep: async (milliseconds, signal) => {
        await clock.sleep(milliseconds, signal);
        timeline.advance(clock.now());
        await showNow();
      },
    },
    wasChanged: async (change) => {
      const { apiVersion, kind, namespace, name } = changedObject(change);
      const object = timeline.store.objects.get(keyOf({ apiVersion, kind, namespace, name }));
      // The two count their versions each in its own way.
      const known =
        'resourceVersion' in change
          ? { ...change, resourceVersion: String(object?.metadata['resourceVersion']) }
          : change;
      timeline.make(known, clock.now());
      await showNow();
    },
  };
}
