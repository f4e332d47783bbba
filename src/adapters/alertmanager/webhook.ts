import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AlertEvent } from '../../core/alert.ts';
import { QueueUnavailable } from '../../ports/queue.ts';
import { StoreUnavailable } from '../../ports/store.ts';
import { readNotification } from './notification.ts';

export const webhookPath = '/hooks/alertmanager';

const largestBody = 1024 * 1024;

export type WebhookOptions = {
  /** What Alertmanager sends as `Authorization: Bearer ...`. */
  readonly token: string;
  /** Stores what is to be done about the alerts; when it resolves, it will be done. */
  readonly take: (events: readonly AlertEvent[]) => Promise<{
    readonly taken: number;
    readonly ignored: readonly { readonly fingerprint: string; readonly because: string }[];
  }>;
  readonly onRefused: (because: string) => void;
  readonly onError: (error: unknown) => void;
};

type Answer = { readonly status: number; readonly body: unknown };

/**
 * Takes Alertmanager's notifications. Answers 2xx only when everything is stored, and 503 while the store is away, upon
 * which Alertmanager sends the same again; a notification that comes twice is harmless.
 */
export function alertmanagerWebhook(
  options: WebhookOptions,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    answer(request, options)
      .catch((error: unknown): Answer => {
        if (error instanceof QueueUnavailable || error instanceof StoreUnavailable) {
          return { status: 503, body: { error: 'The queue does not answer at the moment. Send it again.' } };
        }
        options.onError(error);
        return { status: 500, body: { error: 'Something went wrong here; it is in the log.' } };
      })
      .then(({ status, body }) => {
        // What was not read of a refused request is not waited for.
        if (!request.complete) response.setHeader('connection', 'close');
        response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
        response.end(`${JSON.stringify(body)}\n`);
      })
      .catch(options.onError);
  };
}

async function answer(request: IncomingMessage, options: WebhookOptions): Promise<Answer> {
  const refused = (status: number, error: string): Answer => {
    options.onRefused(error);
    return { status, body: { error } };
  };
  if (request.method !== 'POST') return refused(405, 'Notifications are sent with POST.');
  if (!mayCome(request.headers.authorization, options.token)) {
    return refused(401, 'The bearer token is missing or is another one.');
  }
  const body = await bodyOf(request);
  if (body === undefined) return refused(413, `A notification may have ${largestBody} bytes at most.`);
  const read = readNotification(body);
  if ('problems' in read) return refused(400, `The notification cannot be read. ${read.problems.join(' ')}`);
  const { taken, ignored } = await options.take(read.events);
  for (const { fingerprint, because } of ignored) options.onRefused(`The alert ${fingerprint} was ignored. ${because}`);
  if (read.truncated > 0) options.onRefused(`Alertmanager left ${read.truncated} alerts out of a notification.`);
  return { status: 200, body: { taken, ignored } };
}

/** Compared by hash, so that the time it takes tells nothing. */
function mayCome(authorization: string | undefined, token: string): boolean {
  const given = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1] ?? '';
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(token));
}

async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > largestBody) return undefined;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > largestBody) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
