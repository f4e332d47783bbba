import { become, order } from './connection.js';
import { element } from './dom.js';
import { icon } from './icons.js';
import { openMenu } from './menus.js';
import { avatar } from './messages.js';
import { beginMessage } from './panes.js';
import { personOf, show, state } from './state.js';

const sidebar = document.querySelector('.sidebar');
let breaking = '';

function place(where) {
  document.body.dataset.pane = 'main';
  show({ thread: null, ...where });
}

function row({ label, mark, current, unread = 0, note, click }) {
  return element(
    `button.row${current ? '.current' : ''}${unread > 0 ? '.unread' : ''}`,
    { type: 'button', 'aria-current': current ? 'page' : null, on: { click } },
    mark,
    element('span.row-label', {}, label),
    note && element('span.row-note', {}, note),
    unread > 0 && element('span.count', { 'aria-label': `${unread} new` }, String(unread)),
  );
}

function section(title, ...children) {
  return element('section.side-section', {}, element('h2', {}, title), ...children);
}

function channels() {
  return state.channels
    .filter(({ kind }) => kind === 'channel')
    .map(({ id, name }) =>
      row({
        label: name,
        mark: icon('hash'),
        current: state.page === 'channel' && state.channel === id,
        unread: state.unread.get(id),
        click: () => place({ page: 'channel', channel: id }),
      }),
    );
}

function app() {
  const direct = state.channels.find(({ kind }) => kind === 'direct');
  const current =
    state.page === 'home' || (direct !== undefined && state.channel === direct.id && state.page === 'channel');
  const open = () => {
    place({ page: 'home' });
    void order('home', {});
  };
  const light = element(`span.light${state.bot.connected ? '.on' : ''}`, {
    title: state.bot.connected ? 'Connected' : 'Not connected',
  });
  return row({
    label: state.bot.name,
    mark: element('span.row-avatar', {}, avatar(state.bot.userId, '.small'), light),
    current,
    note: state.bot.connected ? null : 'not connected',
    unread: direct && state.unread.get(direct.id),
    click: open,
  });
}

/** The one that is open, or the first when something else is. */
function channelToAskIn() {
  const open = state.channels.find(({ id, kind }) => id === state.channel && kind === 'channel');
  return (open ?? state.channels.find(({ kind }) => kind === 'channel'))?.id ?? state.channel;
}

function scenarios() {
  if (state.scenarios.length === 0) return null;
  const activate = async (id, asks) => {
    breaking = id;
    renderSidebar();
    await order('scenario', { id });
    breaking = '';
    renderSidebar();
    if (asks === undefined) return;
    place({ page: 'channel', channel: channelToAskIn() });
    beginMessage(asks);
  };
  const cards = state.scenarios.map(({ id, title, active, detail, asks }) =>
    element(
      `button.scenario${active ? '.active' : ''}`,
      {
        type: 'button',
        'aria-pressed': String(active),
        disabled: breaking !== '',
        on: { click: () => void activate(id, asks) },
      },
      element('span.scenario-mark', {}, breaking === id ? element('span.spinner') : icon(active ? 'bolt' : 'circle')),
      element(
        'span.scenario-texts',
        {},
        element('span.scenario-title', {}, title),
        detail && element('span.scenario-detail', {}, detail),
        asks && element('span.scenario-detail.typed', {}, asks),
      ),
    ),
  );
  return section('Break the cluster', element('div.scenarios', {}, cards));
}

function persona() {
  const you = personOf(state.you);
  const button = element(
    'button.persona',
    { type: 'button', 'aria-haspopup': 'listbox', 'aria-label': `You are ${you.realName}. Become somebody else.` },
    avatar(state.you),
    element(
      'span.persona-texts',
      {},
      element('span.persona-name', {}, you.realName),
      element('span.persona-title', {}, you.title ?? 'member'),
    ),
    icon('down'),
  );
  const options = state.people.map(({ id, realName, title }) => ({
    value: id,
    text: { text: realName },
    description: title ? { text: title } : undefined,
    node: avatar(id, '.small'),
  }));
  button.addEventListener('click', () =>
    openMenu(button, {
      label: 'Be somebody else',
      selected: [state.you],
      load: async () => options,
      choose: ({ value }) => void become(value),
    }),
  );
  return element('footer.side-foot', {}, element('h2', {}, 'You are'), button);
}

export function renderSidebar() {
  const scrolled = sidebar.querySelector('.side-scroll')?.scrollTop ?? 0;
  sidebar.replaceChildren(
    element(
      'header.side-head',
      {},
      element('img', { src: '/mark.svg', alt: '' }),
      element(
        'div',
        {},
        element('h1', {}, 'cluster-triage'),
        element('span', {}, state.connected ? 'workspace' : 'reconnecting …'),
      ),
    ),
    element('div.side-scroll', {}, section('Channels', channels()), section('App', app()), scenarios()),
    persona(),
  );
  sidebar.querySelector('.side-scroll').scrollTop = scrolled;
}
