import { z } from 'zod';
import { defineCheck } from '../../../src/core/check.ts';
import { sayDuration } from '../../../src/core/duration.ts';
import { CannotRead, DoesNotApply } from '../../../src/core/errors.ts';
import type { Finding, Measurement } from '../../../src/core/finding.ts';
import type { LogLine } from '../../../src/core/reader.ts';
import { nameOf, referenceTo } from '../../../src/core/reference.ts';
import { servesHost } from '../../facts/ingress/backends.ts';
import { failedUpstream, requestedHost } from '../../facts/kong/log-lines.ts';
import { whenInstalled } from '../../facts/kong/product.ts';
import { isFailing, pushHistory } from '../../facts/kong/push-history.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { Pod } from '../../kinds/kubernetes.ts';
import { hostsOf } from '../../reads/ingress/routes.ts';
import { type Comparison, compareTargetsOfAll, comparisonReads, findAdminApi } from '../../reads/kong/comparison.ts';
import { type Installation, installationReads, isSidecar, readInstallation } from '../../reads/kong/installation.ts';
import { evidenceOf, linesOf, logReads, type PodLog, readProxyLogs, tryControllerLogs } from '../../reads/kong/logs.ts';
import { onlyOneLookedAt } from '../../reads/kong/only-one-looked-at.ts';
import { type RoutedService, readRoutedServices, routedServiceReads } from '../../reads/kong/routed-services.ts';
import { evictController } from '../../remedies/kong/evict-controller.ts';
import { restartController } from '../../remedies/kong/restart-controller.ts';
import { restartProxies } from '../../remedies/kong/restart-proxies.ts';
import { waitForSync } from '../../remedies/kong/wait-for-sync.ts';

const code = 'kong/dead-targets';

type Seen = {
  readonly installation: Installation;
  readonly proxyLogs: readonly PodLog[];
  /** Writes to Kong fail at present. */
  readonly fails: boolean;
  readonly pods: readonly Pod[];
  readonly staleMilliseconds: number;
  readonly now: Date;
};

/**
 * Lays the endpoints of a Service beside the targets that Kong has for it. Apart from `kong/stale-targets`, because it
 * needs a right to the Admin API, which many keep closed and which does not answer without its database.
 */
export const deadTargets = defineCheck({
  id: code,
  asks: 'Does Kong send requests only to addresses that a pod of the Service has?',
  appliesTo: whenInstalled,
  reads: [...installationReads, ...routedServiceReads, ...comparisonReads, ...logReads],
  findings: {
    [code]: { severity: 'critical', title: 'Kong sends requests to addresses that no pod has' },
  },
  remedies: [waitForSync, restartController, evictController, restartProxies],
  settings: z.strictObject({
    staleSeconds: z.number().int().min(0).default(60),
    recentSeconds: z.number().int().min(1).default(120),
    /** Each Service costs a request or two; beyond that the run has to be pointed at one. */
    mostServices: z.number().int().min(1).default(100),
  }),
  look: onlyOneLookedAt(async (sight) => {
    const { cluster, now, settings } = sight;
    const installation = await readInstallation(sight);
    const routed = (await readRoutedServices(sight, installation)).filter(
      ({ endpoints }) => endpoints.ready.length > 0,
    );
    const total = { what: 'Services whose targets were compared', is: String(routed.length) };
    if (routed.length === 0) return { findings: [], measured: [total] };
    refuseTooMany(routed, settings.mostServices);
    const admin = await findAdminApi(cluster, installation);
    if (admin === undefined) throw new DoesNotApply(keptToThePod(installation.namespace));
    const compared = await compareTargetsOfAll(cluster, installation, admin, routed);
    const { logs, failure } = await tryControllerLogs(cluster, installation);
    if (failure !== undefined && failure.reason !== 'missing') throw failure;
    const history = pushHistory(linesOf(logs));
    const seen: Seen = {
      installation,
      proxyLogs: await readProxyLogs(cluster, installation),
      fails: isFailing(history, now, settings.recentSeconds * 1000),
      pods: await cluster.list(Pod),
      staleMilliseconds: settings.staleSeconds * 1000,
      now,
    };
    const wrong = compared.filter((comparison) => comparison.dead.length + comparison.unknown.length > 0);
    const measured = [
      total,
      {
        what: 'Services whose targets are their endpoints',
        is: `${compared.length - wrong.length} of ${compared.length}`,
      },
      ...wrong.map((comparison) => ({ what: `Targets of ${comparison.upstream}`, is: tell(comparison) })),
      ...slow(seen, compared),
    ];
    const findings = compared.flatMap((comparison) =>
      wrong.includes(comparison) ? differing(seen, comparison) : remembered(seen, comparison),
    );
    return { findings, measured };
  }),
});

function keptToThePod(namespace: string): string {
  return `Kong in the namespace ${namespace} keeps its Admin API to its own pods, as its charts do by default: no Service leads there, so nobody can ask for its targets from outside. Whether it is told of new addresses is seen in the log of its controller, by which kong/stale-targets judges.`;
}

function refuseTooMany(routed: readonly RoutedService[], most: number): void {
  if (routed.length <= most) return;
  throw new CannotRead(
    'compare the targets of every Service behind Kong',
    'too-large',
    `there are ${routed.length}, and ${most} are compared at a time; name a host, a namespace or a Service`,
  );
}

function tell({ targets, dead, unknown }: Comparison): string {
  return `${targets.length} targets, ${dead.length} of them no endpoint, and ${unknown.length} endpoints that are no target`;
}

/** Milliseconds since the endpoints became what they are; undefined when nothing tells. */
function ageOf({ routed, unknown }: Comparison, pods: readonly Pod[], now: Date): number | undefined {
  const names = routed.endpoints.ready.filter(({ address }) => unknown.includes(address)).map(({ pod }) => pod);
  const times = pods
    .filter(({ metadata }) => metadata.namespace === routed.service.metadata.namespace && names.includes(metadata.name))
    .flatMap(
      ({ status }) => status.conditions.find(({ type }) => type === 'Ready')?.lastTransitionTime?.getTime() ?? [],
    );
  const since = times.length > 0 ? Math.min(...times) : routed.endpoints.changedAt?.getTime();
  return since === undefined ? undefined : now.getTime() - since;
}

function differing(seen: Seen, comparison: Comparison): Finding<typeof code>[] {
  const { installation, proxyLogs, fails, now } = seen;
  const { routed, upstream, targets, dead } = comparison;
  const age = ageOf(comparison, seen.pods, now);
  if (age !== undefined && age < seen.staleMilliseconds) return [];
  const name = nameOf(referenceTo(routed.service));
  const since = age === undefined ? '' : `, for ${sayDuration(age)}`;
  const isAll = dead.length === targets.length;
  const restart = isSidecar(installation) ? evictController.with({}) : restartController.with({});
  return [
    {
      code,
      severity: isAll ? 'critical' : 'warning',
      about: referenceTo(routed.service),
      says: `${sayTargets(comparison, name)}; ${sayMissing(comparison)}${since}.`,
      confidence: fails
        ? [0.97, 'Both sides were read, and writes to Kong fail.']
        : age === undefined
          ? [0.8, 'Both sides were read, but nothing tells for how long they have differed.']
          : [0.9, 'Both sides were read; why nothing was written is told by another check, or not known.'],
      evidence: [
        {
          from: `Kong, targets of ${upstream}`,
          says: `Stored are ${targets.length === 0 ? 'none' : listed(targets, 6)}.`,
        },
        {
          from: routed.endpoints.from,
          says: `Ready are ${listed(
            routed.endpoints.ready.map(({ address, pod }) => `${address} (${pod ?? 'no pod'})`),
            6,
          )}.`,
        },
        ...failuresOf(proxyLogs, routed, () => true),
      ],
      remedies: [waitForSync.with({}), restart],
    },
  ];
}

function sayTargets({ routed, targets, dead }: Comparison, name: string): string {
  const hosts = hostsOf(routed.routes);
  const which = dead.length === 0 ? '' : ` (${listed(dead, 4)})`;
  return targets.length === 1
    ? `Kong sends all requests for ${hosts} to one address, which is ${dead.length === 1 ? 'no' : 'a'} ready pod of ${name}${which}`
    : `Kong balances requests for ${hosts} over ${targets.length} addresses, of which ${dead.length} ${dead.length === 1 ? 'is' : 'are'} no ready pod of ${name}${which}`;
}

function sayMissing({ routed, unknown }: Comparison): string {
  const { length } = routed.endpoints.ready;
  if (length === 1) return `its one ready pod ${unknown.length === 1 ? 'is not known to Kong' : 'is known to Kong'}`;
  return `${unknown.length} of its ${length} ready pods ${unknown.length === 1 ? 'is' : 'are'} not among them`;
}

/** What is stored is right, but a proxy still uses what it remembers: longer after the change than it takes to poll. */
function remembered(seen: Seen, { routed, upstream }: Comparison): Finding<typeof code>[] {
  const { proxyLogs, now, staleMilliseconds } = seen;
  const { changedAt } = routed.endpoints;
  const isLate = ({ at }: LogLine) =>
    at !== undefined &&
    now.getTime() - at.getTime() <= staleMilliseconds &&
    (changedAt === undefined || at.getTime() - changedAt.getTime() > staleMilliseconds);
  const evidence = failuresOf(proxyLogs, routed, isLate);
  const [first, ...more] = evidence;
  if (first === undefined) return [];
  const { namespace = '', name } = routed.service.metadata;
  return [
    {
      code,
      severity: 'warning',
      about: referenceTo(routed.service),
      says: `Kong has stored the right targets for ${nameOf(referenceTo(routed.service))}, but a proxy still sends requests for ${hostsOf(routed.routes)} to addresses that none of its pods has: it goes on with what it has in memory.`,
      confidence: [
        0.8,
        'The stored targets were compared, and the log names the addresses; the memory itself cannot be read.',
      ],
      evidence: [
        first,
        ...more,
        { from: `Kong, targets of ${upstream}`, says: 'They are the ready endpoints of the Service.' },
      ],
      remedies: [restartProxies.with({ namespace, service: name })],
    },
  ];
}

/** Requests fail although the targets are the endpoints: the address is right, so the fault lies behind it. */
function slow({ proxyLogs }: Seen, compared: readonly Comparison[]): Measurement[] {
  const addresses = compared.flatMap(({ routed }) => routed.endpoints.ready.map(({ address }) => address));
  const lines = linesOf(proxyLogs).filter(({ text }) => addresses.includes(failedUpstream(text) ?? ''));
  if (lines.length === 0) return [];
  return [
    {
      what: 'Failed requests to addresses that pods do have',
      is: `${lines.length} in 10 min: not stale targets, but a slow application, a wrong port, a NetworkPolicy or the node's path`,
    },
  ];
}

function failuresOf(
  proxyLogs: readonly PodLog[],
  { endpoints, routes }: RoutedService,
  fits: (line: LogLine) => boolean,
) {
  const isDead = (text: string) => {
    const address = failedUpstream(text);
    const host = requestedHost(text);
    if (address === undefined || host === undefined) return false;
    return (
      routes.some(({ backend }) => servesHost(backend, host)) && endpoints.ready.every((one) => one.address !== address)
    );
  };
  return evidenceOf(
    proxyLogs,
    (line) => isDead(line.text) && fits(line),
    'of requests that were sent to an address which no pod of the Service has.',
  );
}
