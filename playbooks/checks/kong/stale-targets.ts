import { z } from 'zod';
import { defineCheck } from '../../../src/core/check.ts';
import { sayDuration, sayTime } from '../../../src/core/duration.ts';
import type { Confidence, Evidence, Finding } from '../../../src/core/finding.ts';
import { nameOf, referenceTo } from '../../../src/core/reference.ts';
import type { RemedyOffer } from '../../../src/core/remedy.ts';
import { servesHost } from '../../facts/ingress/backends.ts';
import { failedUpstream, requestedHost, unknownUpstream } from '../../facts/kong/log-lines.ts';
import { whenInstalled } from '../../facts/kong/product.ts';
import { isFailing, isPushFailure } from '../../facts/kong/push-history.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { hostsOf } from '../../reads/ingress/routes.ts';
import type { Comparison } from '../../reads/kong/comparison.ts';
import { isSidecar, mainProxy } from '../../reads/kong/installation.ts';
import { evidenceOf, type PodLog, readProxyLogs } from '../../reads/kong/logs.ts';
import { onlyOneLookedAt } from '../../reads/kong/only-one-looked-at.ts';
import { readUnwritten, type Unwritten, type UnwrittenService, unwrittenReads } from '../../reads/kong/unwritten.ts';
import { evictController } from '../../remedies/kong/evict-controller.ts';
import { restartController } from '../../remedies/kong/restart-controller.ts';
import { waitForSync } from '../../remedies/kong/wait-for-sync.ts';

const code = 'kong/stale-targets';

type Seen = {
  readonly unwritten: Unwritten;
  readonly proxyLogs: readonly PodLog[];
  readonly fails: boolean;
  readonly now: Date;
};

type Aged = UnwrittenService & { readonly ageMilliseconds: number };

/**
 * Tells by the logs which pods Kong cannot know: those that became ready after the last write to Kong that went through.
 * Where the logs tell of none, the targets that Kong has stored decide, if they can be had. `kong/dead-targets` says what
 * comes of it: which addresses requests are sent to.
 */
export const staleTargets = defineCheck({
  id: code,
  asks: 'Has Kong been told the addresses of all pods behind its Ingresses?',
  appliesTo: whenInstalled,
  reads: unwrittenReads,
  findings: {
    [code]: {
      severity: 'critical',
      title: 'Kong does not know the new pods',
      leadsTo: ['kong/dead-targets'],
    },
  },
  remedies: [waitForSync, restartController, evictController],
  settings: z.strictObject({
    /** A rollout looks like this for a moment. */
    ignoreSeconds: z.number().int().min(0).default(30),
    /** From here on it is no longer a matter of seconds. */
    staleSeconds: z.number().int().min(1).default(60),
    recentSeconds: z.number().int().min(1).default(120),
    /** Of more Services than these one finding tells, about Kong itself. */
    separately: z.number().int().min(1).default(5),
  }),
  look: onlyOneLookedAt(async (sight) => {
    const { now, settings } = sight;
    const unwritten = await readUnwritten(sight);
    const aged = unwritten.services
      .map((service) => ({ ...service, ageMilliseconds: ageOf(service, now) }))
      .filter(({ ageMilliseconds }) => ageMilliseconds >= settings.ignoreSeconds * 1000);
    const { routed, history } = unwritten;
    const success = history.lastSuccess === undefined ? 'none in the log' : sayTime(history.lastSuccess, now);
    const measured = [
      {
        what: 'Services of Kong that it was told all pods of',
        is: `${routed.length - aged.length} of ${routed.length}`,
      },
      { what: 'Last write to Kong that went through', is: success },
    ];
    if (aged.length === 0) return { findings: [], measured };
    const fails = isFailing(history, now, settings.recentSeconds * 1000);
    const proxyLogs = await readProxyLogs(sight.cluster, unwritten.installation);
    const seen = { unwritten, proxyLogs, fails, now };
    const stale = aged.filter(({ ageMilliseconds }) => ageMilliseconds >= settings.staleSeconds * 1000);
    const [first, ...more] = stale;
    if (first !== undefined && stale.length > settings.separately)
      return { findings: [ofMany(seen, [first, ...more])], measured };
    return {
      findings: aged.map((service) => ofOne(seen, service, stale.includes(service))),
      measured,
    };
  }),
});

/** Milliseconds; endless where nothing tells since when Kong and Kubernetes differ. */
function ageOf({ newcomers, routed }: UnwrittenService, now: Date): number {
  const times = newcomers.map(({ readySince }) => readySince.getTime());
  const since = times.length > 0 ? Math.min(...times) : routed.endpoints.changedAt?.getTime();
  return since === undefined ? Number.POSITIVE_INFINITY : now.getTime() - since;
}

function since({ unwritten: { history, databaseGoneSince }, now }: Seen): string {
  const { lastSuccess, failures } = history;
  if (lastSuccess !== undefined) return `since its last success at ${sayTime(lastSuccess, now)}`;
  const first = failures[0]?.at;
  return databaseGoneSince !== undefined && (first === undefined || databaseGoneSince < first)
    ? `since the database went at ${sayTime(databaseGoneSince, now)}`
    : 'since the oldest write in its log, which failed';
}

/** What Kong has stored, beside what Kubernetes knows. */
function sayStored({ routed, ageMilliseconds }: Aged, { targets, dead, unknown }: Comparison): string {
  const { ready } = routed.endpoints;
  const name = `${nameOf(referenceTo(routed.service))} (${hostsOf(routed.routes)})`;
  const which = dead.length === 0 ? '' : ` (${listed(dead, 4)})`;
  const foreign =
    targets.length === 1
      ? `The one address that Kong has stored for ${name} belongs to ${dead.length === 1 ? 'no' : 'a'} ready pod of it${which}`
      : `Of the ${targets.length} addresses that Kong has stored for ${name} ${dead.length} ${dead.length === 1 ? 'belongs' : 'belong'} to no ready pod of it${which}`;
  const missing =
    ready.length === 1
      ? `its one ready pod ${unknown.length === 1 ? 'is not known to Kong' : 'is known to Kong'}`
      : `${unknown.length} of its ${ready.length} ready pods ${unknown.length === 1 ? 'is' : 'are'} not known to Kong`;
  const age = Number.isFinite(ageMilliseconds) ? `, for ${sayDuration(ageMilliseconds)}` : '';
  const outcome =
    dead.length === 0
      ? 'These pods get no requests.'
      : 'Requests that go to an address without a pod end in 504, in 502, or with a wrong pod.';
  return `${foreign}, and ${missing}${age}. ${outcome}`;
}

function ofOne(seen: Seen, service: Aged, isStale: boolean): Finding<typeof code> {
  const { routed, newcomers, ageMilliseconds, comparison } = service;
  const { ready } = routed.endpoints;
  const name = nameOf(referenceTo(routed.service));
  const count =
    ready.length === 1 && newcomers.length === 1
      ? `The one ready pod of ${name} (${hostsOf(routed.routes)})`
      : `${newcomers.length} of ${ready.length} ready ${ready.length === 1 ? 'pod' : 'pods'} of ${name} (${hostsOf(routed.routes)})`;
  const changed = newcomers.length === 0 ? `The endpoints of ${name} changed` : `${count} came`;
  const isAll = newcomers.length >= ready.length;
  const outcome = isAll
    ? 'Kong still sends the requests to addresses that no pod has any more: they end in 504, in 502, or with a wrong pod.'
    : 'Kong may still send some of the requests to addresses that no pod has any more.';
  return {
    code,
    severity: isStale ? 'critical' : 'info',
    about: referenceTo(routed.service),
    says: !isStale
      ? `${changed} ${sayDuration(ageMilliseconds)} ago, and Kong has not been told yet. That takes a moment in every rollout; look again in one minute.`
      : comparison !== undefined
        ? sayStored(service, comparison)
        : `${count} came after the last write to Kong: its controller ${seen.fails ? 'fails to write' : 'has written nothing'} ${since(seen)}. ${outcome}`,
    confidence: confidenceOf(seen, isStale, service),
    evidence: [endpointEvidence(service, seen.now), ...logEvidenceFor(seen), ...failedRequests(seen, [service])],
    remedies: isStale ? remediesFor(seen) : [waitForSync.with({})],
  };
}

function ofMany(seen: Seen, services: readonly [Aged, ...Aged[]]): Finding<typeof code> {
  const [leading] = services;
  const { workload } = seen.unwritten.installation.controllers[0] ?? mainProxy(seen.unwritten.installation);
  const names = services.map(
    ({ routed }) => `${routed.service.metadata.namespace ?? ''}/${routed.service.metadata.name}`,
  );
  const others = services.slice(1, 5).map((service) => endpointEvidence(service, seen.now));
  return {
    code,
    about: referenceTo(workload),
    says: `Kong does not know the new pods of ${services.length} of ${seen.unwritten.routed.length} Services: ${listed(names)}. Its controller ${seen.fails ? 'fails to write' : 'has written nothing'} ${since(seen)}. Requests for them end in 504, in 502, or with a wrong pod.`,
    confidence: confidenceOf(seen, true, leading),
    evidence: [
      endpointEvidence(leading, seen.now),
      ...others,
      ...logEvidenceFor(seen),
      ...failedRequests(seen, services),
    ],
    remedies: remediesFor(seen),
  };
}

function confidenceOf(seen: Seen, isStale: boolean, { comparison, ageMilliseconds }: Aged): Confidence {
  const { fails } = seen;
  if (!isStale) return [0.6, 'Too little time has passed to tell it from a rollout.'];
  if (comparison !== undefined) {
    if (fails) return [0.97, 'Kong was asked for its targets, and writes to it fail.'];
    return Number.isFinite(ageMilliseconds)
      ? [0.9, 'Kong was asked for its targets; why nothing was written is told by another check, or not known.']
      : [0.8, 'Kong was asked for its targets, but nothing tells for how long they have differed.'];
  }
  if (seen.unwritten.databaseGoneSince !== undefined && !fails)
    return [0.9, 'The pods are newer than the last moment at which the database had an endpoint.'];
  return fails
    ? [0.9, 'The pods are newer than any write that went through; Kong itself was not asked for its targets.']
    : [0.8, 'Nothing tells of a failure: only that no success is as new as the pods.'];
}

function endpointEvidence({ routed, newcomers, comparison }: UnwrittenService, now: Date): Evidence {
  const { ready, from } = routed.endpoints;
  if (comparison !== undefined) {
    const { upstream, targets } = comparison;
    const pods = ready.map(({ address, pod }) => `${address} (${pod ?? 'no pod'})`);
    return {
      from: `Kong, targets of ${upstream}`,
      says: `Stored are ${targets.length === 0 ? 'none' : listed(targets, 6)}; ready are ${listed(pods, 6)}.`,
    };
  }
  const pods = newcomers.map(
    ({ name, address, readySince }) =>
      `${name === address ? address : `${name} at ${address}`}, ready since ${sayTime(readySince, now)}`,
  );
  return { from, says: `Newer than the last write: ${listed(pods, 4)}.` };
}

function logEvidenceFor({ unwritten: { logs, history }, fails, now }: Seen): Evidence[] {
  if (fails) return evidenceOf(logs, isPushFailure, 'of writes to Kong that failed.');
  if (logs.length === 0) return [];
  const { lastSuccess, lastLine } = history;
  const line = lastLine === undefined ? 'It is empty.' : `Its newest line of any kind is of ${sayTime(lastLine, now)}.`;
  const success = lastSuccess === undefined ? '' : `The newest success is of ${sayTime(lastSuccess, now)}. `;
  return [{ from: "log of Kong's ingress controller", says: `${success}${line}` }];
}

/** The 504 themselves: requests for these hosts that were sent to an address which is no endpoint. */
function failedRequests({ proxyLogs }: Seen, services: readonly UnwrittenService[]): Evidence[] {
  const isHit = (text: string) => {
    const address = failedUpstream(text);
    const host = requestedHost(text);
    return services.some(
      ({ routed }) =>
        address !== undefined &&
        !routed.endpoints.ready.some((endpoint) => endpoint.address === address) &&
        (host === undefined || routed.routes.some(({ backend }) => servesHost(backend, host))),
    );
  };
  const upstreams = services.flatMap(({ routed }) => routed.upstreams);
  return [
    ...evidenceOf(proxyLogs, ({ text }) => isHit(text), 'of requests that were sent to an address which no pod has.'),
    ...evidenceOf(
      proxyLogs,
      ({ text }) => upstreams.includes(unknownUpstream(text) ?? ''),
      'of requests for an upstream that Kong does not have at all, so that it asked DNS for the name.',
    ),
  ];
}

/** Waiting first. The restarts carry their own guards, and are refused while the database is gone. */
function remediesFor({ unwritten: { installation } }: Seen): RemedyOffer[] {
  const restart = isSidecar(installation) ? evictController.with({}) : restartController.with({});
  return [waitForSync.with({}), restart];
}
