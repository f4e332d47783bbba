import { randomBytes } from 'node:crypto';
import type { WorldLog, WorldObject } from '../../../src/core/world.ts';
import type { Cluster } from '../../../src/ports/cluster.ts';

/**
 * Who asks.
 * `admin`: may do everything.
 * `viewer`: may get and list every resource, `pods/log` too, and change nothing.
 * `nobody`: is known to the server and has no rights of his own; what the server grants to every authenticated user,
 * such as `/version`, is his too.
 */
export type Identity = 'admin' | 'viewer' | 'nobody';

/**
 * Something that goes wrong between the adapter and the server. A real server does none of this on demand, so a real
 * examinee puts a faulty proxy in between, and the simulated world has an option for it.
 */
export type Fault = {
  /** `next-page`: a list request with a continue token. `read`: any GET. `write`: any DELETE, PATCH or POST. */
  readonly on: 'next-page' | 'read' | 'write';
  /**
   * A status that is answered instead of asking the server (429 with `Retry-After: 1`); `silence`: the server gets
   * the request and never answers; `lost`: the server carries it out, then the connection breaks without an answer.
   */
  readonly answer: 410 | 429 | 503 | 'silence' | 'lost';
  /** How many such requests go wrong before all is well; `Infinity` for all of them. */
  readonly times: number;
};

export type Opening = {
  readonly identity: Identity;
  /** `remediate` unless told. */
  readonly mode?: 'observe' | 'remediate';
  readonly faults?: readonly Fault[];
  /** Objects to ask for per page of a list. */
  readonly pageSize?: number;
  /** How long one request may take. */
  readonly requestMilliseconds?: number;
  readonly signal?: AbortSignal;
};

/**
 * What a test needs on the server. Objects come in an order that can be created: namespaces before what is in them.
 * Names of namespaces and of cluster-scoped objects are unique per test, so that tests can share one server.
 */
export type Preparation = {
  /** The time that the test takes for now: log times are relative to it. */
  readonly now: Date;
  readonly objects: readonly WorldObject[];
  readonly logs: readonly WorldLog[];
};

export type Examinee = {
  /** A cluster as one identity sees it. May be called several times; all see the same objects. */
  open(opening: Opening): Promise<Cluster>;
  /** Takes away what was prepared. */
  close(): Promise<void>;
};

/**
 * Loads what a test needs, on top of `foundation`, and resolves when the server shows of every object at least what
 * is written there, status included (`showsAtLeast`). A real server creates an object first and takes its status by
 * the status subresource; where a controller writes that status by itself, waiting is enough.
 */
export type Setup = (preparation: Preparation) => Promise<Examinee>;

/** Whether `actual` has every field of `wanted` with its value; of an array, an element for every wanted one. */
export function showsAtLeast(actual: unknown, wanted: unknown): boolean {
  // The server leaves out what is empty.
  if (actual === undefined && wanted !== null && typeof wanted === 'object' && Object.keys(wanted).length === 0)
    return true;
  if (Array.isArray(wanted)) {
    return Array.isArray(actual) && wanted.every((part) => actual.some((candidate) => showsAtLeast(candidate, part)));
  }
  if (wanted === null || typeof wanted !== 'object') return Object.is(actual, wanted);
  if (actual === null || typeof actual !== 'object') return false;
  const fields = new Map<string, unknown>(Object.entries(actual));
  return Object.entries(wanted).every(([name, value]) => showsAtLeast(fields.get(name), value));
}

/** A name that no other test uses. */
export function uniqueName(stem: string): string {
  return `${stem}-${randomBytes(4).toString('hex')}`;
}
