import { z } from 'zod';
import { defineCheck } from '../../../src/core/check.ts';
import { sayTime } from '../../../src/core/duration.ts';
import type { Evidence, Finding } from '../../../src/core/finding.ts';
import { list } from '../../../src/core/read.ts';
import type { LogLine } from '../../../src/core/reader.ts';
import { nameOf, referenceTo } from '../../../src/core/reference.ts';
import { reasonOfFailure, recent } from '../../facts/kong/log-lines.ts';
import { whenInstalled } from '../../facts/kong/product.ts';
import { pushHistory } from '../../facts/kong/push-history.ts';
import { type Refusal, refusalsOf } from '../../facts/kong/refusals.ts';
import { word } from '../../facts/kubernetes/commands.ts';
import { Event } from '../../kinds/events.ts';
import { installationReads, type KongPart, readInstallation } from '../../reads/kong/installation.ts';
import { evidenceOf, linesOf, logReads, type PodLog, tryControllerLogs } from '../../reads/kong/logs.ts';
import { onlyOneLookedAt } from '../../reads/kong/only-one-looked-at.ts';
import { correctRejectedObject } from '../../remedies/kong/correct-rejected-object.ts';

const code = 'kong/config-rejected';

type Seen = {
  readonly controller: KongPart;
  readonly namespace: string;
  readonly logs: readonly PodLog[];
  readonly lines: readonly LogLine[];
  readonly now: Date;
};

/** One object that Kong refuses holds up every change. */
export const configRejected = defineCheck({
  id: code,
  asks: 'Does Kong accept what its controller writes?',
  appliesTo: whenInstalled,
  reads: [...installationReads, ...logReads, list(Event)],
  findings: {
    [code]: {
      severity: 'critical',
      title: 'Kong refuses the configuration',
      leadsTo: ['kong/stale-targets', 'kong/dead-targets'],
    },
  },
  remedies: [correctRejectedObject],
  settings: z.strictObject({
    recentSeconds: z.number().int().min(1).default(120),
    /** An event is repeated every few minutes only. */
    eventSeconds: z.number().int().min(1).default(600),
  }),
  look: onlyOneLookedAt(async (sight) => {
    const { cluster, now, settings } = sight;
    const installation = await readInstallation(sight);
    const { namespace } = installation;
    const [controller] = installation.controllers;
    if (controller === undefined) {
      return { findings: [], measured: [{ what: "Kong's ingress controller", is: 'none' }] };
    }
    const { logs, failure } = await tryControllerLogs(cluster, installation);
    if (failure !== undefined && failure.reason !== 'missing') throw failure;
    const history = pushHistory(linesOf(logs));
    const lines = recent(history.failures, now, settings.recentSeconds * 1000).filter(
      ({ text }) => reasonOfFailure(text) === 'refused',
    );
    const events = [
      ...(await cluster.list(Event, { fields: 'reason=KongConfigurationApplyFailed' })),
      ...(await cluster.list(Event, { fields: 'reason=FallbackKongConfigurationSucceeded' })),
    ];
    const refusals = refusalsOf(events, history, now, settings.eventSeconds * 1000);
    const measured = [
      { what: 'Writes that Kong refused of late', is: String(lines.length) },
      {
        what: 'Objects that events name as refused',
        is: String(refusals.filter(({ about }) => about !== undefined).length),
      },
    ];
    const seen = { controller, namespace, logs, lines, now };
    const named = refusals.filter(({ about }) => about !== undefined);
    if (named.length > 0) return { findings: named.map((refusal) => ofObject(seen, refusal)), measured };
    // Without a log an event that names its object is enough, and no event is nothing.
    if (failure !== undefined) throw failure;
    const [unnamed] = refusals;
    if (lines.length === 0 && unnamed === undefined) return { findings: [], measured };
    return { findings: [ofController(seen, unnamed)], measured };
  }),
});

function isRefusal({ text }: LogLine): boolean {
  return reasonOfFailure(text) === 'refused';
}

function eventEvidence({ event, at }: Refusal, now: Date): Evidence {
  const { involvedObject, reason, message } = event;
  return {
    from: `Event ${reason} of ${nameOf(involvedObject)}`,
    says: `At ${sayTime(at, now)} Kong said: ${message.slice(0, 400)}`,
  };
}

/** A fallback leaves the refused object out and writes the rest, so only that object suffers. */
function consequence({ isFallback }: Refusal): string {
  return isFallback
    ? 'The controller has written everything else without it, as its fallback does.'
    : 'Until it is corrected no other change gets through, and pods that get a new address are not reached.';
}

function ofObject(seen: Seen, refusal: Refusal): Finding<typeof code> {
  const about = refusal.about ?? referenceTo(seen.controller.workload);
  const { message } = refusal.event;
  return {
    code,
    severity: refusal.isFallback ? 'warning' : 'critical',
    about,
    says: `Kong refuses ${nameOf(about)}: ${message.slice(0, 200)}. ${consequence(refusal)}`.replace('..', '.'),
    confidence: [0.9, 'The event names the object, and no write has gone through since.'],
    evidence: [eventEvidence(refusal, seen.now), ...evidenceOf(seen.logs, isRefusal, 'of writes that Kong refused.')],
    remedies: [
      correctRejectedObject.with({
        ...placeOf(seen),
        kind: about.kind,
        namespace: about.namespace ?? '',
        name: about.name,
        message,
        isMissingUpstream: false,
      }),
    ],
  };
}

function placeOf({ namespace, controller: { workload } }: Seen) {
  return {
    kongNamespace: namespace,
    controller: `${word(workload.kind.toLowerCase())}/${word(workload.metadata.name)}`,
  };
}

/** A target of an upstream that Kong took a moment before: not the object's fault (KIC#1025). */
function isMissingUpstream({ text }: LogLine): boolean {
  return /\b404\b|not found/i.test(text) && /\{Create\}|upstreams?\/.*targets?/i.test(text);
}

function ofController(seen: Seen, refusal: Refusal | undefined): Finding<typeof code> {
  const { controller, lines, logs, now } = seen;
  const newest = lines.at(-1);
  const isUpstream = lines.length > 0 && lines.every(isMissingUpstream);
  const [evidence, ...more] = [
    ...(refusal === undefined ? [] : [eventEvidence(refusal, now)]),
    ...evidenceOf(logs, isRefusal, 'of writes that Kong refused.'),
  ];
  const count = lines.length === 1 ? '1 line' : `${lines.length} lines`;
  const last = newest?.at === undefined ? '' : `, the last at ${sayTime(newest.at, now)}`;
  return {
    code,
    about: referenceTo(controller.workload),
    says: isUpstream
      ? `Kong answers 404 to new targets of an upstream that it has (${count} within 2 minutes${last}), so the new addresses of that Service never arrive.`
      : `Kong refuses what its controller writes (${count} within 2 minutes${last}). No event names the object; until it is corrected no other change gets through.`,
    confidence: isUpstream
      ? [0.8, 'The answer fits a known fault of old controllers; Kong was not asked for the upstream.']
      : [0.8, 'The answers are plain refusals, but nothing names the object.'],
    evidence: [evidence ?? { from: 'log of the controller', says: 'It tells of refused writes.' }, ...more],
    remedies: [
      correctRejectedObject.with({
        ...placeOf(seen),
        kind: '',
        namespace: '',
        name: '',
        message: refusal?.event.message ?? '',
        isMissingUpstream: isUpstream,
      }),
    ],
  };
}
