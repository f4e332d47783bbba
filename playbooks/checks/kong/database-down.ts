import { z } from 'zod';
import { defineCheck, type Sight } from '../../../src/core/check.ts';
import { sayDuration, sayTime } from '../../../src/core/duration.ts';
import { CannotRead } from '../../../src/core/errors.ts';
import type { Confidence, Evidence, Finding, Measurement } from '../../../src/core/finding.ts';
import type { LogLine } from '../../../src/core/reader.ts';
import { nameOf, referenceTo } from '../../../src/core/reference.ts';
import type { RemedyOffer } from '../../../src/core/remedy.ts';
import { type DatabaseFault, notReadySince, sayPod } from '../../facts/kong/database-state.ts';
import { databaseTrouble, matches, missingService, recent, tooManyClients } from '../../facts/kong/log-lines.ts';
import { whenInstalled } from '../../facts/kong/product.ts';
import { isFailing, isPushFailure, type PushHistory, pushHistory } from '../../facts/kong/push-history.ts';
import { readySinceOf } from '../../facts/kong/staleness.ts';
import { concernsOfPods } from '../../facts/kube-ovn/concerns.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { isReady } from '../../facts/kubernetes/pods.ts';
import { databaseReads, type KongDatabase, readKongDatabase } from '../../reads/kong/database.ts';
import {
  type Installation,
  installationReads,
  mainProxy,
  podsOf,
  readInstallation,
} from '../../reads/kong/installation.ts';
import { kongaEvidence } from '../../reads/kong/konga.ts';
import { evidenceOf, linesOf, logReads, type PodLog, readProxyLogs, tryControllerLogs } from '../../reads/kong/logs.ts';
import { onlyOneLookedAt } from '../../reads/kong/only-one-looked-at.ts';
import { repairDatabase } from '../../remedies/kong/repair-database.ts';
import { restartDatabasePod } from '../../remedies/kong/restart-database-pod.ts';
import { scaleDatabase } from '../../remedies/kong/scale-database.ts';

const code = 'kong/database-down';

type Seen = {
  readonly installation: Installation;
  readonly database: KongDatabase;
  readonly controllerLogs: readonly PodLog[];
  readonly proxyLogs: readonly PodLog[];
  readonly history: PushHistory;
  /** Kong's own words of the last minutes that it cannot use its database, none of them older than the last write. */
  readonly trouble: readonly LogLine[];
  readonly isFailing: boolean;
  /** When its pods became ready, all of them: what was said before tells nothing about now. */
  readonly backSince: Date | undefined;
  /** Why the controller's logs could not be read, so that nothing is known of its writes. */
  readonly logFailure: CannotRead | undefined;
  readonly recentMilliseconds: number;
  readonly now: Date;
};

/** While the database is down nothing can be written to Kong, and its proxies go on with what they have in memory. */
export const databaseDown = defineCheck({
  id: code,
  asks: 'Does the database in which Kong keeps its configuration answer?',
  appliesTo: whenInstalled,
  reads: [...installationReads, ...databaseReads, ...logReads],
  findings: {
    [code]: {
      severity: 'critical',
      title: "Kong's database is down",
      leadsTo: ['kong/database-unreachable', 'kong/controller-stalled', 'kong/stale-targets'],
    },
  },
  remedies: [scaleDatabase, restartDatabasePod, repairDatabase],
  settings: z.strictObject({
    /** A failed write, or a word of Kong about its database, counts for so long. */
    recentSeconds: z.number().int().min(1).default(120),
  }),
  look: onlyOneLookedAt(async (sight) => {
    const seen = await see(sight, sight.settings.recentSeconds * 1000);
    const { engine } = seen.database.settings;
    if (engine === 'off') {
      return { findings: [], measured: [{ what: 'Database of Kong', is: 'none: it keeps everything in memory' }] };
    }
    if (engine === 'other') {
      throw new CannotRead(
        "tell whether Kong's database answers",
        'unexpected-shape',
        'KONG_DATABASE is no value of the template that is known here',
      );
    }
    const measured = measure(seen);
    const isCut =
      seen.trouble.length > 0 ||
      (seen.isFailing && seen.history.reason === 'database' && isSince(seen.history.lastFailure, seen.backSince));
    if (seen.database.fault === undefined && !isCut) return { findings: [], measured };
    return { findings: [await describe(seen, sight.cluster)], measured };
  }),
});

async function see(sight: Sight, recentMilliseconds: number): Promise<Seen> {
  const { cluster, now } = sight;
  const installation = await readInstallation(sight);
  const database = await readKongDatabase(sight, installation);
  const { logs: controllerLogs, failure } = await tryControllerLogs(cluster, installation);
  // A database without an endpoint is down, whatever the logs say; everything else only they tell.
  if (failure !== undefined && database.fault === undefined && database.settings.engine !== 'off') throw failure;
  const proxyLogs = failure === undefined ? await readProxyLogs(cluster, installation) : [];
  const history = pushHistory(linesOf(controllerLogs));
  const backSince = lastReadySince(database);
  const trouble = recent(linesOf(proxyLogs), now, recentMilliseconds).filter(
    ({ at, text }) =>
      matches(text, databaseTrouble) &&
      isSince(at, backSince) &&
      (history.lastSuccess === undefined || at === undefined || at > history.lastSuccess),
  );
  return {
    installation,
    database,
    controllerLogs,
    proxyLogs,
    history,
    trouble,
    isFailing: isFailing(history, now, recentMilliseconds),
    backSince,
    logFailure: failure,
    recentMilliseconds,
    now,
  };
}

function lastReadySince({ pods, ready }: KongDatabase): Date | undefined {
  const times = pods.map((pod) => readySinceOf(pod)?.getTime());
  if (ready.length === 0 || times.length === 0 || times.includes(undefined)) return undefined;
  return new Date(Math.max(...times.filter((time) => time !== undefined)));
}

function isSince(at: Date | undefined, backSince: Date | undefined): boolean {
  return at === undefined || backSince === undefined || at > backSince;
}

function titleOf({ service, settings, endpointsFrom }: KongDatabase): string {
  return service === undefined ? (settings.host ?? unseenHost) : endpointsFrom.replace(/^\S+ (?:of )?/, '');
}

function measure({ database, history, isFailing: fails, logFailure, now }: Seen): Measurement[] {
  const { place, ready, fault } = database;
  const state = fault === undefined ? '' : ` (${reasons[fault]})`;
  const is =
    place === 'outside'
      ? 'no Service of this cluster'
      : `${ready.length} ready ${ready.length === 1 ? 'endpoint' : 'endpoints'}${state}`;
  const success =
    history.lastSuccess === undefined ? 'no success in the log' : `last success ${sayTime(history.lastSuccess, now)}`;
  return [
    { what: `Database of Kong, ${titleOf(database)}`, is },
    { what: 'Writes to Kong', is: logFailure !== undefined ? 'not known' : fails ? `failing, ${success}` : success },
  ];
}

const reasons: Readonly<Record<DatabaseFault, string>> = {
  'scaled-to-zero': 'scaled to zero',
  'no-service': 'there is no such Service',
  'no-pod': 'its Service selects no pod',
  image: 'its image cannot be pulled',
  'crash-loop': 'it crashes again and again',
  pending: 'its pod waits for a node or a volume',
  ended: 'its pod has ended',
  'not-ready': 'its pod is not ready',
};

async function describe(seen: Seen, cluster: Sight['cluster']): Promise<Finding<typeof code>> {
  const { database, installation, isFailing: fails } = seen;
  const { workload, service } = database;
  const waiting = database.pods.filter((pod) => !isReady(pod));
  const proxies = podsOf(installation.proxies);
  const isOut = proxies.length > 0 && !proxies.some(isReady);
  const outage = isOut ? ' No Kong proxy is ready either, so every request fails.' : '';
  return {
    code,
    severity: fails || isOut || seen.logFailure !== undefined ? 'critical' : 'warning',
    about: referenceTo(workload ?? service ?? mainProxy(installation).workload),
    nodes: waiting.flatMap(({ spec }) => spec.nodeName ?? []),
    concerns: concernsOfPods(waiting),
    says: `${what(seen)} ${consequence(seen)}${outage}`,
    confidence: confidenceOf(seen),
    evidence: await evidenceFor(seen, cluster),
    remedies: remediesFor(seen),
  };
}

/** Stands where the name of the database would, which the template does not show. */
const unseenHost = 'whose host is not to be seen';

function what({ database, trouble }: Seen): string {
  const { settings, fault, workload, service } = database;
  const object = workload ?? service;
  const name = object === undefined ? (settings.host ?? unseenHost) : nameOf(referenceTo(object));
  if (fault !== undefined) return `Kong's database, ${name}, does not answer: ${reasons[fault]}.`;
  if (trouble.some(({ text }) => tooManyClients.test(text))) {
    return `Kong's database, ${name}, runs, but has no connection left for Kong.`;
  }
  return `Kong cannot use its database, ${name}, although ${database.place === 'outside' ? 'nothing more can be seen of it from here' : 'its Service has ready endpoints'}.`;
}

function consequence({ history, isFailing: fails, logFailure, now }: Seen): string {
  if (logFailure !== undefined) {
    return `Nothing can be written to Kong meanwhile, so a pod that gets a new address is not reached. Whether that has happened is not known: ${logFailure.message}`;
  }
  if (!fails) {
    return 'Nothing is lost yet: Kong serves what it has in memory. The next pod that gets a new address will not be reached.';
  }
  const since = history.failures[0]?.at;
  const age = since === undefined ? '' : ` for ${sayDuration(now.getTime() - since.getTime())}`;
  const failures = history.failures.length === 1 ? '1 line tells' : `${history.failures.length} lines tell`;
  return `The controller has not been able to write to Kong${age} (${failures} of it), so a pod that gets a new address is not reached: Kong goes on sending requests to the old one. It writes by itself within about 3 s of the database being back.`;
}

function confidenceOf({ database, trouble, isFailing: fails, logFailure }: Seen): Confidence {
  if (database.fault !== undefined) {
    if (logFailure !== undefined) return [0.9, 'The database has no endpoint; of writes nothing is known.'];
    return fails
      ? [0.9, 'The database has no endpoint and writes fail; what Kong has stored was not compared.']
      : [0.9, 'The database has no endpoint; no write has failed of late, for none was needed.'];
  }
  return trouble.length > 0
    ? [0.8, 'Kong says so itself; what is wrong with the database or the way to it is not seen.']
    : [0.7, 'Only the controller tells of it: Kong answers its writes with an error that most often means this.'];
}

async function evidenceFor(seen: Seen, cluster: Sight['cluster']): Promise<readonly [Evidence, ...Evidence[]]> {
  const { controllerLogs, proxyLogs, history, recentMilliseconds, now } = seen;
  const within = { now, milliseconds: recentMilliseconds };
  const konga = await kongaEvidence(cluster);
  const herrings =
    history.herrings.length === 0
      ? []
      : evidenceOf(
          controllerLogs,
          ({ text }) => matches(text, missingService),
          'of a Service that an Ingress names and that does not exist or has no endpoint. They have nothing to do with the database, and are no cause of this.',
        );
  return [
    databaseEvidence(seen),
    ...evidenceOf(controllerLogs, isPushFailure, 'of writes to Kong that failed.'),
    ...evidenceOf(
      proxyLogs,
      ({ text }) => matches(text, databaseTrouble),
      'of a proxy that cannot use the database.',
      within,
    ),
    ...konga,
    ...herrings,
  ];
}

function databaseEvidence({ database, now }: Seen): Evidence {
  const { workload, pods, ready, settings, place, endpointsFrom } = database;
  const broken = pods.filter((pod) => !isReady(pod));
  const since = broken.flatMap((pod) => notReadySince(pod) ?? [])[0];
  const states =
    broken.length === 0
      ? ''
      : ` ${listed(broken.map(sayPod))}${since === undefined ? '' : `, since ${sayTime(since, now)}`}.`;
  const wanted =
    workload === undefined
      ? ''
      : ` ${nameOf(referenceTo(workload))} wants ${workload.spec.replicas === 1 ? '1 replica' : `${workload.spec.replicas} replicas`}.`;
  if (place === 'outside') {
    return {
      from: "Kong's setting KONG_PG_HOST",
      says:
        settings.host === undefined
          ? 'Its value is kept elsewhere, as in a Secret, which is not read: which database it is cannot be seen.'
          : `It names ${settings.host}, which is no database of this cluster.`,
    };
  }
  if (endpointsFrom === '') {
    return { from: "Kong's setting KONG_PG_HOST", says: `It names ${settings.host}, and there is no such Service.` };
  }
  return {
    from: endpointsFrom,
    says: `${ready.length === 1 ? '1 address is' : `${ready.length} addresses are`} ready.${wanted}${states}`,
  };
}

/** What is offered depends on what is wrong; a person can always look. */
function remediesFor({ database, trouble }: Seen): RemedyOffer[] {
  const { fault, pods } = database;
  const repair = repairDatabase.with({ tooManyClients: trouble.some(({ text }) => tooManyClients.test(text)) });
  if (fault === 'scaled-to-zero') return [scaleDatabase.with({}), repair];
  const stuck = pods.find((pod) => !isReady(pod));
  const isRestartable = fault === 'crash-loop' || fault === 'ended' || fault === 'not-ready';
  if (isRestartable && stuck !== undefined) return [restartDatabasePod.with({ pod: stuck.metadata.name }), repair];
  return [repair];
}
