import { timestampOrder } from '../identifiers.ts';
import { type Fields, flagOf, textOf } from '../json.ts';
import type { Message } from '../records.ts';
import { Refusal } from '../refusal.ts';
import { channelOnTheWire, messageOnTheWire } from '../wire.ts';
import type { World } from '../world.ts';
import { type Methods, pageOf, pageSize, required } from './method.ts';

const mostMessages = 999;

/** Between `oldest` and `latest`, both left out themselves unless `inclusive` is given. */
function within(messages: readonly Message[], given: Fields): readonly Message[] {
  const inclusive = flagOf(given['inclusive']);
  const oldest = textOf(given['oldest']);
  const latest = textOf(given['latest']);
  return messages.filter(({ ts }) => {
    if (
      oldest &&
      (inclusive ? timestampOrder(ts) < timestampOrder(oldest) : timestampOrder(ts) <= timestampOrder(oldest))
    ) {
      return false;
    }
    return !(
      latest && (inclusive ? timestampOrder(ts) > timestampOrder(latest) : timestampOrder(ts) >= timestampOrder(latest))
    );
  });
}

function answer(messages: readonly Message[], given: Fields, world: World): Fields {
  const { items, nextCursor } = pageOf(messages, given, pageSize(given, 100, mostMessages));
  const withMetadata = flagOf(given['include_all_metadata']);
  return {
    ok: true,
    messages: items.map((message) => messageOnTheWire(world, message, { withMetadata })),
    has_more: nextCursor !== '',
    response_metadata: { next_cursor: nextCursor },
  };
}

export const conversations: Methods = {
  'conversations.history': {
    scope: 'channels:history',
    run(given, world) {
      const channel = world.directory.channel(textOf(given['channel']));
      if (!channel.members.has(world.settings.bot.userId)) throw new Refusal('not_in_channel');
      const shown = world.messages
        .all(channel.id)
        .filter((message) => message.threadTs === undefined || message.alsoInChannel);
      return answer(within(shown, given).toReversed(), given, world);
    },
  },
  'conversations.replies': {
    scope: 'channels:history',
    run(given, world) {
      const channel = world.directory.channel(textOf(given['channel']));
      const asked = world.messages.find(channel.id, required(given, 'ts'));
      if (asked === undefined) throw new Refusal('thread_not_found');
      const [parent, ...replies] = world.messages.thread(channel.id, asked.threadTs ?? asked.ts);
      return answer(parent === undefined ? [] : [parent, ...within(replies, given)], given, world);
    },
  },
  'conversations.info': {
    scope: 'channels:read',
    run: (given, world) => ({
      ok: true,
      channel: channelOnTheWire(world, world.directory.channel(textOf(given['channel']))),
    }),
  },
  'conversations.list': {
    scope: 'channels:read',
    run(given, world) {
      const types = (textOf(given['types']) ?? 'public_channel').split(',').map((type) => type.trim());
      const wanted = world.directory
        .channels()
        .filter(({ kind }) => types.includes(kind === 'direct' ? 'im' : 'public_channel'));
      const { items, nextCursor } = pageOf(wanted, given, pageSize(given, 100, 1000));
      const channels = items.map((channel) => channelOnTheWire(world, channel));
      return { ok: true, channels, response_metadata: { next_cursor: nextCursor } };
    },
  },
  'conversations.open': {
    scope: 'im:write',
    run(given, world) {
      const users = textOf(given['users']) ?? '';
      if (users === '')
        return { ok: true, channel: channelOnTheWire(world, world.directory.channel(textOf(given['channel']))) };
      // Conversations of several people are left out: the bot writes to channels and to one person.
      if (users.includes(',')) throw new Refusal('not_enough_users');
      const channel = world.directory.directMessage(users);
      return { ok: true, channel: flagOf(given['return_im']) ? channelOnTheWire(world, channel) : { id: channel.id } };
    },
  },
  'conversations.members': {
    scope: 'channels:read',
    run(given, world) {
      const channel = world.directory.channel(textOf(given['channel']));
      const { items, nextCursor } = pageOf([...channel.members], given, pageSize(given, 100, 1000));
      return { ok: true, members: items, response_metadata: { next_cursor: nextCursor } };
    },
  },
  'conversations.join': {
    scope: 'channels:join',
    run(given, world) {
      const channel = world.directory.channel(textOf(given['channel']));
      if (channel.kind === 'direct') throw new Refusal('method_not_supported_for_channel_type');
      const already = channel.members.has(world.settings.bot.userId);
      channel.members.add(world.settings.bot.userId);
      return {
        ok: true,
        channel: channelOnTheWire(world, channel),
        ...(already ? { warning: 'already_in_channel' } : {}),
      };
    },
  },
};
