import { z } from 'zod';
import { defineKind, objectWith } from '../../src/core/kind.ts';
import { PodTemplate } from './kubernetes.ts';

export const ReplicaSetShape = objectWith({
  spec: z.object({ replicas: z.number().default(1), template: PodTemplate.prefault({}) }),
  status: z.object({ readyReplicas: z.number().default(0) }).prefault({}),
});
export type ReplicaSet = z.infer<typeof ReplicaSetShape>;
export const ReplicaSet = defineKind<ReplicaSet>({
  name: 'ReplicaSet',
  plural: 'replicasets',
  apiVersions: ['apps/v1'],
  namespaced: true,
  schema: ReplicaSetShape,
});
