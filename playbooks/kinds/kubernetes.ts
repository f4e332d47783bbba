import { z } from 'zod';
import { defineKind, objectWith, Time } from '../../src/core/kind.ts';

const Condition = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().default(''),
  message: z.string().default(''),
  lastTransitionTime: Time.nullish(),
});

const Terminated = z.object({
  exitCode: z.number(),
  reason: z.string().default(''),
  finishedAt: Time.nullish(),
});

const ContainerStatus = z.object({
  name: z.string(),
  ready: z.boolean().default(false),
  restartCount: z.number().default(0),
  state: z.object({ waiting: z.object({ reason: z.string().default('') }).optional() }).default({}),
  lastState: z.object({ terminated: Terminated.optional() }).default({}),
});

export const PodShape = objectWith({
  spec: z.object({
    nodeName: z.string().optional(),
    hostNetwork: z.boolean().default(false),
    restartPolicy: z.string().default('Always'),
    containers: z.array(z.object({ name: z.string(), image: z.string().default('') })).default([]),
  }),
  status: z
    .object({
      phase: z.string().default('Unknown'),
      reason: z.string().default(''),
      conditions: z.array(Condition).default([]),
      containerStatuses: z.array(ContainerStatus).default([]),
    })
    .prefault({}),
});
export type Pod = z.infer<typeof PodShape>;
export const Pod = defineKind<Pod>({
  name: 'Pod',
  plural: 'pods',
  apiVersions: ['v1'],
  namespaced: true,
  schema: PodShape,
});

export const NodeShape = objectWith({
  status: z
    .object({
      addresses: z.array(z.object({ type: z.string(), address: z.string() })).default([]),
      conditions: z.array(Condition).default([]),
    })
    .prefault({}),
});
export type Node = z.infer<typeof NodeShape>;
export const Node = defineKind<Node>({
  name: 'Node',
  plural: 'nodes',
  apiVersions: ['v1'],
  namespaced: false,
  schema: NodeShape,
});

const Container = z.object({
  name: z.string(),
  image: z.string().default(''),
  command: z.array(z.string()).default([]),
  args: z.array(z.string()).default([]),
});

export const DeploymentShape = objectWith({
  spec: z.object({
    replicas: z.number().default(1),
    template: z.object({ spec: z.object({ containers: z.array(Container) }) }),
  }),
  status: z.object({ readyReplicas: z.number().default(0) }).prefault({}),
});
export type Deployment = z.infer<typeof DeploymentShape>;
export const Deployment = defineKind<Deployment>({
  name: 'Deployment',
  plural: 'deployments',
  apiVersions: ['apps/v1'],
  namespaced: true,
  schema: DeploymentShape,
});

/** Only its annotations are read: the leader lock of old controllers is one. Its data stays unread. */
export const ConfigMapShape = objectWith({});
export type ConfigMap = z.infer<typeof ConfigMapShape>;
export const ConfigMap = defineKind<ConfigMap>({
  name: 'ConfigMap',
  plural: 'configmaps',
  apiVersions: ['v1'],
  namespaced: true,
  schema: ConfigMapShape,
});

export const LeaseShape = objectWith({
  spec: z
    .object({
      /** Null or empty after the holder has released it. */
      holderIdentity: z.string().nullish(),
      leaseDurationSeconds: z.number().nullish(),
      acquireTime: Time.nullish(),
      renewTime: Time.nullish(),
      leaseTransitions: z.number().nullish(),
    })
    .prefault({}),
});
export type Lease = z.infer<typeof LeaseShape>;
export const Lease = defineKind<Lease>({
  name: 'Lease',
  plural: 'leases',
  apiVersions: ['coordination.k8s.io/v1', 'coordination.k8s.io/v1beta1'],
  namespaced: true,
  schema: LeaseShape,
});

/** A slice may hold no endpoints, which older servers print as null. */
export const EndpointSliceShape = objectWith({
  endpoints: z
    .array(
      z.object({
        addresses: z.array(z.string()).default([]),
        /** `ready` is absent when the state is not known, and then counts as ready (discovery.k8s.io API). */
        conditions: z.object({ ready: z.boolean().nullish() }).default({}),
        targetRef: z.object({ name: z.string() }).nullish(),
      }),
    )
    .nullish(),
});
export type EndpointSlice = z.infer<typeof EndpointSliceShape>;
export const EndpointSlice = defineKind<EndpointSlice>({
  name: 'EndpointSlice',
  plural: 'endpointslices',
  apiVersions: ['discovery.k8s.io/v1', 'discovery.k8s.io/v1beta1'],
  namespaced: true,
  schema: EndpointSliceShape,
});

/** What servers before 1.17, which have no EndpointSlices, know instead. Reads of it are a fallback only. */
export const EndpointsShape = objectWith({
  subsets: z
    .array(
      z.object({
        addresses: z.array(z.object({ ip: z.string(), targetRef: z.object({ name: z.string() }).nullish() })).nullish(),
      }),
    )
    .nullish(),
});
export type Endpoints = z.infer<typeof EndpointsShape>;
export const Endpoints = defineKind<Endpoints>({
  name: 'Endpoints',
  plural: 'endpoints',
  apiVersions: ['v1'],
  namespaced: true,
  schema: EndpointsShape,
});
