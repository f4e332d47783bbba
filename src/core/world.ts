import { z } from 'zod';
import { Target } from './target.ts';

/** An object as `kubectl get -o yaml` prints it. */
export const WorldObject = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
});
export type WorldObject = z.infer<typeof WorldObject>;

export const WorldLog = z.strictObject({
  /** `<namespace>/<pod>`. */
  pod: z.string().regex(/^[^/]+\/[^/]+$/, 'A log names its pod as namespace/pod.'),
  container: z.string(),
  previous: z.boolean().default(false),
  /** Each line starts with its RFC 3339 time, as `kubectl logs --timestamps` prints it. */
  lines: z.array(z.string()),
});
export type WorldLog = z.infer<typeof WorldLog>;

const ObjectKey = z.strictObject({ kind: z.string(), namespace: z.string().optional(), name: z.string() });

/** How the world answers a change, or, without `when`, what happens by itself `within` its start. */
export const Aftermath = z.strictObject({
  /**
   * Matches a change by its type and any of its fields. Every entry that matches happens; times in its objects and
   * logs that are later than the world's `now` are written as if the change were made at `now`.
   */
  when: z.looseObject({ change: z.string() }).optional(),
  /** Simulated time until it shows: `20s`, `2m`. */
  within: z
    .string()
    .regex(/^\d+(ms|s|m|h)$/, 'A duration is written like 20s, 2m or 1h.')
    .default('0s'),
  objects: z.array(WorldObject).default([]),
  remove: z.array(ObjectKey).default([]),
  logs: z.array(WorldLog).default([]),
});
export type Aftermath = z.infer<typeof Aftermath>;

/**
 * A cluster, written down. A unit test, the demo and a recording are the same file. It holds objects, not calls.
 * Times are relative to `now`: the clock of a run on a world starts there.
 */
export const World = z.strictObject({
  now: z.coerce.date(),
  title: z.string(),
  target: Target.optional(),
  version: z.string().default('v1.30.4'),
  objects: z.array(WorldObject).default([]),
  logs: z.array(WorldLog).default([]),
  get: z
    .array(
      z.strictObject({ path: z.string().startsWith('/'), status: z.number().int().default(200), body: z.string() }),
    )
    .default([]),
  /**
   * `verb` is `get`, `list`, `create` (of `pods/eviction`), `patch`, `delete` or `*`; `resource` is `pods`, `pods/log`,
   * `subnets.kubeovn.io`, `deployments.apps/scale`, `services/proxy`, a path, or `*`.
   */
  denied: z
    .array(z.strictObject({ verb: z.enum(['get', 'list', 'create', 'patch', 'delete', '*']), resource: z.string() }))
    .default([]),
  unreachable: z.boolean().default(false),
  after: z.array(Aftermath).default([]),
  expect: z
    .strictObject({
      /** The finding codes that a run of the check must give, sorted; empty for clear. */
      found: z.array(z.string()).optional(),
      /** Checks that must come out unknown. */
      unknown: z.array(z.string()).optional(),
      /** The remedy to approve, when it is not the first allowed one that changes something. */
      remedy: z.string().optional(),
      then: z.enum(['resolved', 'not-resolved', 'unknown']).optional(),
    })
    .optional(),
});
export type World = z.infer<typeof World>;
