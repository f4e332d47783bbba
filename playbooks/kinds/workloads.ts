import { z } from 'zod';
import { defineKind, objectWith } from '../../src/core/kind.ts';
import { PodTemplate } from './kubernetes.ts';

export const StatefulSetShape = objectWith({
  spec: z.object({
    replicas: z.number().default(1),
    template: PodTemplate.prefault({}),
    volumeClaimTemplates: z.array(z.object({ metadata: z.object({ name: z.string() }) })).nullish(),
  }),
  status: z.object({ readyReplicas: z.number().default(0) }).prefault({}),
});
export type StatefulSet = z.infer<typeof StatefulSetShape>;
export const StatefulSet = defineKind<StatefulSet>({
  name: 'StatefulSet',
  plural: 'statefulsets',
  apiVersions: ['apps/v1'],
  namespaced: true,
  schema: StatefulSetShape,
});

export const DaemonSetShape = objectWith({
  spec: z.object({ template: PodTemplate.prefault({}) }),
  status: z
    .object({
      desiredNumberScheduled: z.number().default(0),
      numberReady: z.number().default(0),
      /** Absent while no pod has the current template. */
      updatedNumberScheduled: z.number().nullish(),
    })
    .prefault({}),
});
export type DaemonSet = z.infer<typeof DaemonSetShape>;
export const DaemonSet = defineKind<DaemonSet>({
  name: 'DaemonSet',
  plural: 'daemonsets',
  apiVersions: ['apps/v1'],
  namespaced: true,
  schema: DaemonSetShape,
});

export const PersistentVolumeClaimShape = objectWith({
  status: z.object({ phase: z.string().default('') }).prefault({}),
});
export type PersistentVolumeClaim = z.infer<typeof PersistentVolumeClaimShape>;
export const PersistentVolumeClaim = defineKind<PersistentVolumeClaim>({
  name: 'PersistentVolumeClaim',
  plural: 'persistentvolumeclaims',
  apiVersions: ['v1'],
  namespaced: true,
  schema: PersistentVolumeClaimShape,
});
