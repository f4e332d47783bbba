import { webApi } from '@slack/bolt';
import { ChatBusy, ChatRefused } from '../../../ports/chat.ts';
import { forSlackPackages, type Logger } from '../logger.ts';

export type Client = webApi.WebClient;

export type ClientOptions = {
  readonly token: string;
  /** With a slash at the end; Slack's own unless a compatible server is meant. */
  readonly slackApiUrl?: string | undefined;
  readonly logger: Logger;
};

/**
 * How the Web API is called. Nothing is retried in here: the package would send a lost `chat.postMessage` again,
 * and a 429 would make it hold every call of this process. Who calls knows better what may be repeated.
 */
export function clientSettings({ slackApiUrl, logger }: Omit<ClientOptions, 'token'>): webApi.WebClientOptions {
  return {
    ...(slackApiUrl === undefined ? {} : { slackApiUrl }),
    timeout: 10_000,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    maxRequestConcurrency: 20,
    logger: forSlackPackages(logger),
  };
}

export function createClient({ token, ...options }: ClientOptions): Client {
  return new webApi.WebClient(token, clientSettings(options));
}

/**
 * What came of one call. `busy` and `refused`: it was certainly not done. `unclear`: it may have been done, and the
 * answer was lost.
 */
export type Answer<Result> =
  | { readonly is: 'ok'; readonly result: Result }
  | { readonly is: 'busy'; readonly afterMilliseconds: number }
  | { readonly is: 'refused'; readonly code: string; readonly details: readonly string[] }
  | { readonly is: 'unclear'; readonly because: string };

export async function ask<Result>(call: () => Promise<Result>): Promise<Answer<Result>> {
  try {
    return { is: 'ok', result: await call() };
  } catch (error) {
    return answerOf(error);
  }
}

/** Slack's words for "something broke on our side": its documentation warns that part of the call may be done. */
const brokenInside = new Set(['internal_error', 'fatal_error', 'request_timeout', 'service_unavailable']);
const neverReached = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

function answerOf(error: unknown): Exclude<Answer<never>, { is: 'ok' }> {
  if (error instanceof webApi.WebAPIRateLimitedError) {
    return { is: 'busy', afterMilliseconds: Math.max(1, error.retryAfter) * 1000 };
  }
  if (error instanceof webApi.WebAPIPlatformError) {
    const { error: code, response_metadata: metadata } = error.data;
    if (code === 'ratelimited' || code === 'rate_limited') return { is: 'busy', afterMilliseconds: 5_000 };
    if (brokenInside.has(code)) return { is: 'unclear', because: code };
    return { is: 'refused', code, details: metadata?.messages ?? [] };
  }
  if (error instanceof webApi.WebAPIHTTPError) {
    if (error.statusCode >= 500) return { is: 'unclear', because: `HTTP ${error.statusCode}` };
    return { is: 'refused', code: `http_${error.statusCode}`, details: [] };
  }
  if (error instanceof webApi.WebAPIRequestError && neverReached.has(networkCode(error.original))) {
    return { is: 'busy', afterMilliseconds: 3_000 };
  }
  return { is: 'unclear', because: error instanceof Error ? error.message : String(error) };
}

function networkCode(error: Error): string {
  const { cause } = error;
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
}

/** For calls that may be repeated: once more after a lost answer, then `ChatBusy` or `ChatRefused`. */
export async function insist<Result>(what: string, call: () => Promise<Result>): Promise<Result> {
  const first = await ask(call);
  const answer = first.is === 'unclear' ? await ask(call) : first;
  if (answer.is === 'ok') return answer.result;
  throw complaint(what, answer);
}

/** The error of the port for a call that did not work. */
export function complaint(what: string, answer: Exclude<Answer<unknown>, { is: 'ok' }>): ChatBusy | ChatRefused {
  switch (answer.is) {
    case 'busy':
      return new ChatBusy(`Slack asked to wait before we ${what}.`, answer.afterMilliseconds);
    case 'unclear':
      return new ChatBusy(`Slack did not answer when we tried to ${what} (${answer.because}).`, 5_000);
    case 'refused':
      return new ChatRefused(
        `Slack refused to ${what}: ${answer.code}. ${remedies[answer.code] ?? ''}`.trim(),
        answer.code,
      );
  }
}

/** Slack's refusals of a content that another rendering can get around. */
export const refusalsOfContent = new Set([
  'invalid_blocks',
  'invalid_blocks_format',
  'block_mismatch',
  'msg_blocks_too_long',
  'msg_too_long',
  'no_text',
  'invalid_arguments',
  'invalid_metadata_format',
  'invalid_metadata_schema',
  'metadata_too_large',
  'too_many_attachments',
]);
/** What a person has to do about the refusals that people can do something about. */
const remedies: Readonly<Record<string, string>> = {
  not_in_channel: 'Invite the bot to the channel with /invite.',
  channel_not_found: 'The bot cannot see this channel; invite it with /invite.',
  is_archived: 'The channel is archived.',
  restricted_action: 'The workspace does not let the bot post in this channel.',
  missing_scope: 'Install the app again with the scopes of the manifest.',
  invalid_auth: 'The bot token is not valid.',
  not_authed: 'There is no bot token.',
  account_inactive: 'The app was removed from the workspace.',
  token_revoked: 'The bot token was revoked; install the app again.',
  token_expired: 'The bot token has expired; install the app again.',
};
