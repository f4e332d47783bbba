import type { Fields } from './json.ts';
import type { Change } from './records.ts';
import { ephemeralOnTheWire, messageOnTheWire, viewOnTheWire } from './wire.ts';
import type { World } from './world.ts';

/** Everything the page shows one person. */
export async function snapshotFor(world: World, userId: string, botConnected: boolean): Promise<Fields> {
  const { settings, directory, messages, views } = world;
  const home = views.home(userId);
  const channels = directory.channels().filter((channel) => channel.members.has(userId));
  return {
    team: settings.team,
    bot: { ...settings.bot, connected: botConnected },
    you: userId,
    people: directory.people.filter(({ id }) => !directory.isDeactivated(id)),
    groups: directory.groups.map(({ id, handle, name }) => ({ id, handle, name })),
    commands: settings.commands ?? [],
    shortcuts: settings.shortcuts,
    scenarios: (await settings.scenarios?.list()) ?? [],
    channels: channels.map(({ id, name, topic, kind, members }) => ({ id, name, topic, kind, members: [...members] })),
    messages: Object.fromEntries(
      channels.map(({ id }) => [
        id,
        messages.all(id).map((message) => ({ ...messageOnTheWire(world, message), channel: id })),
      ]),
    ),
    ephemerals: messages.whispers(userId).map((ephemeral) => ephemeralOnTheWire(world, ephemeral)),
    modals: views.stack(userId).map((view) => viewOnTheWire(world, view)),
    home: home === undefined ? null : viewOnTheWire(world, home),
  };
}

/** A change as one person's page hears of it; undefined when it is none of theirs. */
export async function changeFor(world: World, userId: string, change: Change): Promise<Fields | undefined> {
  const { views, directory, settings } = world;
  switch (change.kind) {
    case 'message': {
      const { channel } = change.message;
      if (!directory.channel(channel).members.has(userId)) return undefined;
      return { kind: 'message', message: { ...messageOnTheWire(world, change.message), channel } };
    }
    case 'ephemeral':
      if (change.ephemeral.recipient !== userId) return undefined;
      return { kind: 'ephemeral', message: ephemeralOnTheWire(world, change.ephemeral) };
    case 'ephemeral-gone':
      return change.recipient === userId ? { kind: 'ephemeral-gone', ts: change.ts } : undefined;
    case 'views':
      if (change.user !== userId) return undefined;
      return { kind: 'modals', modals: views.stack(userId).map((view) => viewOnTheWire(world, view)) };
    case 'home': {
      const home = views.home(userId);
      return change.user === userId && home !== undefined
        ? { kind: 'home', home: viewOnTheWire(world, home) }
        : undefined;
    }
    case 'scenarios':
      return { kind: 'scenarios', scenarios: (await settings.scenarios?.list()) ?? [] };
    case 'deleted':
      return directory.channel(change.channel).members.has(userId) ? { ...change } : undefined;
    case 'bot':
      return { ...change };
  }
}
