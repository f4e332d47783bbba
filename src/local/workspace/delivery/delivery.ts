import type { Fields } from '../json.ts';

export type EnvelopeType = 'slash_commands' | 'interactive' | 'events_api';

/** Something for the bot. A retry says which one it is and why, as Slack does. */
export type Envelope = {
  readonly type: EnvelopeType;
  readonly payload: Fields;
  readonly retry?: { readonly number: number; readonly reason: string };
};

/** Whether the bot acknowledged in time, and with what. An empty payload is a bare acknowledgement. */
export type Receipt =
  | { readonly acknowledged: true; readonly payload: Fields; readonly doNotRetry?: boolean }
  | {
      readonly acknowledged: false;
      readonly reason: 'timeout' | 'no_connection' | 'http_error' | 'connection_failed';
      readonly doNotRetry?: boolean;
    };

/** One way to the bot: Socket Mode or signed HTTP. */
export type Delivery = {
  send(envelope: Envelope): Promise<Receipt>;
  /** Open sockets; for HTTP 1 after the last request was answered, else 0. */
  connections(): number;
  close(): Promise<void>;
};
