import { createHmac } from 'node:crypto';
import { type Fields, fieldsOf, isFields, parseJson, textOf } from '../json.ts';
import type { Delivery, Envelope, Receipt } from './delivery.ts';

export type SignedHttp = Delivery & {
  /** Slack's `url_verification`: true when the request URL gives the challenge back. */
  verify(token: string): Promise<boolean>;
};

export type SignedHttpOptions = {
  readonly url: () => string;
  readonly signingSecret: string;
  readonly ackTimeoutMs: number;
  readonly now: () => number;
  readonly dropAcknowledgement: () => boolean;
  readonly onConnections: (open: number) => void;
};

/** Slack's request signature, version 0: HMAC-SHA256 over version, timestamp (seconds) and body. */
export function sign(signingSecret: string, timestamp: string, body: string): string {
  return `v0=${createHmac('sha256', signingSecret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
}

/** Why a request was given up: the bot had its time. */
const timeout = new Error('The bot did not answer in time.');

/** Signed requests to the bot's request URL: forms for commands and interactions, JSON for events. */
export function createSignedHttp(options: SignedHttpOptions): SignedHttp {
  const running = new Set<AbortController>();
  let reachable = 0;

  const note = (connections: number): void => {
    if (connections === reachable) return;
    reachable = connections;
    options.onConnections(connections);
  };

  const post = async (type: string, body: string, extra: Readonly<Record<string, string>>): Promise<Response> => {
    const timestamp = String(Math.floor(options.now() / 1000));
    const controller = new AbortController();
    running.add(controller);
    const late = setTimeout(() => controller.abort(timeout), options.ackTimeoutMs);
    const { signal } = controller;
    const headers = {
      'content-type': type,
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': sign(options.signingSecret, timestamp, body),
      ...extra,
    };
    try {
      const response = await fetch(options.url(), { method: 'POST', headers, body, signal, redirect: 'error' });
      const held = await response.text();
      return new Response(response.status === 204 ? null : held, {
        status: response.status,
        headers: response.headers,
      });
    } finally {
      clearTimeout(late);
      running.delete(controller);
    }
  };

  return {
    async send(envelope): Promise<Receipt> {
      const { type, body } = encode(envelope);
      const retry = envelope.retry;
      const retries = retry ? { 'x-slack-retry-num': String(retry.number), 'x-slack-retry-reason': retry.reason } : {};
      try {
        const response = await post(type, body, retries);
        note(1);
        const doNotRetry = response.headers.get('x-slack-no-retry') === '1';
        if (!response.ok) return { acknowledged: false, reason: 'http_error', doNotRetry };
        if (options.dropAcknowledgement()) return { acknowledged: false, reason: 'timeout' };
        return { acknowledged: true, payload: readAnswer(await response.text()), doNotRetry };
      } catch (error) {
        const timedOut = error === timeout;
        if (!timedOut) note(0);
        return { acknowledged: false, reason: timedOut ? 'timeout' : 'connection_failed' };
      }
    },
    async verify(token) {
      const challenge = createHmac('sha256', token).update(String(options.now())).digest('hex');
      try {
        const response = await post(
          'application/json',
          JSON.stringify({ token, challenge, type: 'url_verification' }),
          {},
        );
        const answer = await response.text();
        return response.ok && (answer === challenge || fieldsOf(parseJson(answer))['challenge'] === challenge);
      } catch {
        return false;
      }
    },
    connections: () => reachable,
    async close() {
      for (const controller of running) controller.abort();
      await Promise.resolve();
    },
  };
}

function encode({ type, payload }: Envelope): { type: string; body: string } {
  if (type === 'events_api') return { type: 'application/json', body: JSON.stringify(payload) };
  const form = new URLSearchParams();
  if (type === 'interactive') form.set('payload', JSON.stringify(payload));
  else for (const [name, value] of Object.entries(payload)) form.set(name, textOf(value) ?? JSON.stringify(value));
  return { type: 'application/x-www-form-urlencoded', body: form.toString() };
}

/** A JSON object, or plain text, which is a message. */
function readAnswer(body: string): Fields {
  if (body === '') return {};
  const parsed = parseJson(body);
  return isFields(parsed) ? parsed : { text: body };
}
