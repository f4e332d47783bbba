import { labelSelector } from '../../core/selectors.ts';
import type { WorldObject } from '../../core/world.ts';
import { textIn, valueAt } from './merge-patch.ts';
import { isReady } from './pods.ts';
import { isTerminating, labelsOf, putObject, type Store } from './store.ts';

/** A `matchLabels` and `matchExpressions` selector. An empty one takes every pod, an absent one none. */
function selects(selector: unknown, labels: Record<string, string>): boolean {
  if (selector === undefined || selector === null) return false;
  const wanted = Object.entries(valueAt(selector, 'matchLabels') ?? {});
  const expressions = valueAt(selector, 'matchExpressions');
  return (
    wanted.every(([name, value]) => labels[name] === value) &&
    (Array.isArray(expressions) ? expressions : []).every((expression) => {
      const [name, operator] = ['key', 'operator'].map((field) => textIn(valueAt(expression, field)));
      const values = valueAt(expression, 'values');
      const list = Array.isArray(values) ? `(${values.join(',')})` : '';
      const forms: Record<string, string> = {
        In: `${name} in ${list}`,
        NotIn: `${name} notin ${list}`,
        Exists: `${name}`,
        DoesNotExist: `!${name}`,
      };
      const parsed = labelSelector(forms[operator ?? ''] ?? '!');
      return 'matches' in parsed && parsed.matches(labels);
    })
  );
}

/** A number of pods, or a percentage of them, rounded up as the disruption controller does. */
function share(written: unknown, of: number): number {
  const percentage = /^(\d+)%$/.exec(textIn(written));
  return percentage === null ? Number(written) : Math.ceil((Number(percentage[1]) * of) / 100);
}

type Room = {
  readonly budget: WorldObject;
  readonly allowed: number;
  readonly healthy: number;
  readonly desired: number;
};

/** What a budget has room for: as its status says, else worked out of its spec and the pods that are there. */
function roomOf(store: Store, budget: WorldObject): Room {
  const pods = [...store.objects.values()].filter(
    (object) =>
      object.kind === 'Pod' &&
      object.metadata.namespace === budget.metadata.namespace &&
      selects(valueAt(budget, 'spec', 'selector'), labelsOf(object)),
  );
  const healthy = pods.filter((pod) => isReady(pod) && !isTerminating(pod)).length;
  const minimum = valueAt(budget, 'spec', 'minAvailable');
  const maximum = valueAt(budget, 'spec', 'maxUnavailable');
  const worked = minimum === undefined ? pods.length - share(maximum ?? 1, pods.length) : share(minimum, pods.length);
  const [allowed, says, wants] = ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy'].map((field) => {
    const value = valueAt(budget, 'status', field);
    return typeof value === 'number' ? value : undefined;
  });
  const desired = wants ?? worked;
  return { budget, allowed: allowed ?? Math.max(0, healthy - desired), healthy: says ?? healthy, desired };
}

/** The budgets that an eviction of this pod uses up, or the API server's words for why it may not be evicted now. */
export function budgetsFor(store: Store, pod: WorldObject): { uses: readonly WorldObject[] } | { refused: string } {
  const phase = valueAt(pod, 'status', 'phase');
  if (isTerminating(pod) || phase === 'Succeeded' || phase === 'Failed' || phase === 'Pending') return { uses: [] };
  const rooms = [...store.objects.values()]
    .filter(({ kind, metadata }) => kind === 'PodDisruptionBudget' && metadata.namespace === pod.metadata.namespace)
    .filter((budget) => selects(valueAt(budget, 'spec', 'selector'), labelsOf(pod)))
    .map((budget) => roomOf(store, budget));
  if (rooms.length > 1)
    return { refused: 'this pod has more than one PodDisruptionBudget, which eviction does not support' };
  for (const { budget, allowed, healthy, desired } of rooms) {
    // A pod that is not Ready is not counted; it may go while enough others are.
    const always = valueAt(budget, 'spec', 'unhealthyPodEvictionPolicy') === 'AlwaysAllow';
    if (!isReady(pod) && (always || (desired > 0 && healthy >= desired))) return { uses: [] };
    if (allowed > 0) continue;
    const needs = `the disruption budget ${budget.metadata.name} needs ${desired} healthy pods and has ${healthy} currently`;
    return { refused: `cannot evict pod as it would violate the pod's disruption budget: ${needs}` };
  }
  return { uses: rooms.map(({ budget }) => budget) };
}

/** Moves what a budget's status allows, by one pod that went or came back. Without a status it is worked out anyway. */
export function useBudget(store: Store, budget: WorldObject, pods: 1 | -1, at: Date): void {
  const status = budget['status'];
  const [allowed, healthy] = ['disruptionsAllowed', 'currentHealthy'].map((field) => valueAt(status, field));
  if (typeof allowed !== 'number') return;
  const counted = typeof healthy === 'number' ? { currentHealthy: Math.max(0, healthy + pods) } : {};
  const moved = { ...(status as object), ...counted, disruptionsAllowed: Math.max(0, allowed + pods) };
  putObject(store, { ...budget, status: moved }, at);
}
