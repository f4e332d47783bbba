import { z } from 'zod';
import { defineCheck } from '../../../src/core/check.ts';
import { sayDuration } from '../../../src/core/duration.ts';
import type { Evidence, Finding } from '../../../src/core/finding.ts';
import { list } from '../../../src/core/read.ts';
import { nameOf, referenceTo } from '../../../src/core/reference.ts';
import { type EmptyReason, whyEmpty } from '../../facts/ingress/empty-services.ts';
import { concernsOfPods } from '../../facts/kube-ovn/concerns.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { Deployment, Pod } from '../../kinds/kubernetes.ts';
import { Service } from '../../kinds/networking.ts';
import { StatefulSet } from '../../kinds/workloads.ts';
import { hostsOf, type Route, readRoutes, routeReads } from '../../reads/ingress/routes.ts';
import { endpointReads, readServiceEndpoints } from '../../reads/kubernetes/service-endpoints.ts';
import { bringBackPods } from '../../remedies/ingress/bring-back-pods.ts';

const code = 'ingress/no-ready-endpoints';

/** The fault is the Service's own, whichever ingress controller stands before it. */
export const noReadyEndpoints = defineCheck({
  id: code,
  asks: 'Has every Service behind an Ingress at least one pod that is ready?',
  appliesTo: () => true,
  reads: [...routeReads, list(Service), ...endpointReads, list(Pod), list(Deployment), list(StatefulSet)],
  findings: {
    [code]: { severity: 'critical', title: 'Service behind an Ingress has no ready pod' },
  },
  remedies: [bringBackPods],
  settings: z.strictObject({
    /** Pods that are younger may still start: a rollout of a single replica looks like this for a moment. */
    ignoreSeconds: z.number().int().min(0).default(30),
  }),
  async look(sight) {
    const { cluster, now, settings } = sight;
    const routes = await readRoutes(sight);
    const keyOf = (namespace: string | undefined, name: string) => `${namespace ?? ''}/${name}`;
    const byService = Map.groupBy(routes, ({ ingress, backend }) => keyOf(ingress.metadata.namespace, backend.service));
    const routed = byService.size === 0 ? [] : await cluster.list(Service);
    const services = routed.filter(
      ({ metadata, spec }) => byService.has(keyOf(metadata.namespace, metadata.name)) && spec.type !== 'ExternalName',
    );
    const endpointsOf = await readServiceEndpoints(cluster, services);
    const empty = services.filter((service) => endpointsOf(service).ready.length === 0);
    const ready = {
      what: 'Services of Ingresses with a ready pod',
      is: `${services.length - empty.length} of ${services.length}`,
    };
    if (empty.length === 0) return { findings: [], measured: [ready] };
    const pods = await cluster.list(Pod);
    const workloads = [...(await cluster.list(Deployment)), ...(await cluster.list(StatefulSet))];
    const why = new Map(empty.map((service) => [service, whyEmpty(service, pods, workloads, now)]));
    const resting = empty.filter((service) => isResting(why.get(service)));
    const rest = { what: 'Services that kube-downscaler keeps at zero', is: String(resting.length) };
    const findings = [...why].flatMap(([service, reason]) => {
      if (isResting(reason)) return [];
      const isStarting = reason.is === 'not-ready' && reason.youngestMilliseconds < settings.ignoreSeconds * 1000;
      if (isStarting) return [];
      const own = byService.get(keyOf(service.metadata.namespace, service.metadata.name)) ?? [];
      return [describe(service, own, reason, endpointsOf(service).from)];
    });
    return { findings, measured: [ready, rest] };
  },
});

/** Somebody planned that it answers nothing now. */
function isResting(reason: EmptyReason | undefined): boolean {
  return reason?.is === 'scaled-to-zero' && reason.isAtRest;
}

function describe(service: Service, routes: readonly Route[], reason: EmptyReason, from: string): Finding<typeof code> {
  const name = nameOf(referenceTo(service));
  const { namespace = '' } = service.metadata;
  const pods = 'pods' in reason ? reason.pods : [];
  return {
    code,
    about: referenceTo(service),
    // Without a pod that waits no network is the matter.
    nodes: pods.flatMap(({ spec }) => spec.nodeName ?? []),
    concerns: concernsOfPods(pods),
    says: `${name}, behind ${hostsOf(routes)}, has no ready pod: ${sayReason(reason)}. Every request for it fails with 503. The ingress controller is not at fault: there is nothing that it could send requests to.`,
    confidence: [0.95, 'Its endpoints were read, and are empty.'],
    evidence: [{ from, says: 'No address in it is ready.' }, evidenceOf(service, reason)],
    remedies: [
      bringBackPods.with({
        namespace,
        service: service.metadata.name,
        reason: reason.is,
        object: 'object' in reason ? reason.object : '',
        pod: 'pods' in reason ? (reason.pods[0]?.metadata.name ?? '') : '',
      }),
    ],
  };
}

function sayReason(reason: EmptyReason): string {
  switch (reason.is) {
    case 'no-selector':
      return 'it selects no pods, and nobody has written endpoints for it';
    case 'scaled-to-zero':
      return `${reason.object} is scaled to zero`;
    case 'selects-nothing':
      return `no pod carries the labels that it selects (${reason.selector})`;
    case 'not-ready':
      return `${reason.pods.length === 1 ? 'its only pod is not ready' : `none of its ${reason.pods.length} pods is ready`}${reason.since === undefined ? '' : `, for ${sayDuration(reason.since)}`}`;
  }
}

function evidenceOf(service: Service, reason: EmptyReason): Evidence {
  if (reason.is === 'not-ready') {
    const pods = reason.pods.map(({ metadata, status }) => {
      const [waiting] = status.containerStatuses.flatMap(({ state }) => state.waiting?.reason ?? []);
      return `${metadata.name} is ${waiting ?? status.phase}`;
    });
    return { from: `Pods of ${nameOf(referenceTo(service))}, status`, says: `${listed(pods, 6)}; none is ready.` };
  }
  if (reason.is === 'scaled-to-zero') return { from: `${reason.object}, spec.replicas`, says: 'It wants 0 replicas.' };
  const selector = reason.is === 'selects-nothing' ? reason.selector : 'none';
  return { from: `${nameOf(referenceTo(service))}, spec.selector`, says: `It is ${selector}.` };
}
