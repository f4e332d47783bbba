/** What can go wrong with one call of the Web API. */
export type Fault =
  | { readonly kind: 'rate-limited'; readonly retryAfterSeconds: number }
  | { readonly kind: 'server-error'; readonly status: number }
  /** The connection breaks and nothing was done. */
  | { readonly kind: 'reset-before' }
  /** The call is done, and the answer is lost: the caller cannot know. */
  | { readonly kind: 'reset-after' }
  | { readonly kind: 'slow'; readonly byMs: number };

/** `disconnect` closes as Slack announces it; abrupt drops the connection without a word. */
export type Disconnect = 'refresh_requested' | 'warning' | 'abrupt';

/** The faults of the Web API. Those of the delivery to the bot are added by `workspace.ts`. */
export type ApiFaults = {
  /** The next `times` calls of the method (1 unless said otherwise, `Infinity` for all); `*` is every method. */
  next(method: string, fault: Fault, times?: number): void;
  clear(): void;
  /** The fault for this call, used up. */
  take(method: string): Fault | undefined;
};

export function createApiFaults(): ApiFaults {
  let planned: { method: string; fault: Fault; left: number }[] = [];
  return {
    next(method, fault, times = 1) {
      planned.push({ method, fault, left: times });
    },
    clear() {
      planned = [];
    },
    take(method) {
      const plan = planned.find((candidate) => candidate.method === method || candidate.method === '*');
      if (plan === undefined) return undefined;
      plan.left -= 1;
      planned = planned.filter((candidate) => candidate.left > 0);
      return plan.fault;
    },
  };
}
