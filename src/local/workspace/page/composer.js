import { completionsFor } from './completion.js';
import { order } from './connection.js';
import { element } from './dom.js';
import { icon } from './icons.js';
import { state } from './state.js';

const tallest = 200;

/**
 * The box to write in, with completion of commands and arguments.
 * @param {() => {channel: string, threadTs?: string}} place where the message goes
 * @param {string} label what the box says while it is empty
 */
export function createComposer(place, label) {
  let offered = { heading: '', start: 0, items: [] };
  let active = 0;
  let moved = false;
  let dismissed = '';
  const field = element('textarea.composer-field', {
    rows: 1,
    'aria-label': label,
    placeholder: label,
    'aria-autocomplete': 'list',
    role: 'combobox',
    'aria-expanded': 'false',
  });
  const list = element('div.completions', { role: 'listbox', 'aria-label': 'Suggestions', hidden: true });
  const send = element('button.send', { type: 'button', 'aria-label': 'Send' }, icon('send'));
  const waiting = element('span.waiting', { hidden: true });
  const root = element(
    'div.composer',
    {},
    list,
    element('div.composer-box', {}, field, send),
    element(
      'div.composer-hint',
      {},
      waiting,
      element(
        'span.keys',
        {},
        element('kbd', {}, '/'),
        ' commands',
        element('kbd', {}, '@'),
        ' mention',
        element('kbd', {}, 'Enter'),
        ' send',
      ),
    ),
  );

  const fit = () => {
    field.style.height = 'auto';
    // Before it is on the page it has no height to fit to.
    if (field.scrollHeight > 0) field.style.height = `${Math.min(tallest, field.scrollHeight)}px`;
    send.disabled = field.value.trim() === '';
  };
  const draw = () => {
    const open = offered.items.length > 0 && dismissed !== field.value && document.activeElement === field;
    list.hidden = !open;
    field.setAttribute('aria-expanded', String(open));
    if (!open) return list.replaceChildren();
    const rows = offered.items.map((item, index) =>
      element(
        `div.completion${index === active ? '.active' : ''}`,
        {
          role: 'option',
          'aria-selected': String(index === active),
          on: { pointerdown: (event) => event.preventDefault(), click: () => accept(item) },
        },
        element('span.completion-title', {}, item.title),
        item.usage && element('span.completion-usage', {}, item.usage),
        element('span.completion-detail', {}, item.detail),
      ),
    );
    list.replaceChildren(
      element(
        'div.completion-heading',
        {},
        element('span', {}, offered.heading),
        element('span.keys', {}, element('kbd', {}, 'Tab'), ' choose'),
      ),
      ...rows,
    );
    list.querySelector('.active')?.scrollIntoView({ block: 'nearest' });
  };
  const look = () => {
    fit();
    offered = completionsFor(field.value, field.selectionStart);
    active = 0;
    moved = false;
    draw();
  };
  const accept = (item) => {
    const rest = field.value.slice(field.selectionStart).replace(/^\S*/, '').trimStart();
    const head = field.value.slice(0, offered.start) + item.insert;
    field.value = head + rest;
    field.focus();
    field.setSelectionRange(head.length, head.length);
    look();
  };
  const submit = async () => {
    const text = field.value.trim();
    if (text === '') return;
    field.value = '';
    look();
    const isCommand = /^\/\S/.test(text);
    if (isCommand) {
      waiting.replaceChildren(element('span.spinner'), `${state.bot.name} is looking at ${text.split(/\s/)[0]} …`);
      waiting.hidden = false;
    }
    await order(isCommand ? 'command' : 'message', { text, ...place() });
    waiting.hidden = true;
  };
  /** Enter takes the suggestion that was moved to or begun; when it is written out, or nothing was begun, Enter sends. */
  const isWrittenOut = () => {
    const written = field.value.slice(offered.start, field.selectionStart).trim();
    return (written === '' && !moved) || offered.items[active]?.title === written;
  };

  field.addEventListener('keydown', (event) => {
    const open = !list.hidden;
    if (event.isComposing) return;
    if (open && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      const count = offered.items.length;
      moved = true;
      active = (active + (event.key === 'ArrowDown' ? 1 : count - 1)) % count;
      draw();
    } else if (open && (event.key === 'Tab' || (event.key === 'Enter' && !event.shiftKey && !isWrittenOut())))
      accept(offered.items[active]);
    else if (open && event.key === 'Escape') {
      dismissed = field.value;
      draw();
    } else if (event.key === 'Enter' && !event.shiftKey) void submit();
    else return;
    event.preventDefault();
  });
  field.addEventListener('input', look);
  field.addEventListener('focus', look);
  field.addEventListener('blur', draw);
  send.addEventListener('click', () => void submit());
  fit();

  return {
    root,
    focus: () => field.focus(),
    /** Puts a beginning into the box, for a person to finish. */
    begin(text) {
      field.value = text;
      field.focus();
      field.setSelectionRange(text.length, text.length);
      look();
    },
    rename(next) {
      field.placeholder = next;
      field.setAttribute('aria-label', next);
    },
  };
}
