import { ChatBusy } from '../../../ports/chat.ts';
import type { Clock } from '../../../ports/clock.ts';

/** What Slack asked us to wait for, so that waiting costs no call, and one busy channel holds up no other. */
export type Patience = {
  /** Throws `ChatBusy` while the wait for this method and channel is not over. */
  check(method: string, channel: string): void;
  remember(method: string, channel: string, milliseconds: number): void;
};

export function createPatience(clock: Pick<Clock, 'now'>): Patience {
  const until = new Map<string, number>();
  return {
    check(method, channel) {
      const key = `${method} ${channel}`;
      const left = (until.get(key) ?? 0) - clock.now().getTime();
      if (left > 0) throw new ChatBusy(`Slack asked to wait before the next ${method} in this channel.`, left);
      until.delete(key);
    },
    remember(method, channel, milliseconds) {
      until.set(`${method} ${channel}`, clock.now().getTime() + milliseconds);
    },
  };
}
