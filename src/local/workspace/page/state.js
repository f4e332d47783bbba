/** What the page knows. One object, changed by `receive` and `show`, watched by the panes. */
export const state = {
  ready: false,
  connected: true,
  you: '',
  team: {},
  bot: {},
  /** @type {Array<{id: string, name: string, realName: string, title?: string, avatarColour?: string}>} */
  people: [],
  /** @type {Array<{id: string, handle: string, name: string}>} */
  groups: [],
  /** @type {Array<{command: string, description: string, usageHint: string, completions?: Array<Array<{value: string, description: string}>>}>} */
  commands: [],
  shortcuts: [],
  scenarios: [],
  /** @type {Array<{id: string, name: string, topic: string, kind: string, members: string[]}>} */
  channels: [],
  /** channel id -> Map of ts -> message */
  messages: new Map(),
  ephemerals: new Map(),
  modals: [],
  home: null,
  /** What is on screen: a channel, or the App Home of the bot. */
  channel: '',
  page: 'channel',
  thread: null,
  /** channel id -> number of messages that came while it was not on screen */
  unread: new Map(),
};

const watchers = new Set();

export function watch(watcher) {
  watchers.add(watcher);
}

function changed(what) {
  for (const watcher of watchers) watcher(what);
}

/** Takes in everything the server knows. */
export function receiveAll(snapshot) {
  const { messages, ephemerals, ...rest } = snapshot;
  Object.assign(state, rest, { ready: true });
  state.messages = new Map(
    Object.entries(messages).map(([channel, list]) => [channel, new Map(list.map((message) => [message.ts, message]))]),
  );
  state.ephemerals = new Map(ephemerals.map((message) => [message.ts, message]));
  if (!state.channels.some(({ id }) => id === state.channel)) state.channel = state.channels[0]?.id ?? '';
  changed('all');
}

/** Takes in one change. */
export function receive(change) {
  switch (change.kind) {
    case 'message': {
      const held = state.messages.get(change.message.channel) ?? new Map();
      const isNew = !held.has(change.message.ts);
      held.set(change.message.ts, change.message);
      state.messages.set(change.message.channel, held);
      if (isNew) noteNew(change.message);
      break;
    }
    case 'deleted':
      state.messages.get(change.channel)?.delete(change.ts);
      break;
    case 'ephemeral':
      if (!state.ephemerals.has(change.message.ts)) announce(change.message);
      state.ephemerals.set(change.message.ts, change.message);
      break;
    case 'ephemeral-gone':
      state.ephemerals.delete(change.ts);
      break;
    case 'modals':
      state.modals = change.modals;
      break;
    case 'home':
      state.home = change.home;
      break;
    case 'scenarios':
      state.scenarios = change.scenarios;
      break;
    case 'bot':
      state.bot = { ...state.bot, connected: change.connected };
      break;
    default:
      return;
  }
  changed(change.kind);
}

export function setConnected(connected) {
  if (state.connected === connected) return;
  state.connected = connected;
  changed('connection');
}

/** Moves to a channel, to the App Home, or into and out of a thread. */
export function show(where) {
  Object.assign(state, where);
  if (state.page === 'channel') state.unread.delete(state.channel);
  changed('place');
}

export function dismissEphemeral(ts) {
  state.ephemerals.delete(ts);
  changed('ephemeral');
}

function noteNew(message) {
  if (message.user === state.you) return;
  const visible = state.page === 'channel' && state.channel === message.channel && document.hasFocus();
  const isReply = message.thread_ts !== undefined && message.thread_ts !== message.ts;
  if (!visible && !isReply) state.unread.set(message.channel, (state.unread.get(message.channel) ?? 0) + 1);
  if (state.channel === message.channel) announce(message);
}

/** For people who hear the page instead of seeing it. */
function announce(message) {
  const heard = document.querySelector('.only-heard');
  if (heard !== null) heard.textContent = `${nameOf(message.user)}: ${(message.text ?? '').slice(0, 300)}`;
}

export function personOf(id) {
  if (id === state.bot.userId) return { id, name: state.bot.name, realName: state.bot.name, isBot: true };
  if (id === 'USLACKBOT') return { id, name: 'workspace', realName: 'Workspace', isWorkspace: true };
  return state.people.find((person) => person.id === id) ?? { id, name: id, realName: id };
}

export function nameOf(id) {
  return personOf(id).realName;
}

export function channelOf(id) {
  return state.channels.find((channel) => channel.id === id);
}

/** The messages of a channel that belong into its timeline, or those of one thread; with what only you see. */
export function listed(channel, threadTs) {
  const all = [...(state.messages.get(channel)?.values() ?? []), ...state.ephemerals.values()];
  const belongs = (message) => {
    if (message.is_ephemeral && message.channel !== channel) return false;
    if (threadTs !== undefined) return message.ts === threadTs || message.thread_ts === threadTs;
    return (
      message.thread_ts === undefined || message.thread_ts === message.ts || message.subtype === 'thread_broadcast'
    );
  };
  return all.filter(belongs).sort((one, two) => (one.ts < two.ts ? -1 : 1));
}
