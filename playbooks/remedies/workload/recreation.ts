import { z } from 'zod';
import { list, type Read } from '../../../src/core/read.ts';
import { type Plan, type Precondition, precondition, type Settled, type Step } from '../../../src/core/remedy.ts';
import type { Sight } from '../../../src/core/sight.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { isReady } from '../../facts/kubernetes/pods.ts';
import { PodDisruptionBudget } from '../../kinds/disruption.ts';
import { Pod } from '../../kinds/kubernetes.ts';
import { VirtualMachineInstance } from '../../kinds/kubevirt.ts';
import { anotherServes, budgetAllows, hasNotStarted, isRecreated, noMachineRuns } from './guards.ts';

export const recreationReads: readonly Read[] = [list(Pod), list(PodDisruptionBudget), list(VirtualMachineInstance)];

/** Which pods, by the uid that was seen, so that a successor of the same name is left alone. */
export const RecreatedPods = z.object({
  pods: z.array(z.object({ namespace: z.string(), name: z.string(), uid: z.string() })).min(1),
});
export type RecreatedPods = z.infer<typeof RecreatedPods>;

/** More than these are not decided about on one card. */
const mostRecreated = 10;
const readyAgainSeconds = 180;
const goneSeconds = 90;

export function podsToRecreate(pods: readonly Pod[]): RecreatedPods {
  return {
    pods: pods
      .slice(0, mostRecreated)
      .map(({ metadata }) => ({ namespace: metadata.namespace ?? '', name: metadata.name, uid: metadata.uid })),
  };
}

type Recreation = {
  readonly how: 'evict' | 'delete-waiting';
  readonly guards?: (pods: readonly Pod[]) => readonly Precondition[];
};

/**
 * Pods that are taken away one after the other, each only when the replacement of the one before is there. What runs
 * is evicted, so that a PodDisruptionBudget can say no; what never started is deleted, and nobody misses it.
 */
export async function planRecreation(
  { cluster }: Pick<Sight, 'cluster'>,
  wanted: RecreatedPods,
  { how, guards }: Recreation,
): Promise<Plan> {
  const [pods, budgets, instances] = await Promise.all([
    cluster.list(Pod),
    cluster.list(PodDisruptionBudget),
    cluster.list(VirtualMachineInstance),
  ]);
  const chosen = wanted.pods.map((one) => ({
    ...one,
    pod: pods.find(({ metadata }) => metadata.uid === one.uid && metadata.name === one.name),
  }));
  const missing = chosen.filter(({ pod }) => pod === undefined).map(({ namespace, name }) => `${namespace}/${name}`);
  const present = chosen.flatMap(({ pod }) => pod ?? []);
  if (missing.length > 0) {
    const because = `${listed(missing)} ${missing.length === 1 ? 'is' : 'are'} gone, or made anew.`;
    return {
      preconditions: [precondition('Are the pods still the ones that were looked at?', false, because)],
      steps: [],
      effect: 'Nothing is left to do about them.',
      touches: { nodes: 0, pods: 0 },
    };
  }
  const own = present.flatMap((pod) => [
    isRecreated(pod),
    ...(how === 'evict' ? [budgetAllows(pod, budgets), anotherServes(pod, pods)] : [hasNotStarted(pod)]),
    noMachineRuns(pod, instances),
  ]);
  return {
    preconditions: [...own, ...(guards?.(present) ?? [])],
    steps: present.map((pod) => stepOf(pod, how, pods)),
    effect:
      how === 'evict'
        ? 'Each pod gets its usual time to stop, and its replacement another address. Connections to it break.'
        : 'They never started, so nobody notices. Each replacement asks for an address anew.',
    touches: { nodes: new Set(present.flatMap(({ spec }) => spec.nodeName ?? [])).size, pods: present.length },
  };
}

function stepOf(pod: Pod, how: Recreation['how'], pods: readonly Pod[]): Step {
  const { namespace = '', name, uid } = pod.metadata;
  if (how === 'delete-waiting') {
    return {
      does: `Delete pod ${namespace}/${name}, which never started.`,
      change: { change: 'delete-pod', namespace, name, uid },
      settled: { until: 'object-gone', withinSeconds: goneSeconds },
    };
  }
  return {
    does: `Evict pod ${namespace}/${name} from node ${pod.spec.nodeName ?? ''}.`,
    change: { change: 'evict-pod', namespace, name, uid },
    settled: settledFor(pod, pods),
  };
}

/** Labels that a pod has for itself alone, and that its replacement may not carry. */
const ownLabels =
  /^(?:statefulset\.kubernetes\.io\/pod-name|apps\.kubernetes\.io\/pod-index|controller-revision-hash|pod-template-generation)$/;

function settledFor(pod: Pod, pods: readonly Pod[]): Settled {
  const shared = Object.entries(pod.metadata.labels).filter(([key]) => !ownLabels.test(key));
  if (shared.length === 0) return { until: 'object-gone', withinSeconds: goneSeconds };
  const alike = pods.filter(
    (other) =>
      other.metadata.namespace === pod.metadata.namespace &&
      isReady(other) &&
      shared.every(([key, value]) => other.metadata.labels[key] === value),
  );
  return {
    until: 'pods-ready',
    namespace: pod.metadata.namespace ?? '',
    labels: shared.map(([key, value]) => `${key}=${value}`).join(','),
    atLeast: Math.max(1, alike.length),
    withinSeconds: readyAgainSeconds,
  };
}
