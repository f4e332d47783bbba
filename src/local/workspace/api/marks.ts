import { newId } from '../identifiers.ts';
import { type Fields, textOf } from '../json.ts';
import { limits } from '../limits.ts';
import type { Message, Reaction } from '../records.ts';
import { Refusal } from '../refusal.ts';
import { messageOnTheWire } from '../wire.ts';
import type { World } from '../world.ts';
import { type Method, type Methods, required } from './method.ts';

function marked(given: Fields, world: World): Message {
  const channel = world.directory.channel(textOf(given['channel']));
  const message = world.messages.find(channel.id, required(given, 'timestamp', 'no_item_specified'));
  if (message === undefined) throw new Refusal('message_not_found');
  return message;
}

/** The reactions after one person added or took back one of them. */
export function toggled(
  reactions: readonly Reaction[],
  name: string,
  userId: string,
  add: boolean,
): readonly Reaction[] {
  const held = reactions.find((reaction) => reaction.name === name);
  const others = (held?.users ?? []).filter((id) => id !== userId);
  const users = add ? [...others, userId] : others;
  if (held === undefined) return [...reactions, { name, users }];
  return reactions
    .map((reaction) => (reaction === held ? { name, users } : reaction))
    .filter((reaction) => reaction.users.length > 0);
}

function reaction(add: boolean): Method {
  return {
    scope: 'reactions:write',
    run(given, world) {
      const name = required(given, 'name', 'invalid_name').replaceAll(':', '');
      const message = marked(given, world);
      const bot = world.settings.bot.userId;
      const has = message.reactions.some((held) => held.name === name && held.users.includes(bot));
      if (has === add) throw new Refusal(add ? 'already_reacted' : 'no_reaction');
      world.messages.react(message.channel, message.ts, toggled(message.reactions, name, bot, add));
      return { ok: true };
    },
  };
}

/** Bookmarks live here alone: the page does not show them, the bot may only keep and find its own. */
export function createMarks(): Methods {
  const bookmarks = new Map<string, Fields[]>();
  const bookmarksOf = (world: World, given: Fields): Fields[] => {
    const { id } = world.directory.channel(textOf(given['channel_id']));
    const held = bookmarks.get(id) ?? [];
    bookmarks.set(id, held);
    return held;
  };
  return {
    'reactions.add': reaction(true),
    'reactions.remove': reaction(false),
    'reactions.get': {
      scope: 'reactions:read',
      run(given, world) {
        const message = marked(given, world);
        return { ok: true, type: 'message', channel: message.channel, message: messageOnTheWire(world, message) };
      },
    },
    'bookmarks.add': {
      scope: 'bookmarks:write',
      run(given, world) {
        const held = bookmarksOf(world, given);
        if (held.length >= limits.bookmarks) throw new Refusal('too_many_bookmarks');
        const { title, type, link } = {
          title: required(given, 'title'),
          type: required(given, 'type'),
          link: given['link'],
        };
        const bookmark = { id: newId('Bk'), channel_id: textOf(given['channel_id']), title, type, link };
        held.push(bookmark);
        return { ok: true, bookmark };
      },
    },
    'bookmarks.list': {
      scope: 'bookmarks:read',
      run: (given, world) => ({ ok: true, bookmarks: [...bookmarksOf(world, given)] }),
    },
    'bookmarks.remove': {
      scope: 'bookmarks:write',
      run(given, world) {
        const held = bookmarksOf(world, given);
        const index = held.findIndex((bookmark) => bookmark['id'] === given['bookmark_id']);
        if (index < 0) throw new Refusal('not_found');
        held.splice(index, 1);
        return { ok: true };
      },
    },
  };
}
