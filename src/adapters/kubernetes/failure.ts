import { z } from 'zod';
import { CannotChange, CannotRead, type ChangeFailure, type ReadFailure } from '../../core/errors.ts';
import { safeText } from '../../core/redact.ts';

/** How the API server says no. Proxied backends and old servers answer other things, so every field may be absent. */
export const Status = z.object({
  kind: z.literal('Status'),
  message: z.string().default(''),
  reason: z.string().default(''),
  details: z
    .object({
      name: z.string().optional(),
      causes: z.array(z.object({ reason: z.string().default(''), field: z.string().default('') })).default([]),
    })
    .prefault({}),
});
export type Status = z.infer<typeof Status>;

/** The Status in a body, or undefined when the body is something else. */
export function statusIn(body: string): Status | undefined {
  if (!body.startsWith('{')) return undefined;
  try {
    return Status.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}

const longestMessage = 500;

/** What a server said, as a clause: one line, no secrets, no full stop, not too long. */
export function wordsOf(httpStatus: number, body: string): string {
  const said = statusIn(body)?.message ?? body;
  const line = safeText(said).replaceAll(/\s+/g, ' ').trim().replace(/\.$/, '');
  if (line === '') return `the API server answered ${httpStatus}`;
  return line.length > longestMessage ? `${line.slice(0, longestMessage)}…` : line;
}

const readFailures: Readonly<Record<number, ReadFailure>> = {
  400: 'invalid',
  401: 'denied',
  403: 'denied',
  404: 'missing',
  410: 'expired',
  429: 'rate-limited',
};

/** The error of a read that the server answered with something other than success. */
export function refusedRead(what: string, httpStatus: number, body: string): CannotRead {
  const reason = readFailures[httpStatus] ?? (httpStatus >= 500 ? 'server-error' : 'invalid');
  const words = wordsOf(httpStatus, body);
  return new CannotRead(
    what,
    reason,
    httpStatus === 401 ? `the API server does not accept the credentials (${words})` : words,
  );
}

/** The error of a change that the server answered with something other than success. */
export function refusedChange(what: string, httpStatus: number, body: string): CannotChange {
  return new CannotChange(what, changeFailure(httpStatus, statusIn(body)), wordsOf(httpStatus, body));
}

function changeFailure(httpStatus: number, status: Status | undefined): ChangeFailure {
  const message = status?.message ?? '';
  switch (httpStatus) {
    case 401:
      return 'denied';
    case 403:
      // Admission answers 403 as well, and no role would help there.
      return /admission|denied request|exceeded quota|violates PodSecurity/.test(message) ? 'blocked' : 'denied';
    case 404:
    case 409:
      return 'moved';
    case 429:
      // An eviction that a budget refuses, or a server that did not take the request: nothing was done either way.
      return 'blocked';
    case 422:
      return isAboutIdentity(status) ? 'moved' : 'invalid';
    default:
      if (httpStatus < 500) return 'invalid';
      // Both are decided before anything is stored.
      return /more than one PodDisruptionBudget|failed calling webhook/.test(message) ? 'blocked' : 'unclear';
  }
}

/** Whether a 429 is a PodDisruptionBudget that refuses an eviction, and not a server with too much to do. */
export function isOfABudget(body: string): boolean {
  return statusIn(body)?.details.causes.some(({ reason }) => reason === 'DisruptionBudget') === true;
}

/** A patch carries the uid and resourceVersion that were seen; a server may find that other ones are invalid there. */
function isAboutIdentity(status: Status | undefined): boolean {
  const fields = status?.details.causes.map(({ field }) => field) ?? [];
  return fields.length > 0 && fields.every((field) => /^metadata\.(uid|resourceVersion)$/.test(field));
}

/** What went wrong before there was an answer, as an error that was thrown by the transport. */
export type Broken = {
  readonly reason: 'timeout' | 'unreachable';
  readonly because: string;
  /** The connection broke after it was made: a read may be sent again at once. */
  readonly isReset: boolean;
};

const resets = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

/** Explains an error of the transport; undefined for an error of ours. */
export function broken(error: unknown, cancelled: boolean, milliseconds: number): Broken | undefined {
  if (error instanceof CannotRead || error instanceof CannotChange) return undefined;
  if (cancelled) return { reason: 'timeout', because: 'the run was cancelled', isReset: false };
  const { name } = Thrown.parse(error);
  if (name === 'TimeoutError' || name === 'AbortError') {
    return {
      reason: 'timeout',
      because: `the API server did not answer within ${milliseconds / 1000} seconds`,
      isReset: false,
    };
  }
  const code = codeOf(error);
  if (code === undefined) return undefined;
  if (resets.has(code))
    return { reason: 'unreachable', because: 'the connection to the API server broke', isReset: true };
  return { reason: 'unreachable', because: explain(code), isReset: false };
}

/** By its fields and not by its class: errors of Node come from outside of where tests run, with classes of their own. */
const Thrown = z
  .object({
    name: z.string().optional(),
    code: z.unknown(),
    cause: z.unknown(),
    errors: z.array(z.unknown()).optional(),
  })
  .partial()
  .catch({});

function codeOf(error: unknown): string | undefined {
  if (error === null || error === undefined) return undefined;
  const { code, cause, errors } = Thrown.parse(error);
  if (typeof code === 'string') return code;
  // Several addresses were tried, and each failed in its own way.
  return codeOf(errors?.[0] ?? cause);
}

function explain(code: string): string {
  switch (code) {
    case 'ECONNREFUSED':
      return 'nothing listens at the address of the API server';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'the name of the API server cannot be resolved';
    case 'ETIMEDOUT':
    case 'UND_ERR_CONNECT_TIMEOUT':
      return 'no connection to the API server came about';
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return 'there is no route to the API server';
    default:
      return /CERT|TLS|SSL|SIGNED|SIGNATURE|ISSUER/.test(code)
        ? `the certificate of the API server is not trusted (${code})`
        : `the API server cannot be reached (${code})`;
  }
}
