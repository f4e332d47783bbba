import { z } from 'zod';
import { defineKind, objectWith, Time } from '../../../src/core/kind.ts';
import type { WorldObject } from '../../../src/core/world.ts';

const group = 'exam.example.com';

function definition(kind: string, plural: string, scope: 'Namespaced' | 'Cluster'): WorldObject {
  const schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope,
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: [
        { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema }, subresources: { status: {} } },
      ],
    },
  };
}

/** The node that every pod of the exam is bound to; a real examinee lets KWOK pretend its kubelet. */
export const examNode = 'exam-node';

/** What is there before the first test and stays: custom resources to keep, and a node for pods. */
export const foundation: readonly WorldObject[] = [
  definition('Gauge', 'gauges', 'Namespaced'),
  definition('Basin', 'basins', 'Cluster'),
  {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: examNode,
      annotations: { 'kwok.x-k8s.io/node': 'fake' },
      labels: { 'kubernetes.io/hostname': examNode },
    },
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  },
];

const condition = z.object({ type: z.string(), status: z.string(), reason: z.string().optional() });

export const Gauge = defineKind({
  name: 'Gauge',
  plural: 'gauges',
  apiVersions: [`${group}/v1`],
  namespaced: true,
  schema: objectWith({
    spec: z.object({ level: z.number(), limits: z.record(z.string(), z.number()).optional() }),
    status: z.object({ reading: z.string().optional(), conditions: z.array(condition).optional() }).optional(),
  }),
});

/** The same resource, of which the check prefers a version that this server does not serve. */
export const NewerGauge = defineKind({ ...Gauge, apiVersions: [`${group}/v2`, `${group}/v1`] });

export const Basin = defineKind({
  name: 'Basin',
  plural: 'basins',
  apiVersions: [`${group}/v1`],
  namespaced: false,
  schema: objectWith({ spec: z.object({ litres: z.number() }) }),
});

export const Phantom = defineKind({
  name: 'Phantom',
  plural: 'phantoms',
  apiVersions: ['phantom.example.com/v2', 'phantom.example.com/v1'],
  namespaced: true,
  schema: objectWith({}),
});

export const ConfigMap = defineKind({
  name: 'ConfigMap',
  plural: 'configmaps',
  apiVersions: ['v1'],
  namespaced: true,
  schema: objectWith({ data: z.record(z.string(), z.string()).optional() }),
});

export const Pod = defineKind({
  name: 'Pod',
  plural: 'pods',
  apiVersions: ['v1'],
  namespaced: true,
  schema: objectWith({
    spec: z.object({ nodeName: z.string().optional() }),
    status: z.object({ phase: z.string() }),
  }),
});

export const Event = defineKind({
  name: 'Event',
  plural: 'events',
  apiVersions: ['v1'],
  namespaced: true,
  schema: objectWith({ message: z.string(), lastTimestamp: Time }),
});

export const Deployment = defineKind({
  name: 'Deployment',
  plural: 'deployments',
  apiVersions: ['apps/v1'],
  namespaced: true,
  schema: objectWith({ spec: z.object({ replicas: z.number() }) }),
});

export const PodDisruptionBudget = defineKind({
  name: 'PodDisruptionBudget',
  plural: 'poddisruptionbudgets',
  apiVersions: ['policy/v1'],
  namespaced: true,
  schema: objectWith({ status: z.object({ disruptionsAllowed: z.number() }) }),
});

export const ApiService = defineKind({
  name: 'APIService',
  plural: 'apiservices',
  apiVersions: ['apiregistration.k8s.io/v1'],
  namespaced: false,
  schema: objectWith({ status: z.object({ conditions: z.array(condition) }) }),
});

export function namespace(name: string): WorldObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

type Extra = { readonly labels?: Record<string, string>; readonly finalizers?: string[] };

export function gauge(namespace: string, name: string, level: unknown, extra: Extra = {}): WorldObject {
  return {
    apiVersion: `${group}/v1`,
    kind: 'Gauge',
    metadata: { name, namespace, ...extra },
    spec: { level },
  };
}

export function configMap(namespace: string, name: string, data: Record<string, string>): WorldObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data };
}

/** A running, ready pod of one container named `main`. */
export function pod(namespace: string, name: string, labels: Record<string, string> = {}): WorldObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels },
    spec: {
      nodeName: examNode,
      containers: [{ name: 'main', image: 'registry.example.com/exam:1' }],
      tolerations: [{ operator: 'Exists' }],
    },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
  };
}

/** `allowed` must be what the disruption controller works out of `minAvailable` and the ready pods. */
export function budget(
  namespace: string,
  labels: Record<string, string>,
  minAvailable: number,
  allowed: number,
): WorldObject {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'keep-some', namespace },
    spec: { minAvailable, selector: { matchLabels: labels } },
    status: {
      observedGeneration: 1,
      disruptionsAllowed: allowed,
      currentHealthy: minAvailable + allowed,
      desiredHealthy: minAvailable,
      expectedPods: minAvailable + allowed,
    },
  };
}

export function deployment(namespace: string, name: string, replicas: number): WorldObject {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'main', image: 'registry.example.com/exam:1' }] },
      },
    },
  };
}
