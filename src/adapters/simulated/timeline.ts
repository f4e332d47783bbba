import type { Change } from '../../core/change.ts';
import type { Aftermath, World, WorldObject } from '../../core/world.ts';
import { answersTo, delayOf, madeAt, mentions } from './aftermath.ts';
import { useBudget } from './disruption-budgets.ts';
import { beat, type Heartbeats, listen } from './heartbeats.ts';
import { judge } from './judge.ts';
import { valueAt } from './merge-patch.ts';
import { replacementOf } from './pods.ts';
import {
  addLog,
  apiTime,
  finalizersOf,
  isTerminating,
  keyOfObject,
  objectsNamed,
  openStore,
  putObject,
  removeObject,
  type Store,
  uidOf,
} from './store.ts';

/** How long things take in a world that does not say otherwise, in milliseconds of its own time. */
const takes = { toStop: 2000, toStart: 1000, toBecomeReady: 5000, toCollectGarbage: 1000 };

/** A world as time goes by: what it holds at a moment follows from its file and the changes made, and from nothing else. */
export type Timeline = {
  readonly store: Store;
  /** How far the world has come. */
  now(): Date;
  /** Lets everything happen that is due by then. Earlier than `now` does nothing. */
  advance(to: Date): void;
  /** Makes a change that was judged, or is replayed: at `at`, which is not before `now`. */
  make(change: Change, at: Date): void;
};

type Due = { readonly at: number; readonly order: number; readonly happens: (at: Date) => void };

export function openTimeline(world: World): Timeline {
  const store = openStore(world);
  const beats: Heartbeats = new Map();
  const due: Due[] = [];
  let order = 0;
  let time = world.now;

  const schedule = (at: Date, delay: number, happens: (at: Date) => void): void => {
    due.push({ at: at.getTime() + delay, order: (order += 1), happens });
    due.sort((left, right) => left.at - right.at || left.order - right.order);
  };

  const put = (object: WorldObject, at: Date): WorldObject => {
    const stored = putObject(store, object, at);
    listen(beats, store, [stored], at);
    return stored;
  };

  const current = (object: WorldObject): WorldObject | undefined => {
    const found = store.objects.get(keyOfObject(object));
    return found !== undefined && uidOf(found) === uidOf(object) ? found : undefined;
  };

  /** Takes an object out, and a while later what it owned. */
  const remove = (object: WorldObject, at: Date): void => {
    removeObject(store, object);
    schedule(at, takes.toCollectGarbage, (at) => {
      const isLeftOver = (candidate: WorldObject): boolean => {
        const owners = candidate.metadata['ownerReferences'];
        return Array.isArray(owners) && owners.some((owner) => valueAt(owner, 'uid') === uidOf(object));
      };
      for (const candidate of [...store.objects.values()].filter(isLeftOver)) remove(candidate, at);
    });
  };

  const unfold = (entry: Aftermath, madeOn: Date, at: Date): void => {
    const { objects, logs } = madeAt(entry, world, madeOn);
    for (const key of entry.remove) for (const object of objectsNamed(store, key)) removeObject(store, object);
    const stored = objects.map((object) => putObject(store, object, at));
    for (const log of logs) addLog(store, log);
    listen(beats, store, stored, at);
  };

  /** Marks an object as being deleted, which is all that happens to one with finalizers. */
  const mark = (object: WorldObject, graceSeconds: number, at: Date): WorldObject => {
    if (isTerminating(object)) return object;
    const deletionTimestamp = apiTime(new Date(at.getTime() + graceSeconds * 1000));
    const metadata = { ...object.metadata, deletionTimestamp, deletionGracePeriodSeconds: graceSeconds };
    return put({ ...object, metadata }, at);
  };

  const stopPod = (
    pod: WorldObject,
    grace: number | undefined,
    answers: Aftermath[],
    uses: WorldObject[],
    at: Date,
  ) => {
    const replacement = answers.length === 0 && !isTerminating(pod) ? replacementOf(store, pod) : undefined;
    const usual = valueAt(pod, 'spec', 'terminationGracePeriodSeconds');
    const isScheduled = valueAt(pod, 'spec', 'nodeName') !== undefined;
    mark(pod, grace ?? (typeof usual === 'number' ? usual : 30), at);
    for (const budget of uses) useBudget(store, budget, -1, at);
    const toStop = isScheduled ? takes.toStop : 0;
    if (!answers.some((entry) => mentions(entry, pod))) {
      schedule(at, toStop, () => {
        const left = current(pod);
        if (left !== undefined && finalizersOf(left).length === 0) removeObject(store, left);
      });
    }
    if (replacement === undefined) return;
    const toStart = takes.toStart + (replacement.starts === 'when-gone' ? toStop : 0);
    schedule(at, toStart, (at) => {
      const pending = replacement.pending(at);
      if (store.objects.has(keyOfObject(pending))) return; // not gone yet, or somebody was faster
      const started = put(pending, at);
      schedule(at, takes.toBecomeReady, (at) => {
        const left = current(started);
        if (left === undefined || isTerminating(left)) return;
        put(replacement.ready(at), at);
        for (const budget of uses.flatMap((used) => current(used) ?? [])) useBudget(store, budget, 1, at);
      });
    });
  };

  const deleteObject = (
    object: WorldObject,
    graceSeconds: number | undefined,
    answers: Aftermath[],
    at: Date,
  ): void => {
    if (object.kind === 'Pod') stopPod(object, graceSeconds, answers, [], at);
    else if (finalizersOf(object).length > 0) mark(object, 0, at);
    else remove(object, at);
  };

  const patch = (stored: WorldObject, at: Date): void => {
    const before = current(stored);
    if (JSON.stringify(before) === JSON.stringify(stored)) return; // the API writes nothing either
    const after = put(stored, at);
    if (isTerminating(after) && finalizersOf(after).length === 0) remove(after, at);
  };

  const advance = (to: Date): void => {
    for (;;) {
      const [next] = due;
      if (next === undefined || next.at > to.getTime()) break;
      due.shift();
      const at = new Date(next.at);
      beat(beats, store, at);
      next.happens(at);
      time = at;
    }
    if (to > time) {
      beat(beats, store, to);
      time = to;
    }
  };

  listen(beats, store, [...store.objects.values()], world.now);
  for (const entry of world.after) {
    if (entry.when === undefined) schedule(world.now, delayOf(entry), (at) => unfold(entry, world.now, at));
  }
  advance(world.now);

  return {
    store,
    now: () => time,
    advance,
    make(change, at) {
      advance(at);
      const judgement = judge(store, change);
      if ('refused' in judgement) return;
      const answers = answersTo(world, change);
      if (judgement.does === 'patch') patch(judgement.stored, at);
      else if (judgement.does === 'evict') stopPod(judgement.object, undefined, answers, [...judgement.uses], at);
      else deleteObject(judgement.object, judgement.graceSeconds, answers, at);
      for (const entry of answers) schedule(at, delayOf(entry), (on) => unfold(entry, at, on));
      advance(at);
    },
  };
}
