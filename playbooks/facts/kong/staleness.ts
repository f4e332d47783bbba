import type { Pod } from '../../kinds/kubernetes.ts';
import { isFailing, type PushHistory } from './push-history.ts';

/** An address that Kong cannot know: a pod got it after the last write to Kong that went through. */
export type Newcomer = {
  /** Of the pod; the address itself where the pod is not to be seen. */
  readonly name: string;
  readonly address: string;
  readonly readySince: Date;
};

type Endpoints = {
  readonly ready: readonly { readonly address: string; readonly pod: string | undefined }[];
  readonly changedAt: Date | undefined;
};

/** A pod that waited this long for its first probe was still made for the change that could not be written. */
const startMilliseconds = 600_000;
/** From a pod's being ready to the write that tells Kong: the controller looks every 3 s. */
const noticeMilliseconds = 30_000;

/**
 * The moment since which nothing has been written: the last success; when the logs do not reach back to one, a little
 * before the first failure, or when the database went, whichever was earlier. Undefined when nothing tells of either.
 */
export function unwrittenSince(
  history: PushHistory,
  now: Date,
  recentMilliseconds: number,
  databaseGoneSince?: Date,
): Date | undefined {
  if (history.lastSuccess !== undefined) return history.lastSuccess;
  const [first] = history.failures;
  const fails = first?.at !== undefined && isFailing(history, now, recentMilliseconds);
  const failing = fails ? [first.at.getTime() - noticeMilliseconds] : [];
  const times = [...failing, ...(databaseGoneSince === undefined ? [] : [databaseGoneSince.getTime()])];
  return times.length === 0 ? undefined : new Date(Math.min(...times));
}

/** When a pod became ready; undefined when it is not. */
export function readySinceOf({ status }: Pod): Date | undefined {
  const ready = status.conditions.find((condition) => condition.type === 'Ready' && condition.status === 'True');
  return ready?.lastTransitionTime ?? undefined;
}

/**
 * Those of a Service's endpoints that became ready after that moment. A pod that only went unready and came back has its
 * old address, which Kong has too; so has one on the network of its node. Neither counts. Where a pod is not to be seen,
 * the last change of the endpoints stands for it.
 */
export function newcomers({ ready, changedAt }: Endpoints, pods: readonly Pod[], since: Date): Newcomer[] {
  return ready.flatMap(({ address, pod: name }) => {
    const pod = pods.find(({ metadata }) => metadata.name === name);
    if (pod === undefined) {
      return changedAt !== undefined && changedAt > since
        ? [{ name: name ?? address, address, readySince: changedAt }]
        : [];
    }
    const readySince = readySinceOf(pod);
    const { creationTimestamp } = pod.metadata;
    if (readySince === undefined || creationTimestamp === undefined || pod.spec.hostNetwork) return [];
    const isMadeSince = creationTimestamp.getTime() > since.getTime() - startMilliseconds;
    return isMadeSince && readySince > since ? [{ name: pod.metadata.name, address, readySince }] : [];
  });
}
