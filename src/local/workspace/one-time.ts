import { randomBytes } from 'node:crypto';
import { newId } from './identifiers.ts';
import { limits } from './limits.ts';
import { Refusal } from './refusal.ts';

/** Trigger ids: what allows the bot to open a modal for the person who just did something, once and soon. */
export type Triggers = {
  issue(userId: string, viewId?: string): string;
  /** The person (and the modal the trigger came from), or Slack's refusal. */
  redeem(id: string | undefined): { readonly userId: string; readonly viewId?: string };
};

export function createTriggers({ now, lifetimeMs }: { now: () => number; lifetimeMs: number }): Triggers {
  const issued = new Map<string, { userId: string; viewId?: string; at: number; used: boolean }>();
  return {
    issue(userId, viewId) {
      const id = `${Math.floor(now())}.${issued.size + 1}.${randomBytes(12).toString('hex')}`;
      issued.set(id, { userId, ...(viewId === undefined ? {} : { viewId }), at: now(), used: false });
      return id;
    },
    redeem(id) {
      const trigger = id === undefined ? undefined : issued.get(id);
      if (trigger === undefined) throw new Refusal('invalid_trigger_id');
      if (trigger.used) throw new Refusal('exchanged_trigger_id');
      if (now() - trigger.at > lifetimeMs) throw new Refusal('expired_trigger_id');
      trigger.used = true;
      return trigger;
    },
  };
}

/** What a response_url answers to: the person and place of the interaction, and the message it came from. */
export type Occasion = {
  readonly userId: string;
  readonly channel: string;
  readonly threadTs?: string;
  readonly original?: { readonly ts: string; readonly ephemeral: boolean };
};

export type ResponseUrls = {
  issue(occasion: Occasion): string;
  /** Counts one use; refuses an unknown, an old and a used-up one. Returns the path's occasion. */
  use(id: string): Occasion;
};

export function createResponseUrls({ now, lifetimeMs }: { now: () => number; lifetimeMs: number }): ResponseUrls {
  const issued = new Map<string, { occasion: Occasion; at: number; uses: number }>();
  return {
    issue(occasion) {
      const id = `${newId('R')}${randomBytes(12).toString('hex')}`;
      issued.set(id, { occasion, at: now(), uses: 0 });
      return id;
    },
    use(id) {
      const held = issued.get(id);
      if (held === undefined) throw new Refusal('invalid_url');
      if (now() - held.at > lifetimeMs) throw new Refusal('expired_url');
      if (held.uses >= limits.responseUrl.uses) throw new Refusal('used_url');
      held.uses += 1;
      return held.occasion;
    },
  };
}
