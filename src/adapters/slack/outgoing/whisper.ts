import type { Rendering } from '../blocks/compose.ts';
import { clampText } from '../blocks/limits.ts';
import { withMentions } from '../blocks/mrkdwn.ts';
import type { Block } from '../blocks/pieces.ts';
import { safeWords } from '../blocks/safe.ts';
import type { Logger } from '../logger.ts';
import { ask, type Client, complaint } from './client.ts';

export type Whispering = {
  readonly person: string;
  readonly channel: string;
  readonly said: Rendering;
  readonly thread?: string | undefined;
};

/** Escaping makes a text up to five times as long; Slack cuts nothing below 4,000 characters. */
export function whispered(text: string): Rendering {
  return { text: withMentions(clampText(safeWords(text), 3_500)) || 'There is nothing to say.', blocks: [] };
}

/** What is said, for a call of Slack. */
export function saidAs({ text, blocks }: Rendering): { text: string; blocks?: Block[] } {
  return { text, ...(blocks.length === 0 ? {} : { blocks: [...blocks] }) };
}

const refusalsOfPlace = new Set([
  'user_not_in_channel',
  'channel_not_found',
  'not_in_channel',
  'is_archived',
  'no_permission',
]);

/**
 * Says something that one person sees, where they are, and when Slack does not let us speak there, in a direct
 * message. The same words twice do no harm, so a lost answer is followed by a second try.
 */
export async function whisper(whispering: Whispering, client: Client, logger: Logger): Promise<void> {
  const { person, channel, thread } = whispering;
  const said = saidAs(whispering.said);
  const here = async () =>
    client.chat.postEphemeral({
      channel,
      user: person,
      ...said,
      ...(thread === undefined ? {} : { thread_ts: thread }),
    });
  const first = await ask(here);
  const answer = first.is === 'unclear' ? await ask(here) : first;
  if (answer.is === 'ok') return;
  if (answer.is === 'refused' && refusalsOfPlace.has(answer.code)) {
    logger.info('A person is told something in a direct message.', { because: answer.code, channel });
    const { postMessage: post } = client.chat;
    const direct = await ask(async () => post({ channel: person, ...said, unfurl_links: false }));
    if (direct.is === 'ok') return;
    throw complaint('tell a person something', direct);
  }
  throw complaint('tell a person something', answer);
}
