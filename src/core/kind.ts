import { z } from 'zod';

/**
 * A Kubernetes kind as a check reads it: where the API serves it and the few fields that are needed.
 * `apiVersions` are tried in order, newest first, so that one check works on old and new servers.
 * The schema is the type: unknown fields are dropped, a needed field that is missing makes the read fail.
 */
export type Kind<Shape extends KubernetesObject = KubernetesObject> = {
  readonly name: string;
  readonly plural: string;
  readonly apiVersions: readonly [string, ...string[]];
  readonly namespaced: boolean;
  readonly schema: z.ZodType<Shape>;
};

export function defineKind<Shape extends KubernetesObject>(kind: Kind<Shape>): Kind<Shape> {
  return kind;
}

/** The last times that were read: each has a place by its minute and second, until another takes it. */
const places = 512;
const times: { written: string; time: Date }[] = Array.from({ length: places }, () => ({
  written: '',
  time: new Date(NaN),
}));

/** Most times are written several times in an object and its neighbours, and a Date is large. */
function timeOf(written: string): Date {
  const digit = (at: number) => written.charCodeAt(at);
  const place = times[((((digit(15) * 10 + digit(17)) * 10 + digit(18)) * 10 + digit(14)) >>> 0) % places];
  if (place === undefined) return new Date(written);
  if (place.written !== written) {
    place.time = new Date(written);
    place.written = written;
  }
  return place.time;
}

/** An RFC 3339 time as the API prints it, read as a Date, which nobody may change. */
export const Time = z
  .union([z.string(), z.date()])
  .transform((written) => (typeof written === 'string' ? timeOf(written) : written))
  .refine((time) => !Number.isNaN(time.getTime()), 'not a time');

export const Metadata = z.object({
  name: z.string(),
  namespace: z.string().optional(),
  uid: z.string().default(''),
  resourceVersion: z.string().default(''),
  generation: z.number().optional(),
  creationTimestamp: Time.optional(),
  deletionTimestamp: Time.optional(),
  deletionGracePeriodSeconds: z.number().optional(),
  labels: z.record(z.string(), z.string()).default({}),
  annotations: z.record(z.string(), z.string()).default({}),
  finalizers: z.array(z.string()).default([]),
  ownerReferences: z
    .array(z.object({ apiVersion: z.string(), kind: z.string(), name: z.string(), uid: z.string().default('') }))
    .default([]),
});
export type Metadata = z.infer<typeof Metadata>;

export type KubernetesObject = { apiVersion: string; kind: string; metadata: Metadata };

/** The schema of an object with these narrow `spec`, `status` or other top-level fields. */
export function objectWith<Fields extends z.ZodRawShape>(fields: Fields) {
  return z.object({ apiVersion: z.string(), kind: z.string(), metadata: Metadata, ...fields });
}

/**
 * Reads what was written as the schema has it. The API server takes a field that is null for one that is absent, so
 * what does not fit is tried once more without such fields; where it fits, no copy is made.
 */
export function readAs<Shape>(schema: z.ZodType<Shape>, written: unknown): z.ZodSafeParseResult<Shape> {
  const parsed = schema.safeParse(written);
  return parsed.success ? parsed : schema.safeParse(withoutNulls(written));
}

/** Null in a list stays: there it holds a place. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  const kept = Object.entries(value).filter(([, own]) => own !== null);
  return Object.fromEntries(kept.map(([key, own]) => [key, withoutNulls(own)]));
}

/** `kubeovn.io` of `kubeovn.io/v1`; the core group is the empty string. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash === -1 ? '' : apiVersion.slice(0, slash);
}

/** `subnets.kubeovn.io`, as the API server names a resource in a refusal. */
export function resourceOf(kind: Pick<Kind, 'plural' | 'apiVersions'>): string {
  const group = groupOf(kind.apiVersions[0]);
  return group === '' ? kind.plural : `${kind.plural}.${group}`;
}
