import { flagOf, textOf } from '../json.ts';
import type { UserGroup } from '../options.ts';
import { Refusal } from '../refusal.ts';
import { botOnTheWire, personOnTheWire } from '../wire.ts';
import type { World } from '../world.ts';
import { type Methods, pageOf, pageSize, required } from './method.ts';

function group(world: World, { id, handle, name, users }: UserGroup, withUsers: boolean) {
  return {
    id,
    team_id: world.settings.team.id,
    is_usergroup: true,
    name,
    handle,
    description: '',
    date_delete: 0,
    user_count: users.length,
    ...(withUsers ? { users } : {}),
  };
}

export const people: Methods = {
  'users.info': {
    scope: 'users:read',
    run(given, world) {
      const id = required(given, 'user', 'user_not_found');
      if (id === world.settings.bot.userId) return { ok: true, user: botOnTheWire(world) };
      const person = world.directory.person(id);
      if (person === undefined) throw new Refusal('user_not_found');
      return { ok: true, user: personOnTheWire(world, person) };
    },
  },
  'users.list': {
    scope: 'users:read',
    run(given, world) {
      const members = [...world.directory.people.map((person) => personOnTheWire(world, person)), botOnTheWire(world)];
      const { items, nextCursor } = pageOf(members, given, pageSize(given, 1000, 1000));
      return { ok: true, members: items, response_metadata: { next_cursor: nextCursor } };
    },
  },
  'users.lookupByEmail': {
    scope: 'users:read.email',
    run(given, world) {
      const email = required(given, 'email', 'users_not_found');
      const person = world.directory.people.find(({ name }) => `${name}@example.com` === email);
      if (person === undefined) throw new Refusal('users_not_found');
      return { ok: true, user: personOnTheWire(world, person) };
    },
  },
  'usergroups.list': {
    scope: 'usergroups:read',
    run: (given, world) => ({
      ok: true,
      usergroups: world.directory.groups.map((held) => group(world, held, flagOf(given['include_users']))),
    }),
  },
  'usergroups.users.list': {
    scope: 'usergroups:read',
    run(given, world) {
      const found = world.directory.groups.find(({ id }) => id === textOf(given['usergroup']));
      if (found === undefined) throw new Refusal('no_such_subteam');
      return { ok: true, users: found.users };
    },
  },
  'team.info': {
    scope: 'team:read',
    run: (_given, { settings }) => ({ ok: true, team: { ...settings.team } }),
  },
  'bots.info': {
    scope: 'users:read',
    run(given, { settings: { bot } }) {
      if ((textOf(given['bot']) ?? bot.botId) !== bot.botId) throw new Refusal('bot_not_found');
      return {
        ok: true,
        bot: { id: bot.botId, app_id: bot.appId, user_id: bot.userId, name: bot.name, deleted: false },
      };
    },
  },
};
