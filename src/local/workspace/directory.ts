import type { Person, Settings, UserGroup } from './options.ts';
import type { Channel } from './records.ts';
import { Refusal } from './refusal.ts';

/** Who and where: people, groups, channels and the direct messages between one person and the bot. */
export type Directory = {
  readonly people: readonly Person[];
  readonly groups: readonly UserGroup[];
  person(id: string): Person | undefined;
  isDeactivated(id: string): boolean;
  /** Closes an account, as an administrator does: the person is taken out of every group. */
  deactivate(id: string): void;
  /** Channels and direct messages, in the order they came to be. */
  channels(): readonly Channel[];
  /** By id, by name with or without `#`, or by user id (the direct message); refuses with `channel_not_found`. */
  channel(reference: string | undefined): Channel;
  directMessage(userId: string): Channel;
};

export function createDirectory(settings: Settings): Directory {
  const people = settings.users;
  const channels = new Map<string, Channel>();
  const deactivated = new Set(people.filter(({ deleted }) => deleted === true).map(({ id }) => id));
  const created = Math.floor(settings.now() / 1000);
  for (const { id, name, topic = '', members, botIsMember = true } of settings.channels) {
    const inside = new Set(members ?? people.map((person) => person.id));
    if (botIsMember) inside.add(settings.bot.userId);
    channels.set(id, { id, name, topic, kind: 'channel', members: inside, created });
  }
  const person = (id: string): Person | undefined => people.find((candidate) => candidate.id === id);

  const directMessage = (userId: string): Channel => {
    if (person(userId) === undefined) throw new Refusal('user_not_found');
    const id = `D${userId.slice(1)}`;
    const members = new Set([userId, settings.bot.userId]);
    const channel = channels.get(id) ?? { id, name: settings.bot.name, topic: '', kind: 'direct', members, created };
    channels.set(id, channel);
    return channel;
  };

  for (const { id } of people) directMessage(id);

  return {
    people,
    get groups() {
      return settings.userGroups.map((group) => ({
        ...group,
        users: group.users.filter((id) => !deactivated.has(id)),
      }));
    },
    person,
    isDeactivated: (id) => deactivated.has(id),
    deactivate(id) {
      if (person(id) === undefined) throw new Refusal('user_not_found');
      deactivated.add(id);
    },
    directMessage,
    channels: () => [...channels.values()],
    channel(reference) {
      if (reference === undefined || reference === '') throw new Refusal('channel_not_found');
      if (person(reference) !== undefined) return directMessage(reference);
      const name = reference.replace(/^#/, '');
      const found =
        channels.get(reference) ?? [...channels.values()].find((held) => held.kind === 'channel' && held.name === name);
      if (found === undefined) throw new Refusal('channel_not_found');
      return found;
    },
  };
}
