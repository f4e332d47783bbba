import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HTTPReceiver } from '@slack/bolt';
import type { Clock } from '../../../ports/clock.ts';
import type { Logger } from '../logger.ts';

export const endpoint = '/slack/events';
const toleranceSeconds = 5 * 60;

export type RequestListener = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Slack's requests over HTTP. Bolt checks the signature and refuses what is older than five minutes; it accepts
 * timestamps of the future, with which a recorded request could be kept for later, so those are refused here.
 */
export function createRequestListener(options: {
  readonly receiver: HTTPReceiver;
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Logger;
  readonly isOpen: () => boolean;
}): RequestListener {
  const { receiver, clock, logger, isOpen } = options;
  const end = (response: ServerResponse, status: number): void => {
    response.writeHead(status, { 'content-length': 0 });
    response.end();
  };
  return (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname !== endpoint) return end(response, 404);
    if (request.method !== 'POST') return end(response, 405);
    // Slack delivers events again; whoever comes after us takes them.
    if (!isOpen()) return end(response, 503);
    const stamp = request.headers['x-slack-request-timestamp'];
    const ahead = Number(stamp) - clock.now().getTime() / 1000;
    if (typeof stamp !== 'string' || !/^\d{1,12}$/.test(stamp) || ahead > toleranceSeconds) {
      logger.warn('A request without a timestamp of now was refused.', { timestamp: String(stamp).slice(0, 40) });
      return end(response, 401);
    }
    try {
      receiver.requestListener(request, response);
    } catch (error) {
      logger.error('A request could not be taken.', error);
      if (!response.headersSent) end(response, 500);
    }
  };
}
