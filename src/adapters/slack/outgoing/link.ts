import { ask } from './client.ts';
import type { Outgoing } from './outgoing.ts';

/**
 * The permalink of the message with this key. A link is a convenience: when Slack does not give one, for instance
 * because the message was deleted by hand, what it stands in is shown without.
 */
export async function linkTo(key: string, { outbox, client, logger }: Outgoing): Promise<string | undefined> {
  const posted = await outbox.find(key);
  if (posted === undefined) return undefined;
  const { channel, id } = posted;
  const { getPermalink } = client.chat;
  const answer = await ask(async () => getPermalink({ channel, message_ts: id }));
  if (answer.is === 'ok') return answer.result.permalink;
  logger.info('Slack gave no link to a message.', {
    key,
    because: answer.is === 'refused' ? answer.code : answer.is,
  });
  return undefined;
}
