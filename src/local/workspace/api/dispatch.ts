import { setTimeout as pause } from 'node:timers/promises';
import type { ApiFaults, Fault } from '../faults.ts';
import { type Fields, own, textOf } from '../json.ts';
import type { ApiCall } from '../records.ts';
import { Refusal } from '../refusal.ts';
import type { World } from '../world.ts';
import { chat } from './chat.ts';
import { conversations } from './conversations.ts';
import { files } from './files.ts';
import { createMarks } from './marks.ts';
import type { Method, Methods } from './method.ts';
import { people } from './people.ts';
import type { RateLimits } from './rate-limits.ts';
import { views } from './views.ts';

export type ApiRequest = { readonly method: string; readonly given: Fields; readonly token: string | undefined };
export type ApiAnswer = {
  readonly status: number;
  readonly body: Fields;
  readonly headers?: Readonly<Record<string, string>>;
  /** The answer must be lost: break the connection. */
  readonly reset?: boolean;
};

/** Answers one call of the Web API: token, scope, faults, rate limits, then the method. Every call is logged. */
export type Api = (request: ApiRequest) => Promise<ApiAnswer>;

export type ApiParts = {
  readonly world: World;
  readonly faults: ApiFaults;
  readonly rateLimits: RateLimits | undefined;
  /** A fresh address for one socket. */
  readonly openSocket: () => string;
};

/** Beyond this many the oldest calls are forgotten, so that a demo may run for days. */
const rememberedCalls = 20_000;

export function createApi({ world, faults, rateLimits, openSocket }: ApiParts): Api {
  const { settings } = world;
  const methods: Methods = {
    ...chat,
    ...conversations,
    ...people,
    ...views,
    ...files,
    ...createMarks(),
    'api.test': { run: () => ({ ok: true }) },
    'auth.test': { run: () => identity(world) },
    'apps.connections.open': { appToken: true, run: () => ({ ok: true, url: openSocket() }) },
  };

  const perform = async ({ method, given, token }: ApiRequest): Promise<ApiAnswer> => {
    try {
      const found = own(methods, method);
      if (found === undefined) throw new Refusal('unknown_method', { req_method: method });
      checkToken(found, token ?? textOf(given['token']), settings);
      const wait = rateLimits?.take(method, given) ?? 0;
      if (wait > 0) return rateLimited(wait);
      return { status: 200, body: await found.run(given, world) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { status: 200, body: { ok: false, error: error.code, ...error.details } };
    }
  };

  return async (request) => {
    const { token: _secret, ...given } = request.given;
    const call: ApiCall = { method: request.method, given, at: settings.now() };
    world.calls.push(call);
    if (world.calls.length > rememberedCalls) world.calls.shift();
    const fault = faults.take(request.method);
    const answer = (await instead(fault)) ?? (await perform(request));
    const lost = fault?.kind === 'reset-before' || fault?.kind === 'reset-after';
    call.answer = lost ? 'connection reset' : { status: answer.status, body: answer.body };
    return lost ? { ...answer, reset: true } : answer;
  };
}

/** The answer of a fault that keeps the call from being performed. */
async function instead(fault: Fault | undefined): Promise<ApiAnswer | undefined> {
  if (fault?.kind === 'slow') await pause(fault.byMs);
  if (fault?.kind === 'rate-limited') return rateLimited(fault.retryAfterSeconds);
  if (fault?.kind === 'server-error') return { status: fault.status, body: { ok: false, error: 'internal_error' } };
  if (fault?.kind === 'reset-before') return { status: 200, body: {} };
  return undefined;
}

function rateLimited(seconds: number): ApiAnswer {
  return { status: 429, headers: { 'retry-after': String(seconds) }, body: { ok: false, error: 'ratelimited' } };
}

function checkToken(
  method: Method,
  token: string | undefined,
  { botToken, appToken, scopes }: World['settings'],
): void {
  if (token === undefined || token === '') throw new Refusal('not_authed');
  if (token !== botToken && token !== appToken) throw new Refusal('invalid_auth');
  if ((token === appToken) !== (method.appToken === true)) throw new Refusal('not_allowed_token_type');
  if (method.scope !== undefined && scopes !== undefined && !scopes.includes(method.scope)) {
    throw new Refusal('missing_scope', { needed: method.scope, provided: scopes.join(',') });
  }
}

function identity(world: World): Fields {
  const { bot, team } = world.settings;
  return {
    ok: true,
    url: `${world.address()}/`,
    team: team.name,
    team_id: team.id,
    user: bot.name,
    user_id: bot.userId,
    bot_id: bot.botId,
    app_id: bot.appId,
    is_enterprise_install: false,
  };
}
