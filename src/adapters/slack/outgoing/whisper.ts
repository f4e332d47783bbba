import type { Rendering } from '../blocks/compose.ts';
import { clampText } from '../blocks/limits.ts';
import { withMentions } from '../blocks/mrkdwn.ts';
import type { Block } from '../blocks/pieces.ts';
import { safeWords } from '../blocks/safe.ts';
import type { Logger } from '../logger.ts';
import { ask, type Client, complaint, refusalsOfContent } from './client.ts';

export type Whispering = {
  readonly person: string;
  readonly channel: string;
  readonly text: string;
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
  await tell({ ...whispering, renderings: [whispered(whispering.text)] }, client, logger);
}

export type Telling = Pick<Whispering, 'person' | 'channel' | 'thread'> & {
  /** From the fullest to plain words: what Slack rejects is followed by the next. */
  readonly renderings: readonly [Rendering, ...Rendering[]];
};

/** Shows a rendering to one person, where they are or in a direct message. */
export async function tell(
  { person, channel, thread, renderings }: Telling,
  client: Client,
  logger: Logger,
): Promise<void> {
  const [first, ...shorter] = renderings;
  const { postMessage: post, postEphemeral } = client.chat;
  for (const rendering of [first, ...shorter]) {
    const content = saidAs(rendering);
    const here = async () =>
      postEphemeral({ channel, user: person, ...content, ...(thread === undefined ? {} : { thread_ts: thread }) });
    const tried = await ask(here);
    const answer = tried.is === 'unclear' ? await ask(here) : tried;
    if (answer.is === 'ok') return;
    if (answer.is === 'refused' && refusalsOfContent.has(answer.code) && rendering !== renderings.at(-1)) {
      logger.warn('Slack rejected what one person was to be told; it is told in a shorter form.', {
        code: answer.code,
      });
      continue;
    }
    if (answer.is !== 'refused' || !refusalsOfPlace.has(answer.code))
      throw complaint('tell a person something', answer);
    logger.info('A person is told something in a direct message.', { because: answer.code, channel });
    const direct = await ask(async () => post({ channel: person, ...content, unfurl_links: false }));
    if (direct.is === 'ok') return;
    if (direct.is === 'refused' && refusalsOfContent.has(direct.code) && rendering !== renderings.at(-1)) continue;
    throw complaint('tell a person something', direct);
  }
}
