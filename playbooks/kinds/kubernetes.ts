import { z } from 'zod';
import { defineKind, Metadata, objectWith, Time } from '../../src/core/kind.ts';

const Condition = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().default(''),
  message: z.string().default(''),
  lastTransitionTime: Time.nullish(),
});

/** Conditions of this type alone, told apart before they are read. What has no type is left for the schema to refuse. */
function conditionsOf(type: string) {
  const isAnother = (one: unknown) =>
    typeof one === 'object' && one !== null && 'type' in one && typeof one.type === 'string' && one.type !== type;
  return z
    .preprocess(
      (written) => (Array.isArray(written) ? written.filter((one) => !isAnother(one)) : written),
      z.array(Condition).default([]),
    )
    .describe(`conditions of type ${type}`);
}

const Terminated = z.object({
  exitCode: z.number(),
  reason: z.string().default(''),
  finishedAt: Time.nullish(),
});

const ContainerStatus = z.object({
  name: z.string(),
  ready: z.boolean().default(false),
  restartCount: z.number().default(0),
  state: z
    .object({
      waiting: z.object({ reason: z.string().default(''), message: z.string().default('') }).optional(),
      running: z.object({ startedAt: Time.nullish() }).optional(),
    })
    .default({}),
  lastState: z.object({ terminated: Terminated.optional() }).default({}),
});

export const PodShape = objectWith({
  spec: z.object({
    nodeName: z.string().optional(),
    hostNetwork: z.boolean().default(false),
    restartPolicy: z.string().default('Always'),
    containers: z
      .array(
        z.object({
          name: z.string(),
          image: z.string().default(''),
          command: z.array(z.string()).default([]),
          args: z.array(z.string()).default([]),
          /** A value may hold a password, as the address of an HTTP proxy does: it is judged, and never shown. */
          env: z.array(z.object({ name: z.string(), value: z.string().nullish() })).default([]),
        }),
      )
      .default([]),
  }),
  status: z
    .object({
      phase: z.string().default('Unknown'),
      reason: z.string().default(''),
      podIP: z.string().default(''),
      /** One of each family on dual stack; older writers fill `podIP` alone. */
      podIPs: z.array(z.object({ ip: z.string().default('') })).nullish(),
      /** Only `Ready`: nothing asks for the others, and of a hundred thousand pods they would fill a lot of memory. */
      conditions: conditionsOf('Ready'),
      containerStatuses: z.array(ContainerStatus).default([]),
      initContainerStatuses: z.array(ContainerStatus).default([]),
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
  spec: z
    .object({
      podCIDR: z.string().default(''),
      podCIDRs: z.array(z.string()).default([]),
      unschedulable: z.boolean().default(false),
    })
    .prefault({}),
  status: z
    .object({
      nodeInfo: z
        .object({ kubeletVersion: z.string().default(''), operatingSystem: z.string().default('') })
        .prefault({}),
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
  /** A value that comes from a ConfigMap is named, one that comes from a Secret is not read at all. */
  env: z
    .array(
      z.object({
        name: z.string(),
        value: z.string().nullish(),
        valueFrom: z.object({ configMapKeyRef: z.object({ name: z.string(), key: z.string() }).nullish() }).nullish(),
      }),
    )
    .default([]),
  ports: z.array(z.object({ name: z.string().default(''), containerPort: z.number() })).default([]),
});
export type Container = z.infer<typeof Container>;

/** What a Deployment, a StatefulSet or a DaemonSet makes its pods of. */
export const PodTemplate = z.object({
  metadata: z
    .object({
      labels: z.record(z.string(), z.string()).default({}),
      annotations: z.record(z.string(), z.string()).default({}),
    })
    .prefault({}),
  spec: z
    .object({
      containers: z.array(Container).default([]),
      initContainers: z.array(Container).default([]),
      volumes: z.array(z.object({ persistentVolumeClaim: z.object({ claimName: z.string() }).nullish() })).default([]),
    })
    .prefault({}),
});
export type PodTemplate = z.infer<typeof PodTemplate>;

export const DeploymentShape = objectWith({
  spec: z.object({
    replicas: z.number().default(1),
    /** A rollout that is paused makes no pods of a changed template. */
    paused: z.boolean().default(false),
    template: PodTemplate.prefault({}),
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

/** Who wrote which fields of an object, and when. Servers before 1.18 do not keep it. */
const ManagedFields = z.object({
  manager: z.string().default(''),
  time: Time.nullish(),
  fieldsV1: z.record(z.string(), z.unknown()).default({}),
});

/** The data is configuration by contract; what a ConfigMap holds that no check names is never shown. */
export const ConfigMapShape = objectWith({
  metadata: Metadata.extend({ managedFields: z.array(ManagedFields).default([]) }),
  data: z.record(z.string(), z.string()).default({}),
});
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
const EndpointPort = z.object({ name: z.string().nullish(), port: z.number().nullish() });

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
  ports: z.array(EndpointPort).nullish(),
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
        ports: z.array(EndpointPort).nullish(),
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
