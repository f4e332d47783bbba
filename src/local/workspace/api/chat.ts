import { isTimestamp } from '../identifiers.ts';
import { withIds } from '../inputs.ts';
import { type Fields, flagOf, listOf, objectsOf, textOf } from '../json.ts';
import { limits } from '../limits.ts';
import type { Edit } from '../messages.ts';
import type { Channel, Message } from '../records.ts';
import { Refusal, refusalWithMessages } from '../refusal.ts';
import { checkMessageBlocks, checkMetadata } from '../schema/payloads.ts';
import { messageOnTheWire } from '../wire.ts';
import type { World } from '../world.ts';
import { type Methods, required, structured } from './method.ts';

/** The texts and blocks of a message, checked. Undefined means the argument was not given. */
export type Content = {
  readonly text?: string;
  readonly blocks?: readonly Fields[];
  readonly attachments?: readonly Fields[];
};

export function readContent(given: Fields): Content {
  const blocks = structured(given, 'blocks', 'invalid_blocks_format');
  const attachments = structured(given, 'attachments', 'invalid_attachments');
  const markdown = textOf(given['markdown_text']);
  if (blocks !== undefined && !Array.isArray(blocks)) throw new Refusal('invalid_blocks_format');
  if (markdown !== undefined && (blocks !== undefined || textOf(given['text'])))
    throw new Refusal('markdown_text_conflict');
  const effective = markdown === undefined ? blocks : [{ type: 'markdown', text: markdown }];
  const text = textOf(given['text']);
  return {
    ...(text === undefined ? {} : { text }),
    ...(effective === undefined ? {} : { blocks: withIds(checkMessageBlocks(effective)) }),
    ...(attachments === undefined ? {} : { attachments: readAttachments(attachments) }),
  };
}

function readAttachments(attachments: unknown): readonly Fields[] {
  if (listOf(attachments).length > limits.message.attachments) throw new Refusal('too_many_attachments');
  for (const [index, attachment] of objectsOf(attachments).entries()) {
    if (attachment['blocks'] !== undefined) {
      checkMessageBlocks(attachment['blocks'], `/attachments/${index}/blocks`, 'invalid_attachments');
    }
  }
  return objectsOf(attachments);
}

/** Refuses a message that would show nothing. */
export function needContent({ text = '', blocks = [], attachments = [] }: Content): void {
  if (text === '' && blocks.length === 0 && attachments.length === 0) throw new Refusal('no_text');
}

/** The thread a reply belongs to, or undefined. Slack takes the timestamp of a parent only. */
export function readThread(given: Fields, channel: Channel, world: World): string | undefined {
  const ts = textOf(given['thread_ts']);
  if (ts === undefined || ts === '') return undefined;
  if (!isTimestamp(ts)) throw refusalWithMessages('invalid_thread_ts', [`[ERROR] ${ts} is not a valid thread_ts`]);
  const parent = world.messages.find(channel.id, ts);
  if (parent === undefined || parent.tombstone) throw new Refusal('thread_not_found');
  if (parent.threadTs !== undefined) throw new Refusal('cannot_reply_to_message');
  return ts;
}

function botChannel(given: Fields, world: World): Channel {
  const channel = world.directory.channel(textOf(given['channel']));
  if (!channel.members.has(world.settings.bot.userId)) throw new Refusal('not_in_channel');
  return channel;
}

function ownMessage(given: Fields, world: World, code: string): { channel: Channel; message: Message } {
  const channel = world.directory.channel(textOf(given['channel']));
  const message = world.messages.find(channel.id, required(given, 'ts', 'message_not_found'));
  if (message === undefined || message.tombstone) throw new Refusal('message_not_found');
  if (!message.fromBot) throw new Refusal(code);
  return { channel, message };
}

export const chat: Methods = {
  'chat.postMessage': {
    scope: 'chat:write',
    run(given, world) {
      const channel = botChannel(given, world);
      const content = readContent(given);
      needContent(content);
      const threadTs = readThread(given, channel, world);
      const metadata = structured(given, 'metadata', 'invalid_metadata_format');
      const message = world.messages.post({
        channel: channel.id,
        user: world.settings.bot.userId,
        fromBot: true,
        text: '',
        ...content,
        ...(metadata === undefined ? {} : { metadata: checkMetadata(metadata) }),
        ...(threadTs === undefined ? {} : { threadTs, alsoInChannel: flagOf(given['reply_broadcast']) }),
      });
      return {
        ok: true,
        channel: channel.id,
        ts: message.ts,
        message: messageOnTheWire(world, message, { withMetadata: true }),
      };
    },
  },
  'chat.update': {
    scope: 'chat:write',
    run(given, world) {
      const { channel, message } = ownMessage(given, world, 'cant_update_message');
      const content = readContent(given);
      const metadata = structured(given, 'metadata', 'invalid_metadata_format');
      if (Object.keys(content).length === 0 && metadata === undefined) throw new Refusal('no_text');
      // Blocks and attachments that are not given stay; an empty list removes them.
      needContent({ text: message.text, blocks: message.blocks, attachments: message.attachments, ...content });
      const edit: Edit = { ...content, ...(metadata === undefined ? {} : { metadata: checkMetadata(metadata) }) };
      const edited = world.messages.edit(channel.id, message.ts, edit);
      const wire = messageOnTheWire(world, edited, { withMetadata: true });
      return { ok: true, channel: channel.id, ts: edited.ts, text: edited.text, message: wire };
    },
  },
  'chat.delete': {
    scope: 'chat:write',
    run(given, world) {
      const { channel, message } = ownMessage(given, world, 'cant_delete_message');
      world.messages.remove(channel.id, message.ts);
      return { ok: true, channel: channel.id, ts: message.ts };
    },
  },
  'chat.postEphemeral': {
    scope: 'chat:write',
    run(given, world) {
      const channel = botChannel(given, world);
      const recipient = world.directory.person(required(given, 'user'));
      if (recipient === undefined || !channel.members.has(recipient.id)) throw new Refusal('user_not_in_channel');
      const content = readContent(given);
      needContent(content);
      const threadTs = readThread(given, channel, world);
      const ephemeral = world.messages.whisper({
        channel: channel.id,
        recipient: recipient.id,
        from: 'bot',
        text: content.text ?? '',
        blocks: content.blocks ?? [],
        ...(threadTs === undefined ? {} : { threadTs }),
      });
      return { ok: true, message_ts: ephemeral.ts };
    },
  },
  'chat.getPermalink': {
    run(given, world) {
      const channel = world.directory.channel(textOf(given['channel']));
      const ts = required(given, 'message_ts');
      if (world.messages.find(channel.id, ts) === undefined) throw new Refusal('message_not_found');
      return {
        ok: true,
        channel: channel.id,
        permalink: `${world.address()}/archives/${channel.id}/p${ts.replace('.', '')}`,
      };
    },
  },
};
