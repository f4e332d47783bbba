import { z } from 'zod';
import { defineKind, objectWith, Time } from '../../src/core/kind.ts';

/** An event is about an object, and says how often and until when. Newer writers fill `eventTime` and `series` alone. */
export const EventShape = objectWith({
  involvedObject: z
    .object({
      apiVersion: z.string().default(''),
      kind: z.string().default(''),
      namespace: z.string().optional(),
      name: z.string().default(''),
      uid: z.string().default(''),
    })
    .prefault({}),
  type: z.string().default('Normal'),
  reason: z.string().default(''),
  message: z.string().default(''),
  count: z.number().nullish(),
  firstTimestamp: Time.nullish(),
  lastTimestamp: Time.nullish(),
  eventTime: Time.nullish(),
  series: z.object({ count: z.number().nullish(), lastObservedTime: Time.nullish() }).nullish(),
});
export type Event = z.infer<typeof EventShape>;
export const Event = defineKind<Event>({
  name: 'Event',
  plural: 'events',
  apiVersions: ['v1'],
  namespaced: true,
  schema: EventShape,
});
