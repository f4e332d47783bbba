import { z } from 'zod';
import type { Logger } from '../logger.ts';
import { type Client, insist } from './client.ts';

/** The metadata by which a message is known as ours and as the one with this key. */
export const metadataType = 'cluster_triage';

export type Where = { readonly channel: string; readonly thread?: string | undefined };

const Page = z.object({
  messages: z
    .array(
      z.object({
        ts: z.string(),
        metadata: z
          .object({ event_type: z.string(), event_payload: z.record(z.string(), z.unknown()) })
          .optional()
          .catch(undefined),
        files: z
          .array(z.object({ id: z.string(), name: z.string().nullish() }))
          .optional()
          .catch(undefined),
      }),
    )
    .default([]),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});
type Found = z.infer<typeof Page>['messages'][number];

const pageSize = 200;
const mostPages = 10;

/** Clocks differ: ours when the post began, Slack's when it was stored. */
const skewMilliseconds = 120_000;

/**
 * Looks for a message that may have been posted although the answer was lost: through the thread, or the channel,
 * since it was begun. Gives up after 2,000 messages, and then, as when nothing is there, says undefined.
 */
async function search(
  client: Client,
  { channel, thread }: Where,
  since: Date | undefined,
  matches: (message: Found) => boolean,
): Promise<Found | undefined> {
  const oldest = since === undefined ? {} : { oldest: String((since.getTime() - skewMilliseconds) / 1000) };
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const range = {
      channel,
      limit: pageSize,
      include_all_metadata: true,
      ...oldest,
      ...(cursor === undefined ? {} : { cursor }),
    };
    const answer = await insist('look for an own message', async () =>
      thread === undefined
        ? client.conversations.history(range)
        : client.conversations.replies({ ...range, ts: thread }),
    );
    const { messages, response_metadata: metadata } = Page.parse(answer);
    const found = messages.find(matches);
    if (found !== undefined) return found;
    cursor = metadata?.next_cursor;
    if (cursor === undefined || cursor === '') return undefined;
  }
  return undefined;
}

/** The message with this key, other than those in `except`. */
export async function findByKey(
  client: Client,
  where: Where,
  key: string,
  options: { readonly since?: Date | undefined; readonly except?: readonly string[] } = {},
): Promise<string | undefined> {
  const found = await search(
    client,
    where,
    options.since,
    ({ ts, metadata }) =>
      metadata?.event_type === metadataType && metadata.event_payload['key'] === key && !options.except?.includes(ts),
  );
  return found?.ts;
}

/** The file with this name in a thread. */
export async function findFile(client: Client, where: Where, name: string, since: Date): Promise<string | undefined> {
  const found = await search(client, where, since, ({ files }) => files?.some((file) => file.name === name) ?? false);
  return found?.files?.find((file) => file.name === name)?.id;
}

/**
 * Like `look`, but when Slack does not let us look, says so and goes on as if nothing had been found: a message
 * posted twice is better than one posted never.
 */
export async function unlessBlind(
  look: () => Promise<string | undefined>,
  logger: Logger,
  isRefusal: (error: unknown) => boolean,
): Promise<string | undefined> {
  try {
    return await look();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    logger.error('Slack does not let the bot look for its own message, so it may be posted twice.', error);
    return undefined;
  }
}
