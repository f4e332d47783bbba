import { type Fields, withoutUndefined } from './json.ts';
import type { Person } from './options.ts';
import type { Channel, Ephemeral, Message, StoredFile, View } from './records.ts';
import type { World } from './world.ts';

/** Records in the form Slack sends them. */
export function messageOnTheWire(world: World, message: Message, { withMetadata = false } = {}): Fields {
  const { bot, team } = world.settings;
  const replies = world.messages.thread(message.channel, message.ts).slice(1);
  const repliers = [...new Set(replies.map((reply) => reply.user))];
  const isParent = replies.length > 0;
  return withoutUndefined({
    type: 'message',
    subtype: message.tombstone ? 'tombstone' : message.alsoInChannel ? 'thread_broadcast' : undefined,
    user: message.user,
    bot_id: message.fromBot ? bot.botId : undefined,
    app_id: message.fromBot ? bot.appId : undefined,
    bot_profile: message.fromBot
      ? { id: bot.botId, app_id: bot.appId, user_id: bot.userId, name: bot.name, deleted: false, team_id: team.id }
      : undefined,
    team: team.id,
    text: message.text,
    ts: message.ts,
    thread_ts: message.threadTs ?? (isParent ? message.ts : undefined),
    parent_user_id: message.threadTs && world.messages.find(message.channel, message.threadTs)?.user,
    blocks: message.blocks.length > 0 ? message.blocks : undefined,
    attachments: message.attachments.length > 0 ? message.attachments : undefined,
    edited: message.editedTs ? { user: message.user, ts: message.editedTs } : undefined,
    reply_count: isParent ? replies.length : undefined,
    reply_users: isParent ? repliers : undefined,
    reply_users_count: isParent ? repliers.length : undefined,
    latest_reply: replies.at(-1)?.ts,
    files: message.files.length > 0 ? message.files.flatMap((id) => filesOnTheWire(world, id)) : undefined,
    reactions:
      message.reactions.length > 0
        ? message.reactions.map(({ name, users }) => ({ name, users, count: users.length }))
        : undefined,
    metadata: withMetadata ? message.metadata : undefined,
  });
}

export function ephemeralOnTheWire(world: World, ephemeral: Ephemeral): Fields {
  const { bot } = world.settings;
  return withoutUndefined({
    type: 'message',
    is_ephemeral: true,
    channel: ephemeral.channel,
    user: ephemeral.from === 'bot' ? bot.userId : 'USLACKBOT',
    bot_id: ephemeral.from === 'bot' ? bot.botId : undefined,
    text: ephemeral.text,
    ts: ephemeral.ts,
    thread_ts: ephemeral.threadTs,
    blocks: ephemeral.blocks.length > 0 ? ephemeral.blocks : undefined,
  });
}

function filesOnTheWire(world: World, id: string): readonly Fields[] {
  const file = world.files.find(id);
  return file === undefined ? [] : [fileOnTheWire(world, file)];
}

export function fileOnTheWire(world: World, file: StoredFile): Fields {
  const extension = /\.([a-z0-9]+)$/i.exec(file.name)?.[1]?.toLowerCase() ?? 'text';
  const address = `${world.address()}/files/${file.id}/${encodeURIComponent(file.name)}`;
  return {
    id: file.id,
    created: file.created,
    timestamp: file.created,
    name: file.name,
    title: file.title,
    size: file.size,
    filetype: file.snippetType ?? extension,
    mimetype: 'text/plain',
    mode: file.snippetType === undefined ? 'hosted' : 'snippet',
    user: world.settings.bot.userId,
    is_public: true,
    url_private: address,
    url_private_download: address,
    permalink: address,
  };
}

export function viewOnTheWire(world: World, view: View): Fields {
  const { bot, team } = world.settings;
  const content = view.content;
  return {
    id: view.id,
    team_id: team.id,
    type: view.kind,
    blocks: content['blocks'],
    private_metadata: content['private_metadata'] ?? '',
    callback_id: content['callback_id'] ?? '',
    external_id: content['external_id'] ?? '',
    state: { values: view.state },
    hash: view.hash,
    title: content['title'] ?? { type: 'plain_text', text: 'View Title', emoji: true },
    submit: content['submit'] ?? null,
    close: content['close'] ?? null,
    submit_disabled: content['submit_disabled'] === true,
    clear_on_close: content['clear_on_close'] === true,
    notify_on_close: content['notify_on_close'] === true,
    previous_view_id: view.previousId ?? null,
    root_view_id: view.rootId,
    app_id: bot.appId,
    app_installed_team_id: team.id,
    bot_id: bot.botId,
  };
}

export function personOnTheWire(world: World, person: Person): Fields {
  const profile = {
    real_name: person.realName,
    display_name: person.name,
    title: person.title ?? '',
    email: `${person.name}@example.com`,
  };
  return {
    id: person.id,
    team_id: person.team ?? world.settings.team.id,
    name: person.name,
    real_name: person.realName,
    deleted: world.directory.isDeactivated(person.id),
    is_bot: false,
    is_app_user: false,
    tz: 'Etc/UTC',
    tz_offset: 0,
    profile,
  };
}

export function botOnTheWire(world: World): Fields {
  const { bot, team } = world.settings;
  return {
    id: bot.userId,
    team_id: team.id,
    name: bot.name,
    real_name: bot.name,
    deleted: false,
    is_bot: true,
    profile: { real_name: bot.name, display_name: bot.name, bot_id: bot.botId, api_app_id: bot.appId },
  };
}

export function channelOnTheWire(world: World, channel: Channel): Fields {
  const isMember = channel.members.has(world.settings.bot.userId);
  const direct = channel.kind === 'direct';
  const person = [...channel.members].find((id) => id !== world.settings.bot.userId);
  return withoutUndefined({
    id: channel.id,
    name: direct ? undefined : channel.name,
    name_normalized: direct ? undefined : channel.name,
    user: direct ? person : undefined,
    is_channel: !direct,
    is_im: direct,
    is_group: false,
    is_mpim: false,
    is_private: direct,
    is_archived: false,
    is_member: isMember,
    created: channel.created,
    num_members: direct ? undefined : channel.members.size,
    topic: { value: channel.topic, creator: '', last_set: 0 },
    purpose: { value: '', creator: '', last_set: 0 },
  });
}
