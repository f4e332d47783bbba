import type { Pod } from '../../kinds/kubernetes.ts';
import { isFailing, type PushHistory } from './push-history.ts';

/** A pod that Kong cannot know: it got its address after the last write to Kong that went through. */
export type Newcomer = { readonly pod: Pod; readonly readySince: Date };

/** A pod that waited this long for its first probe was still made for the change that could not be written. */
const startMilliseconds = 600_000;
/** From a pod's being ready to the write that tells Kong: the controller looks every 3 s. */
const noticeMilliseconds = 30_000;

/**
 * The moment since which nothing has been written: the last success, or a little before the first failure when the
 * logs do not reach back to a success. Undefined when they tell of neither, so that nothing can be concluded.
 */
export function unwrittenSince(history: PushHistory, now: Date, recentMilliseconds: number): Date | undefined {
  if (history.lastSuccess !== undefined) return history.lastSuccess;
  const [first] = history.failures;
  if (first?.at === undefined || !isFailing(history, now, recentMilliseconds)) return undefined;
  return new Date(first.at.getTime() - noticeMilliseconds);
}

/**
 * The pods among those behind a Service that became ready after that moment. A pod that only went unready and came
 * back has its old address, which Kong has too; so has one on the network of its node. Neither counts.
 */
export function newcomers(pods: readonly Pod[], since: Date): Newcomer[] {
  return pods.flatMap((pod) => {
    const ready = pod.status.conditions.find(({ type, status }) => type === 'Ready' && status === 'True');
    const readySince = ready?.lastTransitionTime ?? undefined;
    const { creationTimestamp } = pod.metadata;
    if (readySince === undefined || creationTimestamp === undefined || pod.spec.hostNetwork) return [];
    const isMadeSince = creationTimestamp.getTime() > since.getTime() - startMilliseconds;
    return isMadeSince && readySince > since ? [{ pod, readySince }] : [];
  });
}
