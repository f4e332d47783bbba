import { renderBlocks } from './blocks.js';
import { order } from './connection.js';
import { element } from './dom.js';
import { emoji } from './emoji.js';
import { renderFile } from './files.js';
import { icon } from './icons.js';
import { openMenu } from './menus.js';
import { renderMrkdwn } from './mrkdwn.js';
import { dismissEphemeral, listed, nameOf, personOf, show, state } from './state.js';
import { clockOf, dayOf, exactlyOf } from './time.js';

/** One after the other within this many seconds, the messages of one author share their head. */
const togetherSeconds = 300;

/** The picture of a person: initials on their colour. The bot has the mark of the product. */
export function avatar(id, size = '') {
  const person = personOf(id);
  if (person.isBot) return element(`img.avatar${size}`, { src: '/mark.svg', alt: '' });
  if (person.isWorkspace) return element(`span.avatar.workspace${size}`, { 'aria-hidden': 'true' }, icon('info'));
  const initials = person.realName
    .split(/\s+/)
    .map((word) => word[0])
    .slice(0, 2)
    .join('');
  const node = element(`span.avatar${size}`, { 'aria-hidden': 'true' }, initials);
  if (person.avatarColour) node.style.background = person.avatarColour;
  return node;
}

function surfaceOf(message, channel) {
  const where = { channel, messageTs: message.ts };
  return {
    act: (which, choice) => order('press', { ...where, ...which, choice: choice ?? null }),
    suggest: (which, typed) => order('suggest', { ...where, ...which, typed }),
  };
}

/**
 * The entries of a timeline, for `reconcile`.
 * @param {string} channel @param {string} [threadTs]
 */
export function entriesOf(channel, threadTs) {
  const entries = [];
  let before;
  for (const message of listed(channel, threadTs)) {
    const day = dayOf(message.ts);
    if (threadTs === undefined && (before === undefined || dayOf(before.ts) !== day)) {
      entries.push({
        key: `day ${day}`,
        signature: day,
        render: () => element('div.day', { role: 'separator' }, element('span', {}, day)),
      });
      before = undefined;
    }
    const together = before !== undefined && belongsTo(before, message);
    const inThread = threadTs !== undefined;
    entries.push({
      key: message.ts,
      signature: JSON.stringify([message, together, state.you]),
      render: () => renderMessage(message, channel, { together, inThread }),
    });
    if (inThread && message.ts === threadTs) {
      const count = message.reply_count ?? 0;
      const says = count === 1 ? '1 reply' : `${count} replies`;
      entries.push({
        key: 'replies',
        signature: says,
        render: () => element('div.day.replies', {}, element('span', {}, says)),
      });
      before = undefined;
    } else before = message;
  }
  return entries;
}

function belongsTo(before, message) {
  const isPlain = !before.is_ephemeral && !message.is_ephemeral && before.reply_count === undefined;
  return isPlain && before.user === message.user && Number(message.ts) - Number(before.ts) < togetherSeconds;
}

function renderMessage(message, channel, { together, inThread }) {
  const person = personOf(message.user);
  const time = element(
    'time.time',
    { title: exactlyOf(message.ts), datetime: new Date(Number(message.ts) * 1000).toISOString() },
    clockOf(message.ts),
  );
  const head = element(
    'div.message-head',
    {},
    element('span.author', {}, person.realName),
    person.isBot && element('span.badge', {}, 'App'),
    time,
    message.blocks && editedMark(message),
  );
  const classes = [
    message.is_ephemeral && 'ephemeral',
    together && 'together',
    message.subtype === 'tombstone' && 'tombstone',
  ].filter(Boolean);
  return element(
    `article.${['message', ...classes].join('.')}`,
    { 'aria-label': `${person.realName}, ${clockOf(message.ts)}`, data: { ts: message.ts } },
    together ? element('span.gutter', {}, time) : avatar(message.user),
    element(
      'div.message-body',
      {},
      message.is_ephemeral && renderOnlyYou(message),
      !together && head,
      renderContent(message, channel),
      message.files && element('div.files', {}, message.files.map(renderFile)),
      message.reactions && renderReactions(message, channel),
      !inThread && message.reply_count !== undefined && renderReplies(message),
    ),
    !message.is_ephemeral && renderTools(message, channel, inThread),
  );
}

function renderOnlyYou(message) {
  return element(
    'div.only-you',
    {},
    icon('eye'),
    'Only visible to you',
    element('button.quiet.tiny', { type: 'button', on: { click: () => dismissEphemeral(message.ts) } }, 'Dismiss'),
  );
}

function editedMark(message) {
  return message.edited && element('span.edited', { title: `Edited ${exactlyOf(message.edited.ts)}` }, '(edited)');
}

function renderContent(message, channel) {
  const edited = editedMark(message);
  const attachments = (message.attachments ?? []).map((attachment) =>
    element(
      'div.attachment',
      {},
      attachment.blocks
        ? renderBlocks(attachment.blocks, surfaceOf(message, channel))
        : renderMrkdwn(attachment.text ?? attachment.fallback ?? ''),
    ),
  );
  if (message.blocks)
    return element('div.blocks', {}, renderBlocks(message.blocks, surfaceOf(message, channel)), attachments);
  if (!message.text && attachments.length === 0) return edited ?? null;
  return element('div.text', {}, renderMrkdwn(message.text ?? ''), attachments, edited && ' ', edited);
}

function renderReactions(message, channel) {
  const toggle = (name) => order('react', { channel, messageTs: message.ts, name });
  return element(
    'div.reactions',
    {},
    message.reactions.map(({ name, users, count }) =>
      element(
        `button.reaction${users.includes(state.you) ? '.mine' : ''}`,
        {
          type: 'button',
          title: users.map(nameOf).join(', '),
          'aria-pressed': String(users.includes(state.you)),
          on: { click: () => void toggle(name) },
        },
        emoji(name),
        ` ${count}`,
      ),
    ),
  );
}

function renderReplies(message) {
  const people = (message.reply_users ?? []).slice(0, 4).map((id) => avatar(id, '.small'));
  const count = message.reply_count === 1 ? '1 reply' : `${message.reply_count} replies`;
  const last = message.latest_reply && element('span.hint', {}, `Last reply ${clockOf(message.latest_reply)}`);
  return element(
    'button.reply-bar',
    { type: 'button', on: { click: () => show({ thread: message.ts }) } },
    people,
    element('strong', {}, count),
    last,
    element('span.reply-open', {}, 'View thread'),
  );
}

/** What a person may do with a message, shown while they point at it or reach it with the keyboard. */
function renderTools(message, channel, inThread) {
  const reply = () => show({ thread: message.thread_ts ?? message.ts });
  const more = element(
    'button.quiet',
    { type: 'button', 'aria-label': 'More actions', 'aria-haspopup': 'listbox' },
    icon('more'),
  );
  const shortcuts = state.shortcuts.map(({ callbackId, name }) => ({
    value: callbackId,
    text: { text: name },
    description: { text: state.bot.name },
  }));
  more.addEventListener('click', () =>
    openMenu(more, {
      label: 'More actions',
      load: async () => shortcuts,
      choose: ({ value }) => void order('shortcut', { channel, messageTs: message.ts, callbackId: value }),
    }),
  );
  const react = (name) =>
    element(
      'button.quiet',
      {
        type: 'button',
        'aria-label': `React with ${name.replaceAll('_', ' ')}`,
        on: { click: () => void order('react', { channel, messageTs: message.ts, name }) },
      },
      emoji(name),
    );
  return element(
    'div.tools',
    { role: 'toolbar', 'aria-label': 'Message' },
    react('eyes'),
    react('white_check_mark'),
    !inThread &&
      element(
        'button.quiet',
        { type: 'button', 'aria-label': 'Reply in thread', on: { click: reply } },
        icon('thread'),
      ),
    shortcuts.length > 0 && more,
  );
}
