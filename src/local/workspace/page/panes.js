import { renderBlocks } from './blocks.js';
import { createComposer } from './composer.js';
import { order } from './connection.js';
import { element, reconcile } from './dom.js';
import { icon } from './icons.js';
import { avatar, entriesOf } from './messages.js';
import { channelOf, show, state } from './state.js';

const main = document.querySelector('.main');
const thread = document.querySelector('.thread');
/** Nearer to the end than this, a person is taken to follow the newest message. */
const nearEnd = 120;

function back(label, click) {
  return element('button.quiet.back', { type: 'button', 'aria-label': label, on: { click } }, icon('back'));
}

/** A pane with messages, shown from their end or from their beginning, and a composer that outlives every redraw. */
function createPane(root, place, label, beginsAtEnd) {
  const head = element('header.pane-head');
  const welcome = element('div.welcome-frame');
  const items = element('div.messages', { role: 'log', 'aria-label': 'Messages' });
  const scroll = element('div.scroll', { tabindex: '-1' }, welcome, items);
  const composer = createComposer(place, label);
  let shown = '';
  return {
    head,
    welcome,
    composer,
    draw(channel, threadTs) {
      const isElsewhere = shown !== `${state.you} ${channel} ${threadTs}`;
      const follows =
        (isElsewhere && beginsAtEnd) || scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < nearEnd;
      if (isElsewhere) items.replaceChildren();
      shown = `${state.you} ${channel} ${threadTs}`;
      // Only when they are not there yet: whoever is writing keeps the focus.
      if (!root.contains(scroll)) root.replaceChildren(head, scroll, composer.root);
      reconcile(items, entriesOf(channel, threadTs));
      if (isElsewhere && !beginsAtEnd) scroll.scrollTop = 0;
      else if (follows) scroll.scrollTop = scroll.scrollHeight;
    },
  };
}

const timeline = createPane(main, () => ({ channel: state.channel }), 'Write a message', true);
const replies = createPane(
  thread,
  () => ({ channel: state.channel, threadTs: state.thread }),
  'Reply, or mention @triage',
);
const home = element('div.scroll.home');

function tabs(current) {
  const direct = state.channels.find(({ kind }) => kind === 'direct');
  const tab = (label, isCurrent, click) =>
    element(
      `button.tab${isCurrent ? '.current' : ''}`,
      { type: 'button', role: 'tab', 'aria-selected': String(isCurrent), on: { click } },
      label,
    );
  return element(
    'div.tabs',
    { role: 'tablist' },
    tab('Home', current === 'home', () => {
      show({ page: 'home', thread: null });
      void order('home', {});
    }),
    direct &&
      tab('Messages', current === 'messages', () => show({ page: 'channel', channel: direct.id, thread: null })),
  );
}

function toList() {
  document.body.dataset.pane = 'list';
}

function drawHead(channel) {
  const members = channel.members.filter((id) => id !== state.bot.userId);
  const title =
    channel.kind === 'direct'
      ? [element('h2', {}, avatar(state.bot.userId, '.small'), state.bot.name), tabs('messages')]
      : [
          element(
            'div.pane-titles',
            {},
            element('h2', {}, icon('hash'), channel.name),
            element('span.topic', {}, channel.topic),
          ),
          element(
            'div.faces',
            { 'aria-label': `${members.length} members` },
            members.map((id) => avatar(id, '.small')),
          ),
        ];
  timeline.head.replaceChildren(back('Channels', toList), ...title);
}

/** What an empty channel says to somebody who sees this for the first time. */
function drawWelcome(channel) {
  if (channel.kind === 'direct') return timeline.welcome.replaceChildren();
  const chips = state.commands
    .slice(0, 6)
    .map(({ command, usageHint, description }) =>
      element(
        'button.chip',
        { type: 'button', title: description, on: { click: () => timeline.composer.begin(`${command} `) } },
        element('code', {}, command),
        usageHint && element('span', {}, usageHint),
      ),
    );
  const first = state.commands[0]?.command;
  const asks = state.scenarios.find(({ active }) => active)?.asks;
  const steps = [
    state.scenarios.length > 0 && [
      'Break the cluster.',
      'Choose what goes wrong. One world is chosen already.',
      element('button.step-way', { type: 'button', on: { click: toList } }, 'Choose another'),
    ],
    first && [
      'Ask what is wrong.',
      'The answer grows in a thread: the cause, the evidence, the articles and a fix.',
      asks &&
        element(
          'button.step-way.always',
          { type: 'button', on: { click: () => timeline.composer.begin(asks) } },
          element('code', {}, asks),
        ),
    ],
    state.people.length > 1 && [
      'Approve as somebody else.',
      'Become another person below the list of channels: nobody approves their own fix in production.',
      element('button.step-way', { type: 'button', on: { click: toList } }, 'Become somebody else'),
    ],
  ].filter(Boolean);
  timeline.welcome.replaceChildren(
    element(
      'div.welcome',
      {},
      element('h3', {}, icon('hash'), channel.name),
      element('p', {}, channel.topic || 'This is the beginning of the channel.'),
      steps.length > 1 &&
        element(
          'ol.steps',
          {},
          steps.map(([title, text, way]) =>
            element('li', {}, element('strong', {}, title), element('span', {}, text), way || null),
          ),
        ),
      chips.length > 0 && element('div.chips', {}, chips),
    ),
  );
}

function homeSurface() {
  const where = { viewId: state.home.id };
  return {
    act: (which, choice) => order('press', { ...where, ...which, choice: choice ?? null }),
    suggest: (which, typed) => order('suggest', { ...where, ...which, typed }),
  };
}

function drawHome() {
  const head = element(
    'header.pane-head',
    {},
    back('Channels', toList),
    element('h2', {}, avatar(state.bot.userId, '.small'), state.bot.name),
    tabs('home'),
  );
  const blank = element(
    'div.blank',
    {},
    icon('home'),
    element('p', {}, `${state.bot.name} has not put anything here yet.`),
  );
  home.replaceChildren(
    state.home === null ? blank : element('div.home-blocks.blocks', {}, renderBlocks(state.home.blocks, homeSurface())),
  );
  main.replaceChildren(head, home);
}

export function renderMain() {
  if (state.page === 'home') return drawHome();
  const channel = channelOf(state.channel);
  if (channel === undefined) return;
  drawHead(channel);
  drawWelcome(channel);
  timeline.composer.rename(
    channel.kind === 'direct' ? `Write to ${state.bot.name}` : `Message #${channel.name}, or type / for commands`,
  );
  timeline.draw(channel.id);
}

export function renderThread() {
  const open =
    state.thread !== null && state.page === 'channel' && state.messages.get(state.channel)?.has(state.thread);
  thread.hidden = !open;
  document.body.classList.toggle('with-thread', Boolean(open));
  if (!open) return;
  const close = () => show({ thread: null });
  const channel = channelOf(state.channel);
  replies.head.replaceChildren(
    back('Back', close),
    element(
      'div.pane-titles',
      {},
      element('h2', {}, 'Thread'),
      element('span.topic', {}, channel?.kind === 'direct' ? '' : `# ${channel?.name}`),
    ),
    element(
      'button.quiet.cross',
      { type: 'button', 'aria-label': 'Close thread', on: { click: close } },
      icon('close'),
    ),
  );
  replies.composer.rename(`Reply, or mention @${state.bot.name}`);
  replies.draw(state.channel, state.thread);
}

/** Puts a beginning into the box of the channel, for the person to send. */
export function beginMessage(text) {
  timeline.composer.begin(text);
}

/** Begins to write wherever the person is. */
export function focusComposer() {
  (thread.hidden ? timeline : replies).composer.focus();
}
