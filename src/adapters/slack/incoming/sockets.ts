import { type App, SocketModeReceiver } from '@slack/bolt';
import type { Clock } from '../../../ports/clock.ts';
import { forSlackPackages, type Logger } from '../logger.ts';
import { type Answer, ask, clientSettings, complaint } from '../outgoing/client.ts';
import { within } from './within.ts';

/** Slack has 15 seconds from our asking for an address to its hello. */
const startsWithin = 15_000;
/** A connection that ends sooner than this after its start counts as a failed one. */
const steadyAfter = 5_000;
const longestPause = 30_000;
const watchEvery = 1_000;

/** Refusals that no second try gets around; at the start they end it. */
const hopeless = new Set([
  'not_authed',
  'invalid_auth',
  'account_inactive',
  'user_removed_from_team',
  'team_disabled',
  'token_revoked',
  'not_allowed_token_type',
  'missing_scope',
]);

export type Sockets = {
  /** Resolves after the first attempt: connected, or going on trying. Rejects when trying on is hopeless. */
  start(): Promise<void>;
  stop(): void;
  connected(): boolean;
};

type Socket = { readonly receiver: SocketModeReceiver; readonly alive: () => boolean; readonly over: Promise<void> };

/**
 * Keeps one Socket Mode connection open. The reconnecting of @slack/socket-mode is switched off: it ends the process
 * when `apps.connections.open` fails, and leaves five seconds without a listener after every refresh. Each connection
 * is a receiver of its own, so that a connection that was given up cannot disturb the next one.
 */
export function createSockets(options: {
  readonly app: App;
  readonly appToken: string;
  readonly slackApiUrl?: string | undefined;
  readonly logger: Logger;
  readonly clock: Clock;
}): Sockets {
  const { app, appToken, slackApiUrl, logger, clock } = options;
  const stopping = new AbortController();
  const stopped = new Promise<undefined>((resolve) => {
    stopping.signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  let current: Socket | undefined;

  function create(): Socket {
    const receiver = new SocketModeReceiver({
      appToken,
      logger: forSlackPackages(logger),
      autoReconnectEnabled: false,
      // A fresh object: the package writes its own retries into the one it is given.
      installerOptions: { clientOptions: clientSettings({ slackApiUrl, logger }) },
    });
    receiver.init(app);
    const { promise: over, resolve } = Promise.withResolvers<void>();
    receiver.client.on('disconnected', () => resolve());
    return { receiver, over, alive: () => receiver.client.websocket?.isActive() ?? false };
  }

  /** Ends a connection, also one that is only about to be: its hello would else come after we have moved on. */
  function retire({ receiver }: Socket, started: Promise<unknown>): void {
    const end = (): void => void receiver.client.disconnect().catch(() => undefined);
    started.then(end, () => undefined);
    if (receiver.client.websocket !== undefined) end();
  }

  /** Resolves when the connection has ended, or has for a while only pretended to be open. */
  async function ended({ receiver, alive, over }: Socket): Promise<void> {
    let missed = 0;
    while (!stopping.signal.aborted && missed < 2) {
      if ((await within(over, watchEvery)) !== undefined) return;
      missed = alive() ? 0 : missed + 1;
    }
    if (missed > 0)
      logger.warn('A socket to Slack was half closed.', { state: receiver.client.websocket?.readyState ?? -1 });
  }

  /** One connection from its start to its end; the answer says how the start went. */
  async function connect(onStart: (answer: Answer<unknown>) => void): Promise<Answer<unknown>> {
    const socket = create();
    const { client } = socket.receiver;
    const started = client.start();
    const answer = await ask(async () => {
      const hello = await Promise.race([within(started, startsWithin), stopped]);
      if (hello === undefined) throw new Error('Slack did not say hello in time.');
    });
    onStart(answer);
    if (answer.is === 'ok' && !stopping.signal.aborted) {
      current = socket;
      await ended(socket);
      current = undefined;
    }
    retire(socket, started);
    return answer;
  }

  async function keepConnected(onStart: (answer: Answer<unknown>) => void): Promise<void> {
    let failures = 0;
    while (!stopping.signal.aborted) {
      const since = clock.now().getTime();
      const answer = await connect(onStart);
      const steady = answer.is === 'ok' && clock.now().getTime() - since > steadyAfter;
      failures = steady ? 0 : failures + 1;
      if (stopping.signal.aborted) return;
      if (answer.is !== 'ok')
        logger.warn('Slack cannot be reached over a socket.', { because: complaint('open a socket', answer).message });
      await clock.sleep(pause(failures, answer), stopping.signal).catch(() => undefined);
    }
  }

  return {
    async start() {
      const { promise: first, resolve } = Promise.withResolvers<Answer<unknown>>();
      keepConnected(resolve).catch((error: unknown) =>
        logger.error('The socket to Slack is not kept open any more.', error),
      );
      const answer = await first;
      if (answer.is === 'refused' && hopeless.has(answer.code)) {
        stopping.abort();
        throw complaint('open a socket', answer);
      }
      if (answer.is === 'ok') logger.info('Connected to Slack over a socket.');
    },
    stop() {
      stopping.abort();
      if (current !== undefined) retire(current, Promise.resolve());
    },
    connected: () => current?.alive() ?? false,
  };
}

/** At once after the first loss, then longer and longer, spread so that many bots do not come back together. */
function pause(failures: number, answer: Answer<unknown>): number {
  if (failures <= 1 && answer.is === 'ok') return 0;
  const grown = Math.min(longestPause, 250 * 2 ** Math.min(failures, 10));
  const asked = answer.is === 'busy' ? answer.afterMilliseconds : 0;
  return Math.max(asked, grown * (0.75 + Math.random() / 2));
}
