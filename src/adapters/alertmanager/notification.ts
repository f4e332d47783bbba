import { z } from 'zod';
import type { AlertEvent } from '../../core/alert.ts';

const longestLabel = 300;
const longestText = 1500;
const mostLabels = 60;
/** Alertmanager writes this for a time that it does not know, such as the end of what still fires. */
const noTime = '0001-01-01T00:00:00Z';

const texts = z.record(z.string(), z.string().nullish());
const time = z.iso.datetime({ offset: true });

/** The part of Alertmanager's webhook format, version 4, that is used here. */
const Notification = z.object({
  version: z.literal('4'),
  truncatedAlerts: z.number().optional(),
  alerts: z.array(
    z.object({
      status: z.enum(['firing', 'resolved']),
      labels: texts,
      annotations: texts.default({}),
      startsAt: time,
      endsAt: time.optional(),
      generatorURL: z.string().optional(),
      fingerprint: z.string().regex(/^[0-9a-fA-F]{1,64}$/),
    }),
  ),
});

export type ReadNotification =
  | { readonly events: readonly AlertEvent[]; readonly truncated: number }
  | { readonly problems: readonly string[] };

/** Reads the body of a webhook request; everything in it is untrusted. */
export function readNotification(body: string): ReadNotification {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return { problems: ['The body is not JSON.'] };
  }
  const parsed = Notification.safeParse(json);
  if (!parsed.success) {
    return { problems: parsed.error.issues.slice(0, 10).map(({ path, message }) => `${path.join('.')}: ${message}`) };
  }
  return { events: parsed.data.alerts.map(eventOf), truncated: parsed.data.truncatedAlerts ?? 0 };
}

function eventOf(alert: z.infer<typeof Notification>['alerts'][number]): AlertEvent {
  const { fingerprint, status, generatorURL, annotations } = alert;
  const endsAt = alert.endsAt === undefined || alert.endsAt === noTime ? undefined : iso(alert.endsAt);
  const says = annotations['summary'] ?? annotations['description'] ?? annotations['message'] ?? '';
  return {
    fingerprint,
    status,
    startsAt: iso(alert.startsAt),
    ...(status === 'resolved' && endsAt !== undefined ? { endsAt } : {}),
    labels: Object.fromEntries(
      Object.entries(alert.labels)
        .slice(0, mostLabels)
        .map(([label, value]) => [label.slice(0, longestLabel), (value ?? '').slice(0, longestLabel)]),
    ),
    says: says.slice(0, longestText),
    ...(generatorURL === undefined || generatorURL.length > longestText ? {} : { source: generatorURL }),
  };
}

function iso(time: string): string {
  return new Date(time).toISOString();
}
