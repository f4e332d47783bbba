import { expect, test } from '@jest/globals';
import { budgetsOf } from '../../../playbooks/facts/kubernetes/disruption.ts';
import { PodDisruptionBudgetShape } from '../../../playbooks/kinds/disruption.ts';
import { PodShape } from '../../../playbooks/kinds/kubernetes.ts';

const pod = PodShape.parse({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'cart', namespace: 'shop', labels: { app: 'cart', tier: 'front' } },
  spec: {},
});

function budget(selector: unknown, namespace = 'shop') {
  return PodDisruptionBudgetShape.parse({
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'one', namespace },
    spec: selector === undefined ? {} : { selector },
  });
}

test.each([
  ['by its labels', { matchLabels: { app: 'cart' } }, 'shop', 1],
  ['not by other labels', { matchLabels: { app: 'cart', tier: 'back' } }, 'shop', 0],
  ['not from another namespace', { matchLabels: { app: 'cart' } }, 'billing', 0],
  ['by an empty selector', {}, 'shop', 1],
  ['not without a selector', undefined, 'shop', 0],
  [
    'by one of several values',
    { matchExpressions: [{ key: 'app', operator: 'In', values: ['cart', 'x'] }] },
    'shop',
    1,
  ],
  [
    'not by a value that is shut out',
    { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['cart'] }] },
    'shop',
    0,
  ],
  ['by a label that is there', { matchExpressions: [{ key: 'tier', operator: 'Exists' }] }, 'shop', 1],
  ['not by a label that must be absent', { matchExpressions: [{ key: 'tier', operator: 'DoesNotExist' }] }, 'shop', 0],
  ['not by an operator that nobody knows', { matchExpressions: [{ key: 'tier', operator: 'Near' }] }, 'shop', 0],
])('a budget counts a pod %s', (_how, selector, namespace, count) => {
  expect(budgetsOf(pod, [budget(selector, namespace)])).toHaveLength(count);
});
