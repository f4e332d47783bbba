import { setTimeout as pause } from 'node:timers/promises';
import { newId } from '../identifiers.ts';
import { type Fields, fieldsOf, textOf } from '../json.ts';
import type { World } from '../world.ts';
import type { Delivery, Envelope, Receipt } from './delivery.ts';

/** Sends events, again and again as Slack does when nobody acknowledges, and remembers the last ones for redelivery. */
export type Outgoing = {
  /** Commands and interactions: one attempt, since a person is waiting for the answer. */
  send(envelope: Envelope): Promise<Receipt>;
  /** An event; false when the app does not subscribe to it. Resolves when acknowledged or given up. */
  event(event: Fields): Promise<boolean>;
  /** The last envelope once more, as Slack sends a duplicate; with a type, the last of that type or event type. */
  redeliver(type?: string): Promise<Receipt>;
  close(): void;
};

const retryReasons: Readonly<Record<string, string>> = {
  timeout: 'http_timeout',
  http_error: 'http_error',
  connection_failed: 'connection_failed',
  no_connection: 'connection_failed',
};

export function createOutgoing(world: World, delivery: () => Delivery): Outgoing {
  const sent: Envelope[] = [];
  const closing = new AbortController();
  const { settings } = world;

  const send = (envelope: Envelope): Promise<Receipt> => {
    if (envelope.retry === undefined) sent.push(envelope);
    if (sent.length > 200) sent.shift();
    return delivery().send(envelope);
  };

  const attempt = async (payload: Fields): Promise<boolean> => {
    let receipt = await send({ type: 'events_api', payload });
    for (const [index, delay] of settings.eventRetryDelaysMs.entries()) {
      if (receipt.acknowledged || receipt.doNotRetry) break;
      const reason = retryReasons[receipt.reason] ?? 'unknown_error';
      try {
        await pause(delay, undefined, { signal: closing.signal, ref: false });
      } catch {
        return false;
      }
      receipt = await send({ type: 'events_api', payload, retry: { number: index + 1, reason } });
    }
    return receipt.acknowledged;
  };

  return {
    send,
    async event(event) {
      const type = textOf(event['type']) ?? '';
      if (!settings.events.includes(type)) return false;
      return await attempt(eventCallback(world, event));
    },
    async redeliver(type) {
      const matches = ({ type: envelope, payload }: Envelope): boolean =>
        type === undefined ||
        [envelope, payload['type'], payload['command'], fieldsOf(payload['event'])['type']].includes(type);
      const last = sent.findLast(matches);
      if (last === undefined)
        throw new Error(`Nothing was sent to the bot yet${type === undefined ? '' : ` of type ${type}`}.`);
      const retry = last.type === 'events_api' ? { retry: { number: 1, reason: 'http_timeout' } } : {};
      return await delivery().send({ ...last, ...retry });
    },
    close: () => closing.abort(),
  };
}

function eventCallback({ settings: { team, bot, now } }: World, event: Fields): Fields {
  return {
    token: 'verification-token',
    team_id: team.id,
    context_team_id: team.id,
    context_enterprise_id: null,
    api_app_id: bot.appId,
    event,
    type: 'event_callback',
    event_id: newId('Ev'),
    event_time: Math.floor(now() / 1000),
    authorizations: [
      { enterprise_id: null, team_id: team.id, user_id: bot.userId, is_bot: true, is_enterprise_install: false },
    ],
    is_ext_shared_channel: false,
    event_context: newId('EC'),
  };
}
