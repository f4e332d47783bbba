import { App, HTTPReceiver, type Receiver } from '@slack/bolt';
import type { CommandDescription } from '../../core/command.ts';
import type { ChatHandlers } from '../../ports/chat.ts';
import type { Clock } from '../../ports/clock.ts';
import type { SlackChat } from './chat.ts';
import { createDeliveries } from './incoming/deliveries.ts';
import { createInFlight } from './incoming/in-flight.ts';
import { listen } from './incoming/listeners.ts';
import { createOthersFirst } from './incoming/others-first.ts';
import { createRequestListener, endpoint, type RequestListener } from './incoming/requests.ts';
import { createSockets } from './incoming/sockets.ts';
import { forSlackPackages, type Logger } from './logger.ts';
import { clientSettings, createClient } from './outgoing/client.ts';

export type GatewayOptions = {
  readonly handlers: ChatHandlers;
  /** Over a socket with the app-level token `xapp-...`, or at `/slack/events` with the signing secret. */
  readonly delivery:
    | { readonly mode: 'socket'; readonly appToken: string }
    | { readonly mode: 'http'; readonly signingSecret: string };
  /** The bot token, `xoxb-...`. */
  readonly token: string;
  /** With a slash at the end; Slack's own unless a compatible server is meant. */
  readonly slackApiUrl?: string | undefined;
  readonly commands: readonly CommandDescription[];
  readonly clock: Clock;
  readonly logger: Logger;
  /** Is told when the members of a user group change. */
  readonly chat?: Pick<SlackChat, 'forgetMembers'> | undefined;
  /** The id of the one workspace to listen to, `T...`; people of other workspaces in shared channels are ignored. */
  readonly team?: string | undefined;
};

export type Gateway = {
  /**
   * Over a socket: resolves when connected, or when Slack cannot be reached now and trying goes on by itself; rejects
   * with `ChatRefused` when the token is not accepted. Over HTTP: from now on requests are taken.
   */
  start(): Promise<void>;
  /** Takes nothing new, and waits for what was begun: at most `graceMilliseconds`, 10,000 unless told. */
  stop(graceMilliseconds?: number): Promise<void>;
  /** Whether Slack can deliver to this process now, for readiness. */
  connected(): boolean;
  /** Over HTTP: for the server's requests to `/slack/events`. */
  readonly requestListener?: RequestListener;
};

/** Bolt wants a receiver; ours come and go with their sockets. */
const noReceiver: Receiver = { init: () => undefined, start: async () => undefined, stop: async () => undefined };

/** What people do in Slack, handed to the house: acknowledged first, each delivery once, and always with an answer. */
export function createGateway(options: GatewayOptions): Gateway {
  const { handlers, delivery, token, slackApiUrl, commands, clock, logger, chat, team } = options;
  const inFlight = createInFlight((error) => logger.error('A delivery from Slack could not be handled.', error));
  const receiver =
    delivery.mode === 'http'
      ? new HTTPReceiver({
          signingSecret: delivery.signingSecret,
          endpoints: [endpoint],
          logger: forSlackPackages(logger),
        })
      : undefined;
  const app = new App({
    receiver: receiver ?? noReceiver,
    authorize: async () => ({ botToken: token }),
    clientOptions: clientSettings({ slackApiUrl, logger }),
    logger: forSlackPackages(logger),
    // The default keeps state of every conversation for ever.
    convoStore: false,
    // Mentions by bots are told apart where they are read; this one would need the bot's id.
    ignoreSelf: false,
  });
  const client = createClient({ token, slackApiUrl, logger });
  listen(app, {
    client,
    logger,
    handlers,
    commands,
    chat,
    team,
    inFlight,
    deliveries: createDeliveries(clock),
    othersFirst: createOthersFirst(),
  });

  const wait = async (graceMilliseconds: number): Promise<void> => {
    const left = await inFlight.idle(graceMilliseconds);
    if (left > 0) logger.warn('Stopped while deliveries from Slack were still being handled.', { left });
  };

  if (delivery.mode === 'socket') {
    const sockets = createSockets({ app, appToken: delivery.appToken, slackApiUrl, logger, clock });
    return {
      start: async () => sockets.start(),
      async stop(graceMilliseconds = 10_000) {
        // Dialogs are acknowledged with their answer, for which the socket is needed.
        await inFlight.idle(Math.min(graceMilliseconds, 2_500));
        sockets.stop();
        await wait(graceMilliseconds);
      },
      connected: () => sockets.connected(),
    };
  }
  let open = false;
  return {
    async start() {
      open = true;
    },
    async stop(graceMilliseconds = 10_000) {
      open = false;
      await wait(graceMilliseconds);
    },
    connected: () => open,
    ...(receiver === undefined
      ? {}
      : { requestListener: createRequestListener({ receiver, clock, logger, isOpen: () => open }) }),
  };
}
