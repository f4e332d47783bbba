import type { Fields } from '../json.ts';
import { textOf } from '../json.ts';

/** How fast the bot may call, as a bucket of tokens: `burst` at once, then `perMinute`. Source: Slack's rate limit tiers. */
type Rate = { readonly perMinute: number; readonly burst: number; readonly perChannel?: boolean };

const tier2: Rate = { perMinute: 20, burst: 20 };
const tier3: Rate = { perMinute: 50, burst: 50 };
const tier4: Rate = { perMinute: 100, burst: 100 };

const rates: Readonly<Record<string, Rate>> = {
  'chat.postMessage': { perMinute: 60, burst: 5, perChannel: true },
  'chat.postEphemeral': tier4,
  'chat.update': tier3,
  'chat.delete': tier3,
  'conversations.history': tier3,
  'conversations.replies': tier3,
  'conversations.info': tier3,
  'conversations.list': tier2,
  'conversations.open': tier3,
  'conversations.members': tier4,
  'users.info': tier4,
  'users.list': tier2,
  'usergroups.list': tier2,
  'usergroups.users.list': tier2,
  'views.open': tier4,
  'views.update': tier4,
  'views.publish': tier4,
  'views.push': tier4,
  'files.getUploadURLExternal': tier4,
  'files.completeUploadExternal': tier4,
  'reactions.add': tier3,
};

/** Takes one call: 0 when it may pass, else the whole seconds after which it may be tried again. */
export type RateLimits = { take(method: string, given: Fields): number };

export function createRateLimits(now: () => number): RateLimits {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return {
    take(method, given) {
      const rate = rates[method];
      if (rate === undefined) return 0;
      const key = rate.perChannel ? `${method} ${textOf(given['channel']) ?? ''}` : method;
      const bucket = buckets.get(key) ?? { tokens: rate.burst, at: now() };
      const perMillisecond = rate.perMinute / 60_000;
      bucket.tokens = Math.min(rate.burst, bucket.tokens + (now() - bucket.at) * perMillisecond);
      bucket.at = now();
      buckets.set(key, bucket);
      if (bucket.tokens < 1) return Math.max(1, Math.ceil((1 - bucket.tokens) / perMillisecond / 1000));
      bucket.tokens -= 1;
      return 0;
    },
  };
}
