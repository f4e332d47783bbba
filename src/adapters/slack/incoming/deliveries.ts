import type { Clock } from '../../../ports/clock.ts';

const rememberMilliseconds = 30 * 60_000;
const mostRemembered = 5_000;

/** Which deliveries this process has had. */
export type Deliveries = {
  /** True the first time; false for a redelivery, which is acknowledged and otherwise ignored. */
  isNew(delivery: string): boolean;
};

/**
 * Recognises what Slack delivers again to the same process. Across processes the idempotency keys behind the handlers
 * do that, which are made of the same delivery ids.
 */
export function createDeliveries(clock: Pick<Clock, 'now'>): Deliveries {
  const seen = new Map<string, number>();
  return {
    isNew(delivery) {
      const now = clock.now().getTime();
      for (const [old, at] of seen) {
        if (now - at < rememberMilliseconds && seen.size < mostRemembered) break;
        seen.delete(old);
      }
      if (seen.has(delivery)) return false;
      seen.set(delivery, now);
      return true;
    },
  };
}
