import { randomUUID } from 'node:crypto';
import { toggled } from '../api/marks.ts';
import type { Outgoing } from '../delivery/events.ts';
import { type Fields, withoutUndefined } from '../json.ts';
import type { Message } from '../records.ts';
import type { Speech } from '../speech.ts';
import { messageOnTheWire, viewOnTheWire } from '../wire.ts';
import type { World } from '../world.ts';
import { errorOf, failure, type Outcome, watch } from './outcome.ts';
import { commonFields } from './payload.ts';

export type SpeakingPlace = { readonly channel: string; readonly threadTs?: string };

/** Messages, mentions, reactions, the App Home and message shortcuts of people. */
export type Speaking = {
  say(userId: string, text: string, place: SpeakingPlace): Promise<Outcome>;
  openHome(userId: string): Promise<Outcome>;
  shortcut(userId: string, callbackId: string, place: { channel: string; messageTs: string }): Promise<Outcome>;
  react(userId: string, name: string, place: { channel: string; messageTs: string }): void;
};

export function createSpeaking(world: World, outgoing: Outgoing, speech: Speech): Speaking {
  const { settings, directory, messages } = world;

  return {
    async say(userId, text, place) {
      const outcome = watch(world, userId);
      const channel = directory.channel(place.channel);
      const thread = place.threadTs === undefined ? {} : { threadTs: place.threadTs };
      const message = messages.post({
        channel: channel.id,
        user: userId,
        fromBot: false,
        text: speech.message(text),
        ...thread,
      });
      const event = messageEvent(world, message);
      const inside = channel.members.has(settings.bot.userId);
      const isMention = channel.kind === 'channel' && message.text.includes(`<@${settings.bot.userId}>`);
      const [told, mentioned] = await Promise.all([
        inside ? outgoing.event(event) : false,
        isMention ? outgoing.event({ ...event, type: 'app_mention' }) : false,
      ]);
      return outcome({ acknowledged: told || mentioned, message });
    },
    async openHome(userId) {
      const outcome = watch(world, userId);
      const view = world.views.home(userId);
      const event = withoutUndefined({
        type: 'app_home_opened',
        user: userId,
        channel: directory.directMessage(userId).id,
        tab: 'home',
        event_ts: String(settings.now() / 1000),
        view: view && viewOnTheWire(world, view),
      });
      const acknowledged = await outgoing.event(event);
      return outcome({ acknowledged });
    },
    async shortcut(userId, callbackId, { channel: reference, messageTs }) {
      const outcome = watch(world, userId);
      const channel = directory.channel(reference);
      const message = messages.find(channel.id, messageTs);
      if (message === undefined) throw new Error(`There is no message ${messageTs}.`);
      const thread = message.threadTs === undefined ? {} : { threadTs: message.threadTs };
      const responseUrl = world.responseUrls.issue({ userId, channel: channel.id, ...thread });
      const receipt = await outgoing.send({
        type: 'interactive',
        payload: {
          type: 'message_action',
          callback_id: callbackId,
          ...commonFields(world, userId),
          action_ts: String(settings.now() / 1000),
          trigger_id: world.triggers.issue(userId),
          response_url: `${world.address()}/actions/${responseUrl}`,
          message_ts: messageTs,
          channel: { id: channel.id, name: channel.name },
          message: messageOnTheWire(world, message),
        },
      });
      if (receipt.acknowledged) return outcome({ payload: receipt.payload });
      const error = errorOf(receipt);
      const name = settings.shortcuts.find((held) => held.callbackId === callbackId)?.name ?? callbackId;
      messages.whisper({
        channel: channel.id,
        recipient: userId,
        from: 'workspace',
        text: failure(`"${name}"`, error),
        ...thread,
      });
      return outcome({ acknowledged: false, error });
    },
    react(userId, name, { channel, messageTs }) {
      const message = messages.find(directory.channel(channel).id, messageTs);
      if (message === undefined) throw new Error(`There is no message ${messageTs}.`);
      const has = message.reactions.some((held) => held.name === name && held.users.includes(userId));
      messages.react(message.channel, messageTs, toggled(message.reactions, name, userId, !has));
    },
  };
}

/** A message as the `message` event tells it. */
export function messageEvent(world: World, message: Message): Fields {
  return {
    ...messageOnTheWire(world, message, { withMetadata: true }),
    client_msg_id: randomUUID(),
    channel: message.channel,
    channel_type: world.directory.channel(message.channel).kind === 'direct' ? 'im' : 'channel',
    event_ts: message.ts,
  };
}

/** Tells the bot about its own messages as well, as Slack does: an app that answers itself should show it here. */
export function announceOwnMessages(world: World, outgoing: Outgoing): () => void {
  let newest = '';
  return world.changes.subscribe((change) => {
    if (change.kind !== 'message' || !change.message.fromBot || change.message.ts <= newest) return;
    newest = change.message.ts;
    void outgoing.event(messageEvent(world, change.message));
  });
}
