import { z } from 'zod';
import { AlertEvent, RoutedAlert } from './alert.ts';
import { draftLanguages } from './draft.ts';
import { Person } from './person.ts';
import { Selection } from './selection.ts';

/** Where in the chat something belongs: a channel, and the thread when it was asked in one. */
export const ChatPlace = z.object({ channel: z.string(), thread: z.string().optional() });
export type ChatPlace = z.infer<typeof ChatPlace>;

/** Somebody asked for a playbook to be run. `run` is derived from the chat's delivery id: asked twice is one run. */
export const TriageJob = z.object({
  run: z.string(),
  playbook: z.string(),
  cluster: z.string(),
  target: z.record(z.string(), z.string()),
  requestedBy: Person,
  requestedAt: z.iso.datetime(),
  place: ChatPlace,
  /** The fleet run that this is a part of: then its progress is told there, and its thread begins with its end. */
  fleet: z.string().optional(),
});
export type TriageJob = z.infer<typeof TriageJob>;

/** Somebody who asked for what is under way already, and where they are told of its end. */
export const Joiner = z.object({ by: Person, place: ChatPlace });
export type Joiner = z.infer<typeof Joiner>;

/**
 * Somebody approved a proposal, or asked to watch one that heals by itself. With `asks: 'undo'` somebody asked for a
 * proposal that takes this one back.
 */
export const RemediateJob = z.object({
  proposal: z.string(),
  by: Person,
  place: ChatPlace,
  asks: z.literal('undo').optional(),
});
export type RemediateJob = z.infer<typeof RemediateJob>;

/** One event of an alert, with where a route of the configuration leads it, and the limits that hold for it. */
export const AlertJob = z.object({
  show: z.literal('alert'),
  event: AlertEvent,
  routed: RoutedAlert,
  limits: z.object({ threadsPerHour: z.number(), runsPerHour: z.number(), againAfter: z.string() }),
});
export type AlertJob = z.infer<typeof AlertJob>;

/** Somebody asked for an article to be drafted from a resolved run. */
export const DraftJob = z.object({
  show: z.literal('draft'),
  run: z.string(),
  language: z.enum(draftLanguages),
  revision: z.string(),
  by: z.string(),
});
export type DraftJob = z.infer<typeof DraftJob>;

/** Something to show that was decided outside a run; the content is read from the records when it is shown. */
export const NotifyJob = z.discriminatedUnion('show', [
  z.object({ show: z.literal('proposal'), proposal: z.string(), revision: z.string() }),
  z.object({ show: z.literal('review'), proposal: z.string(), revision: z.string() }),
  z.object({ show: z.literal('escalation'), proposal: z.string() }),
  z.object({ show: z.literal('run'), run: z.string(), revision: z.string() }),
  AlertJob,
  z.object({ show: z.literal('joiners'), run: z.string(), revision: z.string() }),
  DraftJob,
  z.object({ show: z.literal('mitigation'), mitigation: z.string(), revision: z.string() }),
]);
export type NotifyJob = z.infer<typeof NotifyJob>;

/** Somebody asked for a playbook to be run on many clusters. The clusters are those that were meant when it was asked. */
export const FleetJob = z.object({
  survey: z.literal('fleet'),
  fleet: z.string(),
  playbook: z.string(),
  selection: Selection,
  clusters: z.array(z.string()).min(1),
  target: z.record(z.string(), z.string()),
  requestedBy: Person,
  requestedAt: z.iso.datetime(),
  place: ChatPlace,
});
export type FleetJob = z.infer<typeof FleetJob>;

/** Somebody asked how the registered clusters stand, or one of them. Only that person is answered. */
export const InspectJob = z.object({
  survey: z.literal('inspect'),
  inspection: z.string(),
  /** All of them when absent. */
  cluster: z.string().optional(),
  requestedBy: Person,
  requestedAt: z.iso.datetime(),
  place: ChatPlace,
});
export type InspectJob = z.infer<typeof InspectJob>;

/** What spans several clusters. */
export const SurveyJob = z.discriminatedUnion('survey', [FleetJob, InspectJob]);
export type SurveyJob = z.infer<typeof SurveyJob>;

/** Regular house-keeping. */
export const UpkeepJob = z.object({
  task: z.enum(['expire-proposals', 'resume-approved', 'keep-freezes', 'escalate-proposals', 'remind-of-mitigations']),
});
export type UpkeepJob = z.infer<typeof UpkeepJob>;

export const jobSchemas = {
  triage: TriageJob,
  remediate: RemediateJob,
  notify: NotifyJob,
  upkeep: UpkeepJob,
  survey: SurveyJob,
} as const;
export type QueueName = keyof typeof jobSchemas;
export const queueNames = Object.keys(jobSchemas) as QueueName[];
export type JobOf<Name extends QueueName> = z.infer<(typeof jobSchemas)[Name]>;
