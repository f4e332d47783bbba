import type { Pod } from '../../kinds/kubernetes.ts';
import { oncePerList } from '../once.ts';
import { isFinished, isReady } from './pods.ts';

/** A pod needs a while to start; until then nothing is wrong with it. */
export const startingMilliseconds = 60_000;

function isOnPodNetwork(pod: Pod): boolean {
  return !pod.spec.hostNetwork && !isFinished(pod) && pod.metadata.deletionTimestamp === undefined;
}

/** Pods with an address of their own that should be running: no host network, not ended, not being deleted. */
export function onPodNetwork(pods: readonly Pod[]): Pod[] {
  return pods.filter(isOnPodNetwork);
}

function ageOf(pod: Pod, now: Date): number {
  return now.getTime() - (pod.metadata.creationTimestamp?.getTime() ?? now.getTime());
}

/** Pods on the pod network that have a node and had time to start, and are not ready. */
export const waitingPods = oncePerList((pods: readonly Pod[], now: Date): readonly Pod[] =>
  pods.filter(
    (pod) =>
      // Of a hundred thousand pods nearly all are ready: that is asked first.
      !isReady(pod) &&
      isOnPodNetwork(pod) &&
      pod.spec.nodeName !== undefined &&
      ageOf(pod, now) >= startingMilliseconds,
  ),
);

export type OldAndNew = {
  readonly old: { readonly ready: number; readonly all: number };
  readonly recent: { readonly waiting: readonly Pod[]; readonly all: number };
};

/** How pods that were there before a moment fare, and those that came after it: the mark of a network that stopped learning. */
export function oldAndNew(pods: readonly Pod[], nodes: ReadonlySet<string>, moment: Date, now: Date): OldAndNew {
  const here = onPodNetwork(pods).filter(({ spec }) => nodes.has(spec.nodeName ?? ''));
  const isRecent = ({ metadata }: Pod) =>
    metadata.creationTimestamp !== undefined && metadata.creationTimestamp >= moment;
  const old = here.filter((pod) => !isRecent(pod));
  const recent = here.filter(isRecent);
  return {
    old: { ready: old.filter(isReady).length, all: old.length },
    recent: { waiting: waitingPods(recent, now), all: recent.length },
  };
}
