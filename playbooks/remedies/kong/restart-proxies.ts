import { z } from 'zod';
import { CannotRead } from '../../../src/core/errors.ts';
import { list } from '../../../src/core/read.ts';
import { nameOf, referenceTo } from '../../../src/core/reference.ts';
import { defineRemedy, type Plan, type Precondition, precondition } from '../../../src/core/remedy.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { isReady } from '../../facts/kubernetes/pods.ts';
import { restartPatch } from '../../facts/kubernetes/restart-mark.ts';
import { Deployment } from '../../kinds/kubernetes.ts';
import { DaemonSet } from '../../kinds/workloads.ts';
import { type Comparison, compareTargets, comparisonReads, readAdminApi } from '../../reads/kong/comparison.ts';
import { installationReads, mainProxy, podsOf, readInstallation } from '../../reads/kong/installation.ts';
import { databaseIsReachable, reachabilityReads } from '../../reads/kong/reachability.ts';
import { readRoutedServices, routedServiceReads } from '../../reads/kong/routed-services.ts';

/** What Kong has stored is right, and what its proxies have in memory is not. */
export const restartProxies = defineRemedy({
  id: 'kong/restart-proxies',
  how: 'change',
  does: 'Restart the Kong proxies one after another, so that each loads the stored targets anew.',
  risk: 'medium',
  reversible: false,
  whenNotToUse: [
    'While the database is unreachable: no proxy that stops could start again, and all traffic would end.',
    'While the stored targets are wrong themselves: the proxies would load the same again.',
    'At the peak of traffic: open connections are cut, replica by replica.',
  ],
  input: z.object({ namespace: z.string(), service: z.string() }),
  reads: [
    ...installationReads,
    ...reachabilityReads,
    ...routedServiceReads,
    ...comparisonReads,
    list(Deployment),
    list(DaemonSet),
  ],
  changes: [
    { change: 'patch-object', kind: Deployment, in: { product: 'kong' } },
    { change: 'patch-object', kind: DaemonSet, in: { product: 'kong' } },
  ],
  proof: { withinSeconds: 600, holdSeconds: 120 },
  async plan(sight, target) {
    const installation = await readInstallation(sight);
    const { workload } = mainProxy(installation);
    if (!('template' in workload.spec)) return nothingToRollOut(nameOf(referenceTo(workload)));
    const routed = await readRoutedServices({ cluster: sight.cluster, target }, installation);
    const admin = await readAdminApi(sight.cluster, installation);
    const compared = await Promise.all(
      routed.map(async (one) => compareTargets(sight.cluster, installation, admin, one)),
    );
    const { name, namespace = '', uid, resourceVersion } = workload.metadata;
    const pods = podsOf(installation.proxies);
    return {
      preconditions: [
        await databaseIsReachable(sight, installation),
        targetsAreRight(compared),
        precondition(
          'Do others serve while one restarts?',
          pods.filter(isReady).length >= 2,
          `${pods.filter(isReady).length} of ${pods.length} proxies are ready.`,
        ),
        precondition(
          'Is its rollout not paused?',
          !('paused' in workload.spec && workload.spec.paused),
          'A paused Deployment makes no new pods.',
        ),
      ],
      steps: [
        {
          does: `Restart ${nameOf(referenceTo(workload))} replica by replica, as kubectl rollout restart does.`,
          change: {
            change: 'patch-object',
            apiVersion: workload.apiVersion,
            kind: workload.kind,
            plural: workload.kind === 'DaemonSet' ? 'daemonsets' : 'deployments',
            namespace,
            name,
            uid,
            resourceVersion,
            patch: restartPatch(resourceVersion),
          },
          settled: { until: 'stored' },
        },
      ],
      effect: 'It takes minutes. Each proxy that stops cuts its open connections; new ones go to the others.',
      touches: { nodes: new Set(pods.map(({ spec }) => spec.nodeName)).size, pods: pods.length },
    };
  },
});

/** Pods that no Deployment and no DaemonSet makes are not replaced one by one by a change of a template. */
function nothingToRollOut(pod: string): Plan {
  return {
    preconditions: [
      precondition('Does a Deployment or a DaemonSet run the proxies?', false, `${pod} was made by something else.`),
    ],
    steps: [],
    effect: 'There is nothing to restart.',
    touches: { nodes: 0, pods: 0 },
  };
}

function targetsAreRight(compared: readonly Comparison[]): Precondition {
  if (compared.length === 0)
    throw new CannotRead('compare the targets', 'missing', 'no Service of Kong is left to compare');
  const wrong = compared.filter(({ dead, unknown }) => dead.length + unknown.length > 0);
  const names = listed(compared.map(({ upstream }) => upstream));
  return precondition(
    'Are the targets that Kong has stored the right ones?',
    wrong.length === 0,
    wrong.length === 0
      ? `Those of ${names} are the endpoints of the Service.`
      : 'They differ from the endpoints of the Service.',
  );
}
