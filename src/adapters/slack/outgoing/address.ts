import { insist } from './client.ts';
import type { Outgoing } from './outgoing.ts';

/** The permanent link of a message. It never changes, so that callers keep it. */
export async function addressOf(key: string, { client, outbox }: Outgoing): Promise<string | undefined> {
  const posted = await outbox.find(key);
  if (posted === undefined) return undefined;
  const { channel, id } = posted;
  const { permalink } = await insist('read the address of a message', async () =>
    client.chat.getPermalink({ channel, message_ts: id }),
  );
  return permalink;
}
