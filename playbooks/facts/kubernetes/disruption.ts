import type { PodDisruptionBudget, PodSelector } from '../../kinds/disruption.ts';
import type { Pod } from '../../kinds/kubernetes.ts';

function holds({ key, operator, values }: NonNullable<PodSelector['matchExpressions']>[number], pod: Pod): boolean {
  const value = pod.metadata.labels[key];
  const among = value !== undefined && (values ?? []).includes(value);
  switch (operator) {
    case 'In':
      return among;
    case 'NotIn':
      return !among;
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
}

/** Whether a budget counts a pod. A selector that is empty takes every pod of the namespace, an absent one none. */
function counts({ metadata, spec }: PodDisruptionBudget, pod: Pod): boolean {
  const { selector } = spec;
  if (metadata.namespace !== pod.metadata.namespace || selector === undefined || selector === null) return false;
  const labels = Object.entries(selector.matchLabels ?? {});
  return (
    labels.every(([key, value]) => pod.metadata.labels[key] === value) &&
    (selector.matchExpressions ?? []).every((expression) => holds(expression, pod))
  );
}

export function budgetsOf(pod: Pod, budgets: readonly PodDisruptionBudget[]): PodDisruptionBudget[] {
  return budgets.filter((budget) => counts(budget, pod));
}
