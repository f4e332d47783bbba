import { confirmed } from './dialogs.js';
import { element, safeAddress } from './dom.js';
import { icon } from './icons.js';
import { openMenu } from './menus.js';
import { renderText } from './mrkdwn.js';
import { channelOf, nameOf, state } from './state.js';

/**
 * Everything in a block with which a person can do something. `surface` says where the block is:
 * @typedef {{act: (which: object, choice?: unknown) => Promise<object>, suggest: (which: object, typed: string) => Promise<object>,
 *            keep?: (which: object, choice: unknown) => void, held?: (which: object) => unknown}} Surface
 */

/** @param {object} held the element @param {object} block its block @param {Surface} surface */
export function renderElement(held, block, surface) {
  const which = { blockId: block.block_id, actionId: held.action_id };
  const act = (choice) => surface.act(which, choice);
  switch (held.type) {
    case 'button':
    case 'workflow_button':
      return renderButton(held, which, act);
    case 'overflow':
      return renderOverflow(held, which, act);
    case 'image':
      return element('img.accessory', { src: held.image_url, alt: held.alt_text, loading: 'lazy' });
    case 'checkboxes':
    case 'radio_buttons':
      return renderChoices(held, which, surface, act);
    case 'datepicker':
      return renderPicker('date', held.initial_date, held, which, surface, act);
    case 'timepicker':
      return renderPicker('time', held.initial_time, held, which, surface, act);
    case 'datetimepicker':
      return renderPicker('datetime-local', undefined, held, which, surface, act);
    case 'icon_button':
      return renderButton({ ...held, style: undefined }, which, act);
    default:
      if (held.type?.endsWith('_select')) return renderSelect(held, which, surface, act);
      if (held.type?.endsWith('_input')) return renderInput(held, which, surface);
      return element('span.unknown', {}, `An element of type ${held.type}.`);
  }
}

function renderButton(held, which, act) {
  const style = held.style === 'primary' || held.style === 'danger' ? `.${held.style}` : '';
  const button = element(
    `button.button${style}`,
    { type: 'button', 'aria-label': held.accessibility_label, data: { action: which.actionId } },
    element('span.label', {}, renderText(held.text)),
  );
  const press = async () => {
    if (held.confirm !== undefined && !(await confirmed(held.confirm))) return;
    const address = held.url === undefined ? undefined : safeAddress(held.url);
    if (address !== undefined) window.open(address, '_blank', 'noopener');
    await whileBusy(button, act);
  };
  button.addEventListener('click', () => void press());
  return button;
}

/** A button cannot be pressed twice while the bot has not answered; its whole row waits with it. */
async function whileBusy(button, act) {
  const row = button.closest('.actions')?.querySelectorAll('button') ?? [button];
  for (const sibling of row) sibling.disabled = true;
  button.classList.add('busy');
  button.setAttribute('aria-busy', 'true');
  await act();
  for (const sibling of row) sibling.disabled = false;
  button.classList.remove('busy');
  button.removeAttribute('aria-busy');
}

function renderOverflow(held, which, act) {
  const button = element(
    'button.button.square',
    { type: 'button', 'aria-label': 'More actions', 'aria-haspopup': 'listbox', data: { action: which.actionId } },
    icon('more'),
  );
  const choose = async (option) => {
    if (held.confirm !== undefined && !(await confirmed(held.confirm))) return;
    await whileBusy(button, () => act(option.value));
  };
  button.addEventListener('click', () =>
    openMenu(button, {
      label: 'More actions',
      load: async () => held.options,
      choose: (option) => void choose(option),
    }),
  );
  return button;
}

function renderChoices(held, which, surface, act) {
  const many = held.type === 'checkboxes';
  const preset = many ? (held.initial_options ?? []).map(({ value }) => value) : [held.initial_option?.value];
  const kept = surface.held?.(which);
  const chosen = new Set(kept === undefined ? preset : [kept].flat());
  const name = `${which.blockId}-${which.actionId}`;
  const onChange = (event) => {
    if (!many) chosen.clear();
    if (event.target.checked) chosen.add(event.target.value);
    else chosen.delete(event.target.value);
    const choice = many ? [...chosen] : ([...chosen][0] ?? null);
    if (surface.keep) surface.keep(which, choice);
    else void act(choice);
  };
  const rows = held.options.map(({ text, description, value }) =>
    element(
      'label.choice',
      {},
      element('input', {
        type: many ? 'checkbox' : 'radio',
        name,
        value,
        checked: chosen.has(value),
        on: { change: onChange },
      }),
      element('span', {}, renderText(text), description && element('span.hint', {}, renderText(description))),
    ),
  );
  return element('div.choices', { role: many ? 'group' : 'radiogroup' }, rows);
}

function renderPicker(type, initial, held, which, surface, act) {
  const preset =
    held.initial_date_time === undefined ? initial : new Date(held.initial_date_time * 1000).toISOString().slice(0, 16);
  const input = element('input.field', {
    type,
    value: String(surface.held?.(which) ?? preset ?? ''),
    'aria-label': held.placeholder?.text ?? type,
  });
  input.addEventListener('change', () => {
    const choice = type === 'datetime-local' ? Math.floor(new Date(input.value).getTime() / 1000) : input.value;
    if (surface.keep) surface.keep(which, choice);
    else void act(choice);
  });
  return input;
}

const inputTypes = { number_input: 'number', email_text_input: 'email', url_text_input: 'url' };

function renderInput(held, which, surface) {
  const value = String(surface.held?.(which) ?? held.initial_value ?? '');
  const common = {
    placeholder: held.placeholder?.text,
    value,
    maxlength: held.max_length,
    data: { action: which.actionId },
  };
  const on = { input: (event) => surface.keep?.(which, event.target.value) };
  if (held.multiline) return element('textarea.field', { ...common, rows: 4, on });
  return element('input.field', {
    ...common,
    type: inputTypes[held.type] ?? 'text',
    step: held.is_decimal_allowed ? 'any' : null,
    on,
  });
}

/** The options of a menu that needs nobody to be asked. */
function optionsOf(held) {
  const person = ({ id, realName, title }) => ({
    value: id,
    text: { text: realName },
    description: title ? { text: title } : undefined,
  });
  const channel = ({ id, name }) => ({ value: id, text: { text: `# ${name}` } });
  if (held.type.includes('users')) return state.people.map(person);
  if (held.type.includes('channels') || held.type.includes('conversations'))
    return state.channels.filter(({ kind }) => kind === 'channel').map(channel);
  const groups = (held.option_groups ?? []).flatMap(({ label, options }) =>
    options.map((option) => ({ ...option, group: label.text })),
  );
  return [...(held.options ?? []), ...groups];
}

function presetOf(held) {
  const options = held.initial_options ?? (held.initial_option ? [held.initial_option] : undefined);
  if (options !== undefined) return options.map(({ value, text }) => ({ value, text }));
  const ids = [
    held.initial_users,
    held.initial_channels,
    held.initial_conversations,
    held.initial_user,
    held.initial_channel,
    held.initial_conversation,
  ].flat();
  return ids
    .filter((id) => id !== undefined)
    .map((id) => ({ value: id, text: { text: channelOf(id) ? `# ${channelOf(id).name}` : nameOf(id) } }));
}

function renderSelect(held, which, surface, act) {
  const many = held.type.startsWith('multi_');
  const external = held.type.endsWith('external_select');
  let chosen = surface.held?.({ ...which, labels: true }) ?? presetOf(held);
  const label = element('span.select-label');
  const button = element(
    'button.select',
    { type: 'button', 'aria-haspopup': 'listbox', 'aria-expanded': 'false', data: { action: which.actionId } },
    label,
    icon('down'),
  );
  const draw = () => {
    label.classList.toggle('placeholder', chosen.length === 0);
    label.replaceChildren(
      chosen.length === 0 ? (held.placeholder?.text ?? 'Choose …') : chosen.map(({ text }) => text.text).join(', '),
    );
  };
  const load = async (typed) => {
    if (external) return (await surface.suggest(which, typed)).options ?? [];
    return optionsOf(held).filter(({ text }) => text.text.toLowerCase().includes(typed.toLowerCase()));
  };
  const choose = async (option) => {
    if (held.confirm !== undefined && !(await confirmed(held.confirm))) return;
    const has = chosen.some(({ value }) => value === option.value);
    if (!many) chosen = [option];
    else if (has) chosen = chosen.filter(({ value }) => value !== option.value);
    else if (chosen.length < (held.max_selected_items ?? 100)) chosen = [...chosen, option];
    draw();
    const choice = many ? chosen.map(({ value }) => value) : option.value;
    if (surface.keep) surface.keep({ ...which, labels: chosen }, choice);
    else await whileBusy(button, () => act(choice));
  };
  button.addEventListener('click', () =>
    openMenu(button, {
      label: held.placeholder?.text ?? 'Choose',
      searchable: external || optionsOf(held).length > 7,
      many,
      selected: chosen.map(({ value }) => value),
      load,
      choose: (option) => void choose(option),
    }),
  );
  draw();
  return button;
}
