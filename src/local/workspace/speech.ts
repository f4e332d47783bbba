import type { Directory } from './directory.ts';
import type { Settings } from './options.ts';

/** What a person types, in the form Slack gives it to apps. */
export type Speech = {
  /** A message: `@triage` and `#oncall` become references, and the three control characters are escaped. */
  message(typed: string): string;
  /** The text of a command registered with `should_escape`: references carry their names. */
  command(typed: string): string;
};

export function createSpeech(directory: Directory, settings: Settings): Speech {
  const userIds = new Map(directory.people.map(({ name, id }) => [name.toLowerCase(), id]));
  userIds.set(settings.bot.name.toLowerCase(), settings.bot.userId);
  const channelId = (name: string): string | undefined =>
    directory.channels().find((channel) => channel.kind === 'channel' && channel.name === name.toLowerCase())?.id;
  const groupId = (handle: string): string | undefined =>
    directory.groups.find((held) => held.handle === handle.toLowerCase())?.id;

  const translate = (typed: string, named: boolean): string =>
    escape(typed)
      .replace(/(^|[\s(])@([\w.-]*[\w])/g, (whole, before: string, name: string) => {
        const id = userIds.get(name.toLowerCase());
        if (id !== undefined) return `${before}<@${id}${named ? `|${name}` : ''}>`;
        const group = groupId(name);
        return group === undefined ? whole : `${before}<!subteam^${group}${named ? `|@${name}` : ''}>`;
      })
      .replace(/(^|[\s(])#([\w-]+)/g, (whole, before: string, name: string) => {
        const id = channelId(name);
        return id === undefined ? whole : `${before}<#${id}|${named ? name : ''}>`;
      })
      .replace(/(^|[\s(])(https?:\/\/[^\s<>|]+)/g, '$1<$2>');

  return { message: (typed) => translate(typed, false), command: (typed) => translate(typed, true) };
}

function escape(typed: string): string {
  return typed.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
