import { readContent } from './api/chat.ts';
import { type Fields, flagOf, textOf } from './json.ts';
import { Refusal } from './refusal.ts';
import type { World } from './world.ts';

/** What a response_url did with a message: the status and body that Slack answers. */
export type ResponseAnswer = { readonly status: number; readonly body: string };

/** Answers a POST to a response_url: five times within half an hour, to the person or to the channel. */
export function respondTo(world: World, id: string, given: Fields): ResponseAnswer {
  try {
    const { userId, channel, threadTs, original } = world.responseUrls.use(id);
    const { messages, settings } = world;
    if (flagOf(given['delete_original'])) {
      if (original?.ephemeral) messages.removeWhisper(userId, original.ts);
      else if (original !== undefined) messages.remove(channel, original.ts);
      return { status: 200, body: 'ok' };
    }
    const { text = '', blocks = [] } = readContent(given);
    if (text === '' && blocks.length === 0) throw new Refusal('no_text');
    if (flagOf(given['replace_original']) && original !== undefined) {
      if (original.ephemeral) messages.editWhisper(userId, original.ts, { text, blocks });
      else messages.edit(channel, original.ts, { text, blocks });
      return { status: 200, body: 'ok' };
    }
    const thread = textOf(given['thread_ts']) ?? threadTs;
    const place = { channel, text, blocks, ...(thread === undefined ? {} : { threadTs: thread }) };
    if (textOf(given['response_type']) === 'in_channel')
      messages.post({ ...place, user: settings.bot.userId, fromBot: true });
    else messages.whisper({ ...place, recipient: userId, from: 'bot' });
    return { status: 200, body: 'ok' };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const gone = ['invalid_url', 'expired_url', 'used_url'].includes(error.code);
    return { status: gone ? 404 : 400, body: JSON.stringify({ ok: false, error: error.code, ...error.details }) };
  }
}
