import { z } from 'zod';
import { defineCheck } from '../../../src/core/check.ts';
import { sayDuration, sayTime } from '../../../src/core/duration.ts';
import { CannotRead } from '../../../src/core/errors.ts';
import type { Confidence, Evidence, Finding } from '../../../src/core/finding.ts';
import type { Platform } from '../../../src/core/platform.ts';
import { list } from '../../../src/core/read.ts';
import type { Log, LogLine } from '../../../src/core/reader.ts';
import { isBetween, isIn } from '../../../src/core/version.ts';
import { lastTimeOf, tellsOfIdenticalValues, unknownSwitch } from '../../facts/kube-ovn/node-log-lines.ts';
import { controller, installed, sayVersion, whenInstalled } from '../../facts/kube-ovn/product.ts';
import { isOvnProvider } from '../../facts/kube-ovn/subnet-state.ts';
import { podsWithoutAddress } from '../../facts/kube-ovn/waiting-pods.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { Subnet } from '../../kinds/kube-ovn.ts';
import { Pod } from '../../kinds/kubernetes.ts';
import {
  controllerLogReads,
  logEvidence,
  readControllerLogs,
  tellLines,
} from '../../reads/kube-ovn/controller-logs.ts';
import { leaderReads, leadingFor, readLeadership } from '../../reads/kube-ovn/leader.ts';
import { readSubnets, subnetReads } from '../../reads/kube-ovn/subnets.ts';
import { despiteUnreadLogs } from '../../reads/kubernetes/unread-logs.ts';
import { leaderHandOver } from '../../remedies/kube-ovn/leader-hand-over.ts';
import { moveToKeptCache } from '../../remedies/kube-ovn/move-to-kept-cache.ts';
import { recreateWaitingPods } from '../../remedies/kube-ovn/recreate-waiting-pods.ts';

const code = 'kube-ovn/stale-northbound-cache';

/** From here on the controller keeps a copy of the database; before, it asked it with ovn-nbctl every time. */
const firstsWithCache = ['v1.12.0'];
/** Reported in #7497 and #7519; some builds of v1.15 with #7362 have it too, and no tag names them. */
const knownVersions = [['v1.16.4', 'v1.16.7']] as const;

type Seen = {
  readonly leader: Pod;
  readonly log: Log;
  /** Lines in which the controller does not know the switch of a subnet that exists. */
  readonly unknown: readonly LogLine[];
  readonly identical: readonly LogLine[];
  readonly waiting: readonly Pod[];
  readonly version: string | undefined;
  readonly leads: number | undefined;
  readonly now: Date;
  /** Whether the lines are so many that they need no pods on several nodes to be believed. */
  readonly isOften: boolean;
};

/** The leader forgets the northbound database after that has changed its own leader. */
export const staleNorthboundCache = defineCheck({
  id: code,
  asks: 'Does the leading kube-ovn controller still know what is in the northbound database?',
  appliesTo,
  reads: [...leaderReads, ...controllerLogReads, ...subnetReads, list(Pod)],
  findings: {
    [code]: {
      severity: 'critical',
      title: 'Controller has forgotten the northbound database',
      leadsTo: ['workload/network-not-ready'],
    },
  },
  remedies: [leaderHandOver, recreateWaitingPods, moveToKeptCache],
  settings: z.strictObject({
    /** A controller that has lost its cache says so some hundred times in as many seconds. */
    lines: z.number().int().min(1).default(3),
    /** Older lines tell of what is over: the controller tries again at least this often. */
    withinSeconds: z.number().int().min(60).default(600),
    /** Fewer lines count that far back while pods wait: between two tries for one pod pass up to 1,000 seconds. */
    triesWithinSeconds: z.number().int().min(60).default(1800),
    /** A pod that waits for less may just be starting. */
    waitingSeconds: z.number().int().min(0).default(60),
  }),
  look: despiteUnreadLogs(async (sight) => {
    const { cluster, platform, now, settings } = sight;
    const { namespace, version } = installed(platform);
    const leadership = await readLeadership(sight);
    const { leader, state, lock } = leadership;
    if (leader === undefined || state !== 'held') {
      return { findings: [], measured: [{ what: 'Leader that could have lost its cache', is: 'none leads' }] };
    }
    const logs = await readControllerLogs(cluster, leadership.pods);
    const log = logs.find(({ pod, previous }) => pod === leader.metadata.name && !previous)?.log;
    if (log === undefined) {
      const because = 'the leading controller has no log';
      throw new CannotRead(`read the log of ${namespace}/${leader.metadata.name}`, 'missing', because);
    }
    const subnets = await readSubnets({ cluster, target: {} });
    const known = subnets.filter((subnet) => isSettled(subnet, now)).map(({ metadata }) => metadata.name);
    const linesWithin = (seconds: number) => {
      const from = Math.max(now.getTime() - seconds * 1000, lock?.acquiredAt?.getTime() ?? 0);
      const lines = log.lines.filter(({ at }) => at !== undefined && at.getTime() >= from);
      return {
        unknown: lines.filter(({ text }) => known.includes(unknownSwitch(text) ?? '')),
        identical: lines.filter(({ text }) => tellsOfIdenticalValues(text)),
      };
    };
    const recent = linesWithin(settings.withinSeconds);
    const measured = [
      {
        what: `Lines of the leader about switches that it should know, in the last ${settings.withinSeconds / 60} minutes`,
        is: String(recent.unknown.length),
      },
    ];
    const isOften = recent.unknown.length >= settings.lines;
    const { unknown, identical } = isOften ? recent : linesWithin(settings.triesWithinSeconds);
    if (unknown.length === 0 || (!isOften && identical.length === 0)) return { findings: [], measured };
    const waiting = podsWithoutAddress(await cluster.list(Pod), settings.waitingSeconds * 1000, now);
    if (!isOften && nodesOf(waiting).size < 2) return { findings: [], measured };
    const leads = leadingFor(leadership, now);
    const seen = { leader, log, unknown, identical, waiting, version, leads, now, isOften };
    return { findings: [describe(seen)], measured };
  }),
});

function appliesTo(platform: Platform): true | string {
  const isInstalled = whenInstalled(platform);
  if (isInstalled !== true) return isInstalled;
  const { version } = installed(platform);
  if (isIn(version, firstsWithCache) !== false) return true;
  return `In ${sayVersion(version)} the controller keeps no copy of the northbound database; from v1.12.0 on it does.`;
}

const settledMilliseconds = 600_000;

/** A subnet that is being made or deleted may rightly have no switch. */
function isSettled({ spec, metadata }: Subnet, now: Date): boolean {
  const { creationTimestamp, deletionTimestamp } = metadata;
  if (!isOvnProvider(spec.provider) || deletionTimestamp !== undefined) return false;
  return creationTimestamp === undefined || now.getTime() - creationTimestamp.getTime() > settledMilliseconds;
}

function describe(seen: Seen): Finding<typeof code> {
  const { leader, log, unknown, identical, waiting, version, leads, now } = seen;
  const { namespace = '', name } = leader.metadata;
  const switches = [...new Set(unknown.map(({ text }) => unknownSwitch(text) ?? ''))];
  const last = lastTimeOf(unknown);
  const nodes = nodesOf(waiting);
  const wait =
    waiting.length === 0
      ? 'New pods will get no address.'
      : `${waiting.length} new ${waiting.length === 1 ? 'pod waits' : 'pods wait'} for an address on ${nodes.size} ${nodes.size === 1 ? 'node' : 'nodes'}.`;
  const evidence: [Evidence, ...Evidence[]] = [
    logEvidence(
      log,
      unknown,
      `${tellLines(unknown.length, name)} that there is no logical switch ${listed(switches)}, whose subnet exists.`,
    ),
  ];
  if (identical.length > 0) {
    evidence.push(
      logEvidence(
        log,
        identical,
        `${tellLines(identical.length, name)} that the database already holds what the controller wants to make.`,
      ),
    );
  }
  if (waiting.length > 0) evidence.push(podEvidence(waiting));
  return {
    code,
    about: { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: controller.deployment },
    says: `The leading controller ${name} has forgotten what is in the northbound database: ${unknown.length} ${unknown.length === 1 ? 'time' : 'times'} it did not find a logical switch that exists${last === undefined ? '' : `, last at ${sayTime(last, now)}`}. ${wait} It holds its lock${leads === undefined ? '' : `, for ${sayDuration(leads)},`} and was not seen to recover by itself. ${sayKnown(version)}`,
    confidence: confidenceOf(seen, nodes.size),
    evidence,
    remedies: [
      leaderHandOver.with({ blockedBy: [] }),
      ...(waiting.length === 0
        ? []
        : [
            recreateWaitingPods.with({
              pods: waiting.map(({ metadata }) => ({ namespace: metadata.namespace ?? '', name: metadata.name })),
            }),
          ]),
      moveToKeptCache.with({}),
    ],
  };
}

function nodesOf(pods: readonly Pod[]): ReadonlySet<string | undefined> {
  return new Set(pods.map(({ spec }) => spec.nodeName));
}

function confidenceOf({ identical, version, isOften }: Seen, nodes: number): Confidence {
  if (!isOften) {
    return [0.8, 'The lines are few, but both kinds are there, and pods on several nodes wait for an address.'];
  }
  if (identical.length > 0 && nodes >= 2) {
    return [0.95, 'Both kinds of lines are there, and pods on several nodes wait for an address.'];
  }
  if (identical.length > 0 || nodes >= 2) {
    return [0.9, 'The lines name switches that exist, and something else fits: the database, or pods that wait.'];
  }
  return isBetween(version, knownVersions) === true
    ? [0.85, 'The lines name switches that exist, and the version is one that was reported with this fault.']
    : [0.7, 'The lines name switches that exist, but nothing else fits, and the version is not one that was reported.'];
}

function sayKnown(version: string | undefined): string {
  if (version === undefined) {
    return 'The version of kube-ovn is not known; v1.16.4 to v1.16.7 have this fault, unless your vendor back-ported #7509.';
  }
  return isBetween(version, knownVersions) === true
    ? `${sayVersion(version)} has this fault, unless your vendor back-ported #7509.`
    : `It was reported for v1.16.4 to v1.16.7, and for builds of v1.15 with #7362; ${sayVersion(version)} is not among them.`;
}

function podEvidence(waiting: readonly Pod[]): Evidence {
  const names = waiting.map(
    ({ metadata, spec }) => `${metadata.namespace ?? ''}/${metadata.name} on ${spec.nodeName ?? ''}`,
  );
  return {
    from: 'Pods that are Pending, metadata.annotations[ovn.kubernetes.io/allocated]',
    says: `${waiting.length} ${waiting.length === 1 ? 'pod has' : 'pods have'} a node and no address: ${listed(names, 5)}.`,
  };
}
