import { nameOf, referenceTo } from '../../../src/core/reference.ts';
import type { Deployment, Pod } from '../../kinds/kubernetes.ts';
import type { Service } from '../../kinds/networking.ts';
import type { StatefulSet } from '../../kinds/workloads.ts';
import { isFinished } from '../kubernetes/pods.ts';

/** Why a Service has no ready endpoint. */
export type EmptyReason =
  | { readonly is: 'no-selector' }
  | {
      readonly is: 'scaled-to-zero';
      readonly object: string;
      /** Something put it there for a while, and remembers how many there were: nobody misses it. */
      readonly isAtRest: boolean;
    }
  | { readonly is: 'selects-nothing'; readonly selector: string }
  | {
      readonly is: 'not-ready';
      readonly pods: readonly Pod[];
      /** Milliseconds since the last of them stopped being ready; undefined when none says. */
      readonly since: number | undefined;
      readonly youngestMilliseconds: number;
    };

/** kube-downscaler writes it when it scales a workload down for the night or the weekend, and takes it away again. */
const rememberedReplicas = 'downscaler/original-replicas';

function carries(labels: Readonly<Record<string, string>>, selector: readonly (readonly [string, string])[]): boolean {
  return selector.every(([name, value]) => labels[name] === value);
}

export function whyEmpty(
  { metadata, spec }: Service,
  pods: readonly Pod[],
  workloads: readonly (Deployment | StatefulSet)[],
  now: Date,
): EmptyReason {
  const selector = Object.entries(spec.selector ?? {});
  if (selector.length === 0) return { is: 'no-selector' };
  const selected = pods.filter(
    (pod) =>
      pod.metadata.namespace === metadata.namespace && !isFinished(pod) && carries(pod.metadata.labels, selector),
  );
  if (selected.length > 0) return { is: 'not-ready', pods: selected, ...agesOf(selected, now) };
  const idle = workloads.find(
    (workload) =>
      workload.metadata.namespace === metadata.namespace &&
      workload.spec.replicas === 0 &&
      carries(workload.spec.template.metadata.labels, selector),
  );
  return idle === undefined
    ? { is: 'selects-nothing', selector: selector.map(([name, value]) => `${name}=${value}`).join(',') }
    : {
        is: 'scaled-to-zero',
        object: nameOf(referenceTo(idle)),
        isAtRest: idle.metadata.annotations[rememberedReplicas] !== undefined,
      };
}

function agesOf(pods: readonly Pod[], now: Date): { since: number | undefined; youngestMilliseconds: number } {
  const lost = pods.flatMap(
    ({ status }) => status.conditions.find(({ type }) => type === 'Ready')?.lastTransitionTime?.getTime() ?? [],
  );
  const made = pods.flatMap(({ metadata }) => metadata.creationTimestamp?.getTime() ?? []);
  return {
    since: lost.length === 0 ? undefined : now.getTime() - Math.max(...lost),
    youngestMilliseconds: made.length === 0 ? Infinity : now.getTime() - Math.max(...made),
  };
}
