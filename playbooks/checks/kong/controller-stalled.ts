import { z } from 'zod';
import { defineCheck } from '../../../src/core/check.ts';
import { sayDuration, sayTime } from '../../../src/core/duration.ts';
import type { Confidence, Evidence, Finding } from '../../../src/core/finding.ts';
import { nameOf, referenceTo } from '../../../src/core/reference.ts';
import type { RemedyOffer } from '../../../src/core/remedy.ts';
import { adminUnreachable, matches, recent } from '../../facts/kong/log-lines.ts';
import { databaseSettings, versionOfImage, whenInstalled } from '../../facts/kong/product.ts';
import { isFailing, pushHistory } from '../../facts/kong/push-history.ts';
import { tellsOfWrite, writersOf } from '../../facts/kong/writers.ts';
import { listed } from '../../facts/kubernetes/commands.ts';
import {
  type Installation,
  installationReads,
  isSidecar,
  type KongPart,
  mainProxy,
  readInstallation,
} from '../../reads/kong/installation.ts';
import { type Leadership, leaderReads, readLeadership } from '../../reads/kong/leader.ts';
import { evidenceOf, linesOf, logReads, type PodLog, tryControllerLogs } from '../../reads/kong/logs.ts';
import { onlyOneLookedAt } from '../../reads/kong/only-one-looked-at.ts';
import { readUnwritten, unwrittenReads } from '../../reads/kong/unwritten.ts';
import { bringBackController } from '../../remedies/kong/bring-back-controller.ts';
import { evictController } from '../../remedies/kong/evict-controller.ts';
import { restartController } from '../../remedies/kong/restart-controller.ts';
import { waitForSync } from '../../remedies/kong/wait-for-sync.ts';

const code = 'kong/controller-stalled';

type Stall = {
  readonly says: string;
  readonly confidence: Confidence;
  readonly evidence: readonly [Evidence, ...Evidence[]];
  /** Whether a fresh leader would help. */
  readonly restart: boolean;
  readonly writers?: number;
};

/** Exactly one controller should write to Kong. Here nobody does, or too many do. */
export const controllerStalled = defineCheck({
  id: code,
  asks: "Does exactly one of Kong's controllers write what has changed?",
  appliesTo: whenInstalled,
  reads: [...installationReads, ...logReads, ...leaderReads, ...unwrittenReads],
  findings: {
    [code]: {
      severity: 'critical',
      title: "Kong's controller does not write",
      leadsTo: ['kong/stale-targets', 'kong/dead-targets'],
    },
  },
  remedies: [waitForSync, restartController, evictController, bringBackController],
  settings: z.strictObject({
    /** A controller with something to write is never quiet for so long. */
    silentSeconds: z.number().int().min(1).default(60),
    recentSeconds: z.number().int().min(1).default(120),
  }),
  look: onlyOneLookedAt(async (sight) => {
    const { cluster, now, settings } = sight;
    const installation = await readInstallation(sight);
    const [controller] = installation.controllers;
    if (controller === undefined) {
      return { findings: [], measured: [{ what: "Kong's ingress controller", is: 'none' }] };
    }
    const recentMilliseconds = settings.recentSeconds * 1000;
    const running = installation.controllers.flatMap(runningPods);
    const measured = [{ what: 'Controllers running', is: String(running.length) }];
    if (running.length === 0) return { findings: [describe(installation, controller, absent(controller))], measured };
    const { logs, failure } = await tryControllerLogs(cluster, installation);
    const leadership = await readLeadership(sight, installation);
    const history = pushHistory(linesOf(logs));
    const { lastLine } = history;
    measured.push(
      { what: 'Leader of the controllers', is: leadership.leader?.metadata.name ?? 'none' },
      { what: 'Newest line of their logs', is: lastLine === undefined ? 'none' : sayTime(lastLine, now) },
    );
    const stall =
      (keepsDatabase(installation)
        ? wrongWriters(installation, leadership, logs, { now, recentMilliseconds })
        : undefined) ?? withoutAdminApi(logs, now, recentMilliseconds);
    if (stall !== undefined) return { findings: [describe(installation, controller, stall)], measured };
    // The lock tells by itself; silence does not where there is no log to be silent in.
    if (failure !== undefined) throw failure;
    if (isFailing(history, now, recentMilliseconds)) return { findings: [], measured };
    const silentMilliseconds = settings.silentSeconds * 1000;
    const last = lastLineOf(logs, leadership);
    if (last !== undefined && now.getTime() - last.getTime() <= silentMilliseconds) return { findings: [], measured };
    const { services } = await readUnwritten(sight);
    const waiting = services.filter(({ newcomers }) =>
      newcomers.some(({ readySince }) => now.getTime() - readySince.getTime() > silentMilliseconds),
    );
    if (waiting.length === 0) return { findings: [], measured };
    const names = waiting.map(({ routed }) => nameOf(referenceTo(routed.service)));
    return { findings: [describe(installation, controller, silent(last, names, leadership, now))], measured };
  }),
});

function keepsDatabase(installation: Installation): boolean {
  return installation.proxies.length > 0 && databaseSettings(mainProxy(installation).container).engine !== 'off';
}

function runningPods({ pods, container }: KongPart) {
  return pods.filter(
    ({ status }) =>
      status.phase === 'Running' &&
      status.containerStatuses.every(({ name, state }) => name !== container.name || state.waiting === undefined),
  );
}

function absent({ workload, pods }: KongPart): Stall {
  const replicas = 'replicas' in workload.spec ? workload.spec.replicas : undefined;
  const states = pods.map((pod) => {
    const [waiting] = pod.status.containerStatuses.flatMap(({ state }) => state.waiting?.reason ?? []);
    return `${pod.metadata.name} is ${waiting ?? pod.status.phase}`;
  });
  const wanted = replicas === undefined ? '' : `${replicas} replicas are wanted; `;
  return {
    says: `No ingress controller of Kong runs${replicas === 0 ? ': it is scaled to zero' : ''}. Nothing that changes in Kubernetes reaches Kong.`,
    confidence: [0.95, 'Its pods say so.'],
    evidence: [
      {
        from: `${nameOf(referenceTo(workload))} and its pods`,
        says: `${wanted}${states.length === 0 ? 'there is no pod' : listed(states, 4)}.`,
      },
    ],
    restart: false,
  };
}

/** With a database only the elected controller may write. Beside a proxy without one, each writes to its own. */
function wrongWriters(
  { controllers }: Installation,
  { lock, state }: Leadership,
  logs: readonly PodLog[],
  { now, recentMilliseconds }: { readonly now: Date; readonly recentMilliseconds: number },
): Stall | undefined {
  if (lock !== undefined && state === 'expired') {
    const age = lock.renewedAt === undefined ? 'never' : `${sayDuration(now.getTime() - lock.renewedAt.getTime())} ago`;
    return {
      says: `No controller of Kong leads: the lock was renewed ${age === 'never' ? 'never' : `last ${age}`}, and is good for ${lock.leaseDurationSeconds} s. Nobody writes to Kong until one takes it.`,
      confidence: [0.8, 'The lock is older than twice its time; a lock by another name is not looked for.'],
      evidence: [{ from: nameOf(lock.object), says: `${lock.holder || 'Nobody'} holds it; renewed: ${age}.` }],
      restart: true,
    };
  }
  const isNew = lock?.acquiredAt !== undefined && now.getTime() - lock.acquiredAt.getTime() <= recentMilliseconds;
  const writers = writersOf(logs, now, recentMilliseconds);
  if (writers.length < 2 || isNew) return undefined;
  const version = versionOfImage(controllers[0]?.container.image ?? '');
  const [first, ...more] = evidenceOf(logs, ({ text }) => tellsOfWrite(text), 'of writes of its own.', {
    now,
    milliseconds: recentMilliseconds,
  });
  return {
    says: `${writers.length} controllers write to Kong at the same time (${listed(writers)}), and undo each other's work. Only the elected one should; ${version === undefined ? 'which version this is, is not known, and' : `this is ${version};`} before 2.1 all of them did, unless your vendor back-ported KIC#2052.`,
    confidence: [
      0.8,
      'Each of their logs tells of writes within the last 2 minutes, and the lock did not change hands.',
    ],
    evidence: [first ?? { from: 'logs of the controllers', says: `${listed(writers)} write.` }, ...more],
    restart: false,
    writers: writers.length,
  };
}

function withoutAdminApi(logs: readonly PodLog[], now: Date, recentMilliseconds: number): Stall | undefined {
  const { failures, lastSuccess } = pushHistory(linesOf(logs));
  const lines = recent(failures, now, recentMilliseconds);
  if (lastSuccess !== undefined || !lines.some(({ text }) => matches(text, adminUnreachable))) return undefined;
  const [first, ...more] = evidenceOf(
    logs,
    ({ text }) => matches(text, adminUnreachable),
    'of an Admin API that cannot be used.',
  );
  return {
    says: "Kong's controller has not been able to use the Admin API since it started, so it has written nothing yet.",
    confidence: [0.8, 'It says so itself; why the Admin API does not answer is not seen.'],
    evidence: [first ?? { from: 'log of the controller', says: 'It waits for the Admin API.' }, ...more],
    restart: false,
  };
}

/** The leader's own log: the others print a line now and then while they wait for the lock. */
function lastLineOf(logs: readonly PodLog[], { leader }: Leadership): Date | undefined {
  const own = logs.filter(({ pod }) => leader === undefined || pod === leader.metadata.name);
  return pushHistory(linesOf(own)).lastLine;
}

function silent(last: Date | undefined, services: readonly string[], { lock, leader }: Leadership, now: Date): Stall {
  const who = leader?.metadata.name ?? 'The controller';
  const age = last === undefined ? 'at all' : `for ${sayDuration(now.getTime() - last.getTime())}`;
  const lease =
    lock?.renewedAt === undefined
      ? ''
      : `, although it has renewed its lock ${sayDuration(now.getTime() - lock.renewedAt.getTime())} ago`;
  return {
    says: `${who} has printed nothing ${age}${lease}, while new pods of ${listed(services, 4)} wait to be told to Kong. It is stuck, as in KIC#7665 and KIC#1025.`,
    confidence: [0.8, 'A controller with something to write prints a success or a failure within seconds.'],
    evidence: [
      {
        from: `log of ${who}`,
        says: last === undefined ? 'It is empty.' : `Its newest line is of ${sayTime(last, now)}.`,
      },
      ...(lock === undefined ? [] : [{ from: nameOf(lock.object), says: `${lock.holder} holds the lock.` }]),
    ],
    restart: true,
  };
}

function describe(installation: Installation, { workload }: KongPart, stall: Stall): Finding<typeof code> {
  const { namespace } = installation;
  const manual = bringBackController.with({
    namespace,
    workload: `${workload.kind.toLowerCase()}/${workload.metadata.name}`,
    isScaledToZero: 'replicas' in workload.spec && workload.spec.replicas === 0,
    writers: stall.writers ?? 0,
  });
  const restart: RemedyOffer = isSidecar(installation) ? evictController.with({}) : restartController.with({});
  return {
    code,
    about: referenceTo(workload),
    says: stall.says,
    confidence: stall.confidence,
    evidence: stall.evidence,
    remedies: stall.restart ? [waitForSync.with({}), restart, manual] : [manual],
  };
}
