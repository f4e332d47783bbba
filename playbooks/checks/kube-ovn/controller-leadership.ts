import { z } from 'zod';
import { defineCheck, type Sight } from '../../../src/core/check.ts';
import { sayDuration, sayTime } from '../../../src/core/duration.ts';
import { CannotRead } from '../../../src/core/errors.ts';
import type { Confidence, Evidence, Finding, Measurement } from '../../../src/core/finding.ts';
import { nameOf } from '../../../src/core/reference.ts';
import { allocationsOf, readinessOf } from '../../facts/kube-ovn/concerns.ts';
import {
  type LeaderChange,
  leaderChanges,
  leaderChangesInLogs,
  secondsBackTo,
  suffersFrom,
} from '../../facts/kube-ovn/leader-change.ts';
import { leaseName, lockConfigMapName } from '../../facts/kube-ovn/leader-lock.ts';
import { leaderGained, leaderLost, matches } from '../../facts/kube-ovn/log-lines.ts';
import { installed, sayVersion, whenInstalled } from '../../facts/kube-ovn/product.ts';
import { conditionOf, sinceOf } from '../../facts/kube-ovn/subnet-state.ts';
import { changes, has, unlessBackported } from '../../facts/kube-ovn/versions.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import { isReady } from '../../facts/kubernetes/pods.ts';
import type { Subnet } from '../../kinds/kube-ovn.ts';
import { type Controller, controllerReads, readController } from '../../reads/kube-ovn/controller.ts';
import {
  controllerLogReads,
  evidenceFrom,
  type PodLog,
  readControllerLogs,
  tellLines,
} from '../../reads/kube-ovn/controller-logs.ts';
import { type Leadership, leaderReads, leadingFor, readLeadership } from '../../reads/kube-ovn/leader.ts';
import { readSubnets, subnetReads } from '../../reads/kube-ovn/subnets.ts';
import { despiteUnreadLogs } from '../../reads/kubernetes/unread-logs.ts';
import { bringBackLeader } from '../../remedies/kube-ovn/bring-back-leader.ts';
import { waitForController } from '../../remedies/kube-ovn/wait-for-controller.ts';

const code = 'kube-ovn/controller-leadership';

type Seen = {
  readonly leadership: Leadership;
  readonly controllers: Controller;
  readonly version: string | undefined;
  readonly now: Date;
};

/** A leader that cannot renew its lock in time loses it, and the next one starts with all subnets and pods anew. */
export const controllerLeadership = defineCheck({
  id: code,
  asks: 'Does one kube-ovn controller lead, and has it led without interruption for the last hour?',
  appliesTo: whenInstalled,
  reads: [...leaderReads, ...controllerReads, ...controllerLogReads, ...subnetReads],
  findings: {
    [code]: {
      severity: 'critical',
      title: 'kube-ovn controller leader lost',
      leadsTo: [
        'kube-ovn/address-conflict',
        'kube-ovn/blocking-pod',
        'kube-ovn/node-not-allocated',
        'kube-ovn/subnet-not-ready',
        'kube-ovn/vm-address-not-restored',
      ],
    },
  },
  remedies: [waitForController, bringBackLeader],
  settings: z.strictObject({}),
  look: despiteUnreadLogs(async (sight) => {
    const { now } = sight;
    const { version } = installed(sight.platform);
    const leadership = await readLeadership(sight);
    const controllers = await readController(sight);
    const seen = { leadership, controllers, version, now };
    const measured = measure(seen);
    const subnets = await readSubnets({ cluster: sight.cluster, target: {} });
    if (isLockUnseen(seen)) {
      const logs = await readControllerLogs(sight.cluster, leadership.pods);
      const finding = leaderChanged(seen, leaderChangesInLogs(logs, subnets, now), logs, subnets);
      if (finding === undefined) refuseWithoutLock(seen, sight);
      return { findings: [finding], measured };
    }
    if (leadership.state === 'free') return { findings: [nobodyLeads(seen)], measured };
    if (leadership.state === 'changing' || isOrphaned(seen)) return { findings: [changingHands(seen)], measured };
    const recent = leaderChanges(leadership.lock, leadership.pods, subnets, now);
    if (recent.length === 0) return { findings: [], measured };
    const logs = await readControllerLogs(sight.cluster, leadership.pods, secondsBackTo(recent, now));
    const finding = leaderChanged(seen, recent, logs, subnets);
    return { findings: finding === undefined ? [] : [finding], measured };
  }),
});

/** Controllers that are ready compete for something: a lock that nobody finds then is no sign that nobody leads. */
function isLockUnseen({ leadership: { lock, pods }, controllers }: Seen): boolean {
  return lock === undefined && (pods.length === 0 ? controllers.ready > 0 : pods.some(isReady));
}

function refuseWithoutLock({ leadership: { pods }, controllers }: Seen, { platform }: Pick<Sight, 'platform'>): never {
  const names = pods.filter(isReady).map(({ metadata }) => metadata.name);
  const ready = pods.length === 0 ? controllers.ready : names.length;
  const { namespace } = installed(platform);
  const who = names.length === 0 ? `${ready} ${ready === 1 ? 'controller' : 'controllers'}` : listed(names);
  throw new CannotRead(
    'tell which kube-ovn controller leads',
    'missing',
    `${who} ${ready === 1 ? 'is' : 'are'} ready, but ${namespace} has neither a Lease ${leaseName} nor a lock in a ConfigMap ${lockConfigMapName}; it may have another name here`,
  );
}

/** The holder is none of the pods. Where no pod is listed, and the Deployment counts ready ones, it is just not seen. */
function isOrphaned({ leadership: { leader, pods }, controllers }: Seen): boolean {
  return leader === undefined && (pods.length > 0 || controllers.ready === 0);
}

function measure({ leadership, controllers, now }: Seen): Measurement[] {
  const age = leadingFor(leadership, now);
  const { lock, state, pods } = leadership;
  const since = age === undefined ? '' : `, for ${sayDuration(age)}`;
  return [
    { what: 'Controller leader', is: state === 'held' && lock !== undefined ? `${lock.holder}${since}` : 'none' },
    {
      what: 'Controllers ready',
      is: `${pods.length === 0 ? controllers.ready : pods.filter(isReady).length} of ${controllers.replicas ?? pods.length}`,
    },
  ];
}

function controllersEvidence({ leadership, controllers }: Seen): Evidence {
  const states = leadership.pods.map((pod) => {
    const waiting = pod.status.containerStatuses.find(({ state }) => state.waiting !== undefined)?.state.waiting
      ?.reason;
    return `${pod.metadata.name} is ${isReady(pod) ? 'ready' : (waiting ?? `${pod.status.phase}, not ready`)}`;
  });
  const { about, replicas } = controllers;
  const wanted =
    replicas === undefined ? 'It is not there' : `${replicas} ${replicas === 1 ? 'replica is' : 'replicas are'} wanted`;
  return {
    from: `${nameOf(about)} and its pods`,
    says: `${wanted}; ${states.length === 0 ? 'there is no pod' : listed(states, 6)}.`,
  };
}

/** Without a leader nothing of kube-ovn's control plane moves. */
function nobodyLeads(seen: Seen): Finding<typeof code> {
  const { leadership, controllers, version, now } = seen;
  const { lock } = leadership;
  const consequence = 'Until one does, no new pod gets an address and no subnet is reconciled.';
  const offer = bringBackLeader.with({ lock: lock === undefined ? 'the leader lock' : nameOf(lock.object) });
  if (lock === undefined) {
    return {
      code,
      about: controllers.about,
      says: `No kube-ovn controller leads: the lock that they compete for does not exist. ${consequence}`,
      confidence: [0.8, 'There is no lock object under any name that upstream uses; a vendor may use another.'],
      evidence: [controllersEvidence(seen)],
      remedies: [offer],
    };
  }
  const silence = lock.renewedAt === undefined ? undefined : now.getTime() - lock.renewedAt.getTime();
  const age = silence === undefined ? 'was never renewed' : `was last renewed ${sayDuration(silence)} ago`;
  const by = lock.holder === '' ? 'nobody holds it' : `${lock.holder} holds it`;
  const keeps = has(version, changes.leaderExitsOnLostLock) === false;
  const hint = keeps
    ? ` In ${sayVersion(version)}, ${unlessBackported(changes.leaderExitsOnLostLock)}, the old leader does not exit, and goes on half-way.`
    : '';
  return {
    code,
    about: controllers.about,
    says: `No kube-ovn controller leads: the lock ${age}, and is good for ${lock.leaseDurationSeconds} s. ${consequence}${hint}`,
    confidence: [0.95, 'A leader renews the lock every few seconds, and no other replica has taken it.'],
    evidence: [{ from: nameOf(lock.object), says: `The lock ${age}; ${by}.` }, controllersEvidence(seen)],
    remedies: [offer],
  };
}

/** Released, or held by a pod that is gone: normal for seconds, and no reason for alarm. */
function changingHands(seen: Seen): Finding<typeof code> {
  const { leadership, controllers, now } = seen;
  const { lock } = leadership;
  const renewed = lock?.renewedAt === undefined ? '' : ` at ${sayTime(lock.renewedAt, now)}`;
  const says = lock?.holder
    ? `${lock.holder} renewed the lock${renewed} and is gone.`
    : `The last leader released the lock${renewed}.`;
  return {
    code,
    severity: 'info',
    about: controllers.about,
    says: `The kube-ovn controllers are just changing their leader. ${says} The next one takes over within a minute.`,
    confidence: [0.8, 'The lock is free or orphaned for less than the time that a take-over needs.'],
    evidence: [{ from: lock === undefined ? 'Leader lock' : nameOf(lock.object), says }, controllersEvidence(seen)],
    remedies: [waitForController.with({ until: 'a controller leads' })],
  };
}

/**
 * A leader that changed is a finding when it was lost, or when a subnet stopped being ready at that time. A clean
 * hand-over that nothing suffered from is how every rollout looks, and how a fix of this house does.
 */
function leaderChanged(
  seen: Seen,
  recent: readonly LeaderChange[],
  logs: readonly PodLog[],
  subnets: readonly Subnet[],
): Finding<typeof code> | undefined {
  const { leadership, controllers, now } = seen;
  const lossesOf = ({ log }: Pick<PodLog, 'log'>) => log.lines.filter(({ text }) => matches(text, leaderLost));
  const losers = new Set(logs.filter((log) => lossesOf(log).length > 0).map(({ pod }) => pod));
  // A replica that ended without having led has changed nothing.
  const moments = recent.filter(({ seenBy, pod }) => seenBy !== 'restart' || losers.has(pod));
  const hurt = subnets.filter((subnet) => moments.some((moment) => suffersFrom(subnet, moment)));
  const change = nearestTo(moments, hurt[0]);
  if (change === undefined) return undefined;
  const ends = logs.flatMap(lossesOf).flatMap(({ at }) => at ?? []);
  const crash = recent.find(({ at, exitCode }) => (exitCode ?? 0) !== 0 && isJustBefore(at, change.at));
  const isLost = crash !== undefined || ends.some((at) => isJustBefore(at, change.at));
  if (!isLost && hurt.length === 0) return undefined;
  const losses = evidenceFrom(
    logs,
    (log) => lossesOf({ log }),
    (count, { pod, previous }) => `${tellLines(count, pod, previous)} that it lost its lock.`,
  );
  const gains = evidenceFrom(
    logs,
    (log) => log.lines.filter(({ text }) => matches(text, leaderGained)),
    (_count, { pod }) => `${pod} says that it became the leader.`,
  );
  const names = listed(hurt.map(({ metadata }) => metadata.name));
  const age = leadingFor(leadership, now);
  const leads = `${leadership.leader?.metadata.name ?? (change.seenBy === 'log' ? change.pod : 'Another one')} leads now${age === undefined ? '' : `, for ${sayDuration(age)}`}`;
  return {
    code,
    severity: hurt.length > 0 ? 'warning' : 'info',
    about: controllers.about,
    concerns: { ...readinessOf(hurt), ...allocationsOf(leadership.lock) },
    since: earliestOf(moments) ?? change.at,
    says: `The kube-ovn controllers ${isLost ? 'lost' : 'changed'} their leader at ${sayTime(change.at, now)}; ${leads}. ${hurt.length === 0 ? 'No subnet suffered from it.' : `Within 10 minutes of that, ${names} stopped being ready.`}`,
    confidence: confidenceOf(change, isLost),
    evidence: [lockEvidence(seen), ...(crash === undefined ? [] : [crashEvidence(crash, now)]), ...losses, ...gains],
    // What suffers from it has its own finding with its own fix; that the leader changed is history.
    remedies: [],
  };
}

/** Of several changes within the hour the first may be the one that something else came of. */
function earliestOf(moments: readonly LeaderChange[]): Date | undefined {
  return moments.map(({ at }) => at).sort((left, right) => left.getTime() - right.getTime())[0];
}

function confidenceOf({ seenBy }: LeaderChange, isLost: boolean): Confidence {
  if (seenBy === 'log') return [0.8, 'The controllers say so in their logs; there is no lock to compare that with.'];
  return isLost
    ? [0.9, 'The lock, and the logs or the exit code of the old leader, agree.']
    : [0.7, 'The lock changed hands at that time, but nothing tells that it was lost.'];
}

const takeOverMilliseconds = 120_000;

/** A leader is lost a lease before the next one is there, or ends a little after it gave up. */
function isJustBefore(end: Date, change: Date): boolean {
  const gap = change.getTime() - end.getTime();
  return gap <= takeOverMilliseconds && gap >= -takeOverMilliseconds / 4;
}

/** Of several changes within the hour, the one that the subnet suffered from; the newest when none did. */
function nearestTo(moments: readonly LeaderChange[], subnet: Subnet | undefined): LeaderChange | undefined {
  const since = subnet === undefined ? undefined : sinceOf(conditionOf(subnet, 'Ready'));
  if (since === undefined) return moments[0];
  const distance = ({ at }: LeaderChange) => Math.abs(at.getTime() - since.getTime());
  return moments.toSorted((left, right) => distance(left) - distance(right))[0];
}

function lockEvidence({ leadership: { lock }, now }: Seen): Evidence {
  if (lock === undefined)
    return { from: 'Leader lock', says: 'None was seen; what the controllers say is all there is.' };
  const taken = lock.acquiredAt === undefined ? '' : ` and took it at ${sayTime(lock.acquiredAt, now)}`;
  const times = lock.transitions === undefined ? '' : `; it has changed hands ${lock.transitions} times so far`;
  return { from: nameOf(lock.object), says: `${lock.holder} holds the lock${taken}${times}.` };
}

function crashEvidence({ pod, at, exitCode }: LeaderChange, now: Date): Evidence {
  return {
    from: `Pod ${pod}, status.containerStatuses`,
    says: `Its container ended with exit code ${exitCode ?? 'unknown'} at ${sayTime(at, now)}.`,
  };
}
