import { z } from 'zod';
import { defineKind, objectWith } from '../../src/core/kind.ts';

const Selector = z.object({
  matchLabels: z.record(z.string(), z.string()).nullish(),
  matchExpressions: z
    .array(z.object({ key: z.string(), operator: z.string(), values: z.array(z.string()).nullish() }))
    .nullish(),
});
export type PodSelector = z.infer<typeof Selector>;

/** How many pods of a group may be missing at a time. The eviction API obeys it, a deletion does not. */
export const PodDisruptionBudgetShape = objectWith({
  spec: z.object({ selector: Selector.nullish() }).prefault({}),
  status: z
    .object({
      disruptionsAllowed: z.number().default(0),
      currentHealthy: z.number().default(0),
      desiredHealthy: z.number().default(0),
    })
    .prefault({}),
});
export type PodDisruptionBudget = z.infer<typeof PodDisruptionBudgetShape>;
export const PodDisruptionBudget = defineKind<PodDisruptionBudget>({
  name: 'PodDisruptionBudget',
  plural: 'poddisruptionbudgets',
  apiVersions: ['policy/v1', 'policy/v1beta1'],
  namespaced: true,
  schema: PodDisruptionBudgetShape,
});
