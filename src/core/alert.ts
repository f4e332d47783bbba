import { z } from 'zod';

/** One alert of a notification, as Alertmanager tells it; texts are clamped where it is read. */
export const AlertEvent = z.object({
  /** Alertmanager's own name for the set of labels: the same alert has it every time. */
  fingerprint: z.string(),
  status: z.enum(['firing', 'resolved']),
  startsAt: z.iso.datetime(),
  endsAt: z.iso.datetime().optional(),
  labels: z.record(z.string(), z.string()),
  /** What the rule says about it: `summary`, else `description`. */
  says: z.string().default(''),
  /** Where its graph is. */
  source: z.string().optional(),
});
export type AlertEvent = z.infer<typeof AlertEvent>;

/** What a route of the configuration made of an alert. */
export const RoutedAlert = z.object({
  playbook: z.string(),
  cluster: z.string(),
  target: z.record(z.string(), z.string()),
  channel: z.string(),
});
export type RoutedAlert = z.infer<typeof RoutedAlert>;

/** One time that an alert fired. `run` is why it was or was not looked into, once that is settled. */
export const AlertEpisode = z.object({
  startsAt: z.iso.datetime(),
  endsAt: z.iso.datetime().optional(),
  run: z.enum(['asked', 'looked-recently', 'too-many']).optional(),
});
export type AlertEpisode = z.infer<typeof AlertEpisode>;

/** What the house remembers of an alert: everything about it stands in one thread. */
export const AlertRecord = z.object({
  fingerprint: z.string(),
  labels: z.record(z.string(), z.string()),
  says: z.string(),
  source: z.string().optional(),
  routed: RoutedAlert,
  /** How often it fired, also before the episodes that are kept. */
  times: z.number().int(),
  /** The latest, oldest first. */
  episodes: z.array(AlertEpisode).min(1),
});
export type AlertRecord = z.infer<typeof AlertRecord>;

const episodesKept = 20;

export function alertName({ labels }: Pick<AlertEvent, 'labels'>): string {
  return labels['alertname'] ?? 'An alert without a name';
}

export function isFiring({ episodes }: Pick<AlertRecord, 'episodes'>): boolean {
  return episodes.some(({ endsAt }) => endsAt === undefined);
}

/**
 * Takes an event into the record. The same event again changes nothing, and one that comes late, such as a firing
 * after its own recovery, opens nothing again: notifications are repeated, and cross each other.
 */
export function withEvent(before: AlertRecord | undefined, event: AlertEvent, routed: RoutedAlert): AlertRecord {
  const { fingerprint, labels, says, source, startsAt } = event;
  const known = before?.episodes ?? [];
  const isNew = !known.some((episode) => episode.startsAt === startsAt);
  const fired = isNew ? [...known, { startsAt }].sort((a, b) => a.startsAt.localeCompare(b.startsAt)) : known;
  const end = event.status === 'resolved' ? (event.endsAt ?? startsAt) : undefined;
  const episodes = fired.map((episode) =>
    episode.startsAt === startsAt && end !== undefined && episode.endsAt === undefined
      ? { ...episode, endsAt: end }
      : episode,
  );
  return {
    fingerprint,
    labels,
    says,
    ...(source === undefined ? {} : { source }),
    routed: before?.routed ?? routed,
    times: (before?.times ?? 0) + (isNew ? 1 : 0),
    episodes: episodes.slice(-episodesKept),
  };
}

/** Settles whether an episode is looked into; what was settled stays. */
export function withRun(before: AlertRecord, startsAt: string, run: NonNullable<AlertEpisode['run']>): AlertRecord {
  const episodes = before.episodes.map((episode) =>
    episode.startsAt === startsAt && episode.run === undefined ? { ...episode, run } : episode,
  );
  return { ...before, episodes };
}
