import { z } from 'zod';
import { ownerOf } from '../../../src/core/ownership.ts';
import { list } from '../../../src/core/read.ts';
import { nameOf, referenceTo } from '../../../src/core/reference.ts';
import { defineRemedy, type Precondition, precondition } from '../../../src/core/remedy.ts';
import { operatorOf } from '../../facts/kong/database-state.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { Deployment } from '../../kinds/kubernetes.ts';
import { PersistentVolumeClaim, StatefulSet } from '../../kinds/workloads.ts';
import { databaseReads, type KongDatabase, readKongDatabase } from '../../reads/kong/database.ts';
import { installationReads, readInstallation } from '../../reads/kong/installation.ts';

/** Where somebody, or a tool that stops things at night, wrote down how many there were. */
const countAnnotations = [
  'downscaler/original-replicas',
  'kube-green.stackable.io/original-replicas',
  'cluster-triage/previous-replicas',
];

type Workload = NonNullable<KongDatabase['workload']>;

/** Somebody scaled the database to zero, and nothing of it is broken. */
export const scaleDatabase = defineRemedy({
  id: 'kong/scale-database',
  how: 'change',
  does: "Scale Kong's database back to the number of replicas it had.",
  risk: 'low',
  reversible: true,
  whenNotToUse: [
    'When somebody stopped the database on purpose, to move or to restore it: ask first.',
    'When an operator, Argo CD or Flux manages it: change it there, or it is scaled down again.',
  ],
  mitigation:
    'Find who scales the database to zero (its Helm values, a schedule that stops it at night, or a person) and correct it there.',
  input: z.object({}),
  reads: [...installationReads, ...databaseReads, list(PersistentVolumeClaim)],
  changes: [
    { change: 'patch-object', kind: StatefulSet, in: { product: 'kong' }, subresource: 'scale' },
    { change: 'patch-object', kind: Deployment, in: { product: 'kong' }, subresource: 'scale' },
  ],
  /** A start takes 30 to 120 s; the next write to Kong follows within seconds. */
  proof: { withinSeconds: 300, holdSeconds: 60 },
  async plan(sight) {
    const installation = await readInstallation(sight);
    const { workload, service } = await readKongDatabase(sight, installation);
    if (workload === undefined || service === undefined) {
      const because = 'No StatefulSet or Deployment of this cluster makes the pods of the database.';
      return {
        preconditions: [precondition('Is there a workload to scale?', false, because)],
        steps: [],
        effect: 'There is nothing to scale.',
        touches: { nodes: 0, pods: 0 },
      };
    }
    const claims = claimsOf(workload);
    const volumes = await sight.cluster.list(PersistentVolumeClaim, { namespace: workload.metadata.namespace });
    const replicas = previousCount(workload);
    const { name, namespace = '', uid, resourceVersion } = workload.metadata;
    const selector = Object.entries(service.spec.selector ?? {}).map(([key, value]) => `${key}=${value}`);
    return {
      preconditions: [
        precondition(
          'Is the database scaled to zero?',
          workload.spec.replicas === 0,
          `${nameOf(referenceTo(workload))} wants ${workload.spec.replicas === 1 ? '1 replica' : `${workload.spec.replicas} replicas`}.`,
        ),
        precondition(
          'Does it run in the namespace of Kong, where this may be changed?',
          namespace === installation.namespace,
          `It is in ${namespace}, and Kong in ${installation.namespace}.`,
        ),
        volumesAreBound(claims, volumes),
        nobodyElseScales(workload),
        countIsKnown(workload, replicas),
      ],
      steps: [
        {
          does: `Scale ${nameOf(referenceTo(workload))} from ${workload.spec.replicas} to ${replicas}.`,
          change: {
            change: 'patch-object',
            apiVersion: workload.apiVersion,
            kind: workload.kind,
            plural: workload.kind === 'StatefulSet' ? 'statefulsets' : 'deployments',
            namespace,
            name,
            uid,
            resourceVersion,
            subresource: 'scale',
            patch: { spec: { replicas } },
          },
          settled: { until: 'pods-ready', namespace, labels: selector.join(','), atLeast: 1, withinSeconds: 180 },
        },
      ],
      effect:
        'Within 30 to 120 s the database answers. The controller then writes by itself what it could not, within about 3 s; no pod and no proxy is restarted.',
      touches: { nodes: 1, pods: replicas },
    };
  },
});

function previousCount({ metadata }: Workload): number {
  const written = countAnnotations.map((name) => Number(metadata.annotations[name])).find((count) => count > 0);
  return Number.isInteger(written) && written !== undefined ? written : 1;
}

function countIsKnown({ metadata }: Workload, replicas: number): Precondition {
  const asks = 'Is it known how many replicas there were?';
  const annotation = countAnnotations.find((name) => Number(metadata.annotations[name]) === replicas);
  return annotation === undefined
    ? { asks, holds: 'confirm', because: 'Nothing says so; 1 is what the charts of Kong and Bitnami install.' }
    : precondition(asks, true, `Its annotation ${annotation} says ${replicas}.`);
}

/** A claim of a StatefulSet is named after its template, the set and the pod's number. */
function claimsOf({ metadata, spec }: Workload): string[] {
  const ofTemplates = 'volumeClaimTemplates' in spec ? (spec.volumeClaimTemplates ?? []) : [];
  const ofPods = spec.template.spec.volumes.flatMap(
    ({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? [],
  );
  return [...ofTemplates.map((template) => `${template.metadata.name}-${metadata.name}-0`), ...ofPods];
}

function volumesAreBound(claims: readonly string[], volumes: readonly PersistentVolumeClaim[]): Precondition {
  const asks = 'Is its data still there?';
  if (claims.length === 0) {
    const because = 'Its pods name no claim of a volume: what it held may be gone, and Kong would start from nothing.';
    return { asks, holds: 'confirm', because };
  }
  const phases = claims.map((claim) => ({
    claim,
    phase: volumes.find(({ metadata }) => metadata.name === claim)?.status.phase ?? 'not there',
  }));
  const because = `Claims: ${listed(phases.map(({ claim, phase }) => `${claim} is ${phase}`))}.`;
  return precondition(
    asks,
    phases.every(({ phase }) => phase === 'Bound'),
    because,
  );
}

function nobodyElseScales(workload: Workload): Precondition {
  const asks = 'Does nobody else decide on its replicas?';
  const operator = operatorOf(workload);
  if (operator !== undefined) return precondition(asks, false, `${operator} manages it.`);
  const owner = ownerOf(workload.metadata);
  if (owner === undefined) return precondition(asks, true, 'It carries no mark of an operator, of Helm or of GitOps.');
  // Helm writes only when somebody runs it, so it does not undo a change meanwhile.
  return owner.tool === 'Helm'
    ? precondition(asks, true, 'Helm has installed it, and leaves the replicas alone until its next upgrade.')
    : precondition(asks, false, `${owner.tool} manages it (${owner.sign}), and would take the change back.`);
}
