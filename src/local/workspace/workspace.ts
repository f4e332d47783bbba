import { createApi } from './api/dispatch.ts';
import { createRateLimits } from './api/rate-limits.ts';
import { createChanges } from './changes.ts';
import { createControl } from './control.ts';
import type { Delivery, Receipt } from './delivery/delivery.ts';
import { createOutgoing } from './delivery/events.ts';
import { createSignedHttp } from './delivery/signed-http.ts';
import { createSocketMode } from './delivery/socket-mode.ts';
import { createDirectory } from './directory.ts';
import { type ApiFaults, createApiFaults, type Disconnect } from './faults.ts';
import { createFiles } from './files.ts';
import { createTimestamps } from './identifiers.ts';
import { createActions } from './interactions/actions.ts';
import { createCommands } from './interactions/commands.ts';
import { createForms } from './interactions/forms.ts';
import { announceOwnMessages, createSpeaking } from './interactions/speaking.ts';
import { createMessages } from './messages.ts';
import { createResponseUrls, createTriggers } from './one-time.ts';
import { settle, type WorkspaceOptions } from './options.ts';
import { createPeople, type People } from './people.ts';
import type { ApiCall, Channel, Ephemeral, Message, StoredFile, View } from './records.ts';
import { createWorkspaceServer } from './server.ts';
import { createSpeech } from './speech.ts';
import { createViews } from './views.ts';
import type { World } from './world.ts';

export type { Outcome } from './interactions/outcome.ts';
export type { CommandOption, Person, Scenario, Scenarios, WorkspaceOptions } from './options.ts';
export type { ApiCall, Channel, Ephemeral, Message, StoredFile, View } from './records.ts';

export type Faults = Omit<ApiFaults, 'take'> & {
  /** Ends every open socket, as announced or abruptly. Does nothing over HTTP. */
  disconnectSockets(how?: Disconnect): void;
  /** The last envelope again, as a duplicate; with a type, the last of that envelope, payload, command or event type. */
  redeliver(type?: string): Promise<Receipt>;
  /** Loses the next acknowledgements: the bot did its work, the workspace never hears of it. */
  dropAcks(times?: number): void;
};

/**
 * A workspace that an unmodified Slack app talks to. It keeps Slack's limits, times and one-time ids, and shows itself on a
 * web page. What it deliberately leaves out: several apps and teams, private channels, OAuth, streams, canvases, search, and
 * the `message_changed` and `message_deleted` events.
 */
export type Workspace = People & {
  /** The page: "http://127.0.0.1:4390". */
  readonly address: string;
  /** For `slackApiUrl` / `SLACK_API_URL`. */
  readonly apiUrl: string;
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
  readonly botUserId: string;
  readonly faults: Faults;
  /** Every call of the Web API, oldest first. */
  readonly calls: readonly ApiCall[];
  /** Channels, and one direct message with the bot for each person. */
  channels(): readonly Channel[];
  /** By id, `#name` or name, or a person's id for their direct message: oldest first, replies included. */
  messages(channel: string): readonly Message[];
  /** The parent and its replies, oldest first. */
  thread(channel: string, ts: string): readonly Message[];
  ephemerals(user: string): readonly Ephemeral[];
  /** Open modals, the last is on top. */
  views(user: string): readonly View[];
  home(user: string): View | undefined;
  files(): readonly StoredFile[];
  /** Open sockets; over HTTP 1 once a request was answered. */
  connections(): number;
  /** Over HTTP: asks the request URL for its challenge. */
  verifyRequestUrl(): Promise<boolean>;
  /** Closes somebody's account: they can do nothing more, and `users.info` says that they are gone. */
  deactivate(user: string): void;
  /** Tells open pages to ask for the scenarios again. */
  scenariosChanged(): void;
  /** The first truthy answer of the question, asked again on every change and every few milliseconds. */
  waitFor<T>(question: () => T, options?: { withinMs?: number; what?: string }): Promise<NonNullable<T>>;
  close(): Promise<void>;
};

export async function startWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  const settings = settle(options);
  const { now } = settings;
  const changes = createChanges();
  const host = options.host ?? '127.0.0.1';
  let port = 0;
  const address = (): string => `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`;
  const world: World = {
    settings,
    changes,
    directory: createDirectory(settings),
    messages: createMessages(createTimestamps(now), changes),
    views: createViews(changes),
    files: createFiles(now),
    triggers: createTriggers({ now, lifetimeMs: settings.triggerLifetimeMs }),
    responseUrls: createResponseUrls({ now, lifetimeMs: settings.responseUrlLifetimeMs }),
    calls: [],
    address,
  };

  let acknowledgementsToDrop = 0;
  const dropAcknowledgement = (): boolean => acknowledgementsToDrop > 0 && acknowledgementsToDrop-- > 0;
  const onConnections = (open: number): void => changes.publish({ kind: 'bot', connected: open > 0 });
  const ways = { ackTimeoutMs: settings.ackTimeoutMs, dropAcknowledgement, onConnections };
  const socketMode = createSocketMode({ ...ways, appId: settings.bot.appId });
  const { delivery: way } = options;
  const url = (): string => (way.mode === 'socket' ? '' : typeof way.url === 'string' ? way.url : way.url());
  const signedHttp = createSignedHttp({ ...ways, url, signingSecret: settings.signingSecret, now });
  const delivery: Delivery = way.mode === 'socket' ? socketMode : signedHttp;
  const outgoing = createOutgoing(world, () => delivery);

  const faults = createApiFaults();
  const rateLimits = settings.rateLimits ? createRateLimits(now) : undefined;
  const api = createApi({ world, faults, rateLimits, openSocket: () => socketMode.openAddress(address()) });
  const speech = createSpeech(world.directory, settings);
  const actions = createActions(world, outgoing);
  const forms = createForms(world, outgoing, actions);
  const speaking = createSpeaking(world, outgoing, speech);
  const people = createPeople({ world, actions, forms, speaking, runCommand: createCommands(world, outgoing, speech) });
  const control = createControl({ world, people, botConnected: () => delivery.connections() > 0 });
  const server = createWorkspaceServer(world, api, control);
  const quiet = announceOwnMessages(world, outgoing);
  server.http.on('upgrade', (request, socket, head) => socketMode.upgrade(request, socket, head));
  port = await server.listen(options.port ?? 0, host);

  return {
    ...people,
    address: address(),
    apiUrl: `${address()}/api/`,
    botToken: settings.botToken,
    appToken: settings.appToken,
    signingSecret: settings.signingSecret,
    botUserId: settings.bot.userId,
    calls: world.calls,
    faults: {
      next: (method, fault, times) => faults.next(method, fault, times),
      clear() {
        faults.clear();
        acknowledgementsToDrop = 0;
      },
      disconnectSockets: (how = 'refresh_requested') => socketMode.disconnect(how),
      redeliver: (type) => outgoing.redeliver(type),
      dropAcks(times = 1) {
        acknowledgementsToDrop += times;
      },
    },
    channels: () => world.directory.channels(),
    messages: (channel) => world.messages.all(world.directory.channel(channel).id),
    thread: (channel, ts) => world.messages.thread(world.directory.channel(channel).id, ts),
    ephemerals: (user) => world.messages.whispers(user),
    views: (user) => world.views.stack(user),
    home: (user) => world.views.home(user),
    files: () => world.files.all(),
    connections: () => delivery.connections(),
    verifyRequestUrl: () => signedHttp.verify('verification-token'),
    deactivate: (user) => world.directory.deactivate(user),
    scenariosChanged: () => changes.publish({ kind: 'scenarios' }),
    waitFor: (question, within) => waitFor(world, question, within),
    async close() {
      quiet();
      outgoing.close();
      control.close();
      await Promise.all([socketMode.close(), signedHttp.close(), server.close()]);
    },
  };
}

async function waitFor<T>(
  world: World,
  question: () => T,
  { withinMs = 5000, what = 'what was waited for' }: { withinMs?: number; what?: string } = {},
): Promise<NonNullable<T>> {
  const { promise, resolve, reject } = Promise.withResolvers<NonNullable<T>>();
  const ask = (): void => {
    try {
      const answer = question();
      if (answer) resolve(answer);
    } catch (error) {
      reject(error instanceof Error ? error : new Error(String(error)));
    }
  };
  const unsubscribe = world.changes.subscribe(ask);
  const again = setInterval(ask, 10);
  const deadline = setTimeout(() => reject(new Error(`Within ${withinMs} ms there was not ${what}.`)), withinMs);
  ask();
  try {
    return await promise;
  } finally {
    unsubscribe();
    clearInterval(again);
    clearTimeout(deadline);
  }
}
