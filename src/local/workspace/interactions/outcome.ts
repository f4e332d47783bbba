import type { Receipt } from '../delivery/delivery.ts';
import type { Fields } from '../json.ts';
import type { Ephemeral, Message, View } from '../records.ts';
import type { World } from '../world.ts';

/**
 * What a person was shown by the time the bot had acknowledged (or failed to). What the bot does later is seen with
 * `workspace.waitFor` on the queries.
 */
export type Outcome = {
  readonly acknowledged: boolean;
  /** Slack's word for what went wrong: `operation_timeout`, `dispatch_failed`, `unknown_command` ... */
  readonly error?: string;
  /** What the bot acknowledged with; empty for a bare acknowledgement. */
  readonly payload: Fields;
  /** Ephemeral messages that appeared for this person meanwhile. */
  readonly ephemerals: readonly Ephemeral[];
  /** The modal on top of this person's screen afterwards. */
  readonly view?: View;
  /** The message the person posted. */
  readonly message?: Message;
  /** Complaints about a form, by block_id. */
  readonly errors?: Readonly<Record<string, string>>;
  /** Options suggested by the bot. */
  readonly options?: readonly Fields[];
};

/** Collects what a person sees from now on. */
export function watch(world: World, userId: string): (receipt: Partial<Outcome>) => Outcome {
  const before = world.messages.whispers(userId).length;
  return (seen) => {
    const view = world.views.stack(userId).at(-1);
    const ephemerals = world.messages.whispers(userId).slice(before);
    return { acknowledged: true, payload: {}, ephemerals, ...(view === undefined ? {} : { view }), ...seen };
  };
}

/** Slack's word for an envelope that nobody acknowledged. */
export function errorOf(receipt: Receipt & { acknowledged: false }): string {
  return receipt.reason === 'timeout' ? 'operation_timeout' : 'dispatch_failed';
}

/** The sentence under which a person learns that the app did not answer; `what` is the command or the button. */
export function failure(what: string, error: string): string {
  return error === 'operation_timeout'
    ? `${what} failed because the app did not respond. Please try again in a moment.`
    : `${what} failed with the error "${error}". Is the app running and connected?`;
}
