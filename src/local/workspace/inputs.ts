import { type Fields, fieldsOf, objectsOf, own, textOf } from './json.ts';
import type { InputState } from './records.ts';

/** What a person put into an element: text, one value, several values; null takes the choice back. */
export type Chosen = string | number | readonly string[] | null;

/** For each kind of element that keeps a value: where Slack puts it in the state, and how the bot presets it. */
const kept: Readonly<Record<string, { state: string; initial: string }>> = {
  plain_text_input: { state: 'value', initial: 'initial_value' },
  email_text_input: { state: 'value', initial: 'initial_value' },
  url_text_input: { state: 'value', initial: 'initial_value' },
  number_input: { state: 'value', initial: 'initial_value' },
  static_select: { state: 'selected_option', initial: 'initial_option' },
  external_select: { state: 'selected_option', initial: 'initial_option' },
  radio_buttons: { state: 'selected_option', initial: 'initial_option' },
  multi_static_select: { state: 'selected_options', initial: 'initial_options' },
  multi_external_select: { state: 'selected_options', initial: 'initial_options' },
  checkboxes: { state: 'selected_options', initial: 'initial_options' },
  users_select: { state: 'selected_user', initial: 'initial_user' },
  multi_users_select: { state: 'selected_users', initial: 'initial_users' },
  channels_select: { state: 'selected_channel', initial: 'initial_channel' },
  multi_channels_select: { state: 'selected_channels', initial: 'initial_channels' },
  conversations_select: { state: 'selected_conversation', initial: 'initial_conversation' },
  multi_conversations_select: { state: 'selected_conversations', initial: 'initial_conversations' },
  datepicker: { state: 'selected_date', initial: 'initial_date' },
  timepicker: { state: 'selected_time', initial: 'initial_time' },
  datetimepicker: { state: 'selected_date_time', initial: 'initial_date_time' },
};

/** The elements of a block with which a person can do something. */
export function elementsOf(block: Fields): readonly Fields[] {
  const candidates = [
    block['element'],
    block['accessory'],
    ...objectsOf(block['elements']),
    ...objectsOf(block['actions']),
  ];
  return candidates.map(fieldsOf).filter((element) => textOf(element['action_id']) !== undefined);
}

/** Blocks and the blocks inside of them, in reading order. */
export function flatten(blocks: readonly Fields[]): readonly Fields[] {
  return blocks.flatMap((block) => [
    block,
    ...flatten(objectsOf(block['child_blocks'])),
    ...flatten(block['type'] === 'carousel' ? objectsOf(block['elements']) : []),
  ]);
}

/** Gives every block and every element the id that Slack makes up when the bot gave none. */
export function withIds(blocks: readonly Fields[], prefix = 'b'): readonly Fields[] {
  return blocks.map((block, index) => {
    const id = textOf(block['block_id']) || `${prefix}${index + 1}`;
    const named: Record<string, unknown> = { ...block, block_id: id };
    const name = (held: unknown, place: string): unknown => {
      const element = fieldsOf(held);
      const acts =
        element['type'] === 'button' ||
        element['type'] === 'overflow' ||
        own(kept, textOf(element['type']) ?? '') !== undefined;
      return acts && textOf(element['action_id']) === undefined ? { ...element, action_id: `${id}-${place}` } : held;
    };
    if (block['element'] !== undefined) named['element'] = name(block['element'], 'element');
    if (block['accessory'] !== undefined) named['accessory'] = name(block['accessory'], 'accessory');
    if (block['type'] === 'actions')
      named['elements'] = objectsOf(block['elements']).map((held, place) => name(held, String(place)));
    if (block['type'] === 'card')
      named['actions'] = objectsOf(block['actions']).map((held, place) => name(held, String(place)));
    if (block['type'] === 'carousel') named['elements'] = withIds(objectsOf(block['elements']), `${id}-`);
    if (block['child_blocks'] !== undefined)
      named['child_blocks'] = withIds(objectsOf(block['child_blocks']), `${id}-`);
    return named;
  });
}

/** The state of an element before anybody touched it. */
function untouched(element: Fields): Fields | undefined {
  const type = textOf(element['type']) ?? '';
  const place = own(kept, type);
  if (place === undefined) return undefined;
  const nothing = place.state.endsWith('s') ? [] : null;
  return { type, [place.state]: element[place.initial] ?? nothing };
}

/** The state of a view or message; what is already known of the same block and element is kept, as Slack does on an update. */
export function stateOf(blocks: readonly Fields[], known: InputState = {}): InputState {
  const state: Record<string, Record<string, Fields>> = {};
  for (const block of flatten(blocks)) {
    const blockId = textOf(block['block_id']) ?? '';
    for (const element of elementsOf(block)) {
      const actionId = textOf(element['action_id']) ?? '';
      const held = known[blockId]?.[actionId] ?? untouched(element);
      if (held !== undefined) state[blockId] = { ...state[blockId], [actionId]: held };
    }
  }
  return state;
}

/** An element after a person chose. `options` are the ones on offer: the element's own, or what the bot suggested. */
export function chosen(element: Fields, choice: Chosen, options: readonly Fields[]): Fields {
  const type = textOf(element['type']) ?? '';
  const place = own(kept, type);
  if (place === undefined) return { type };
  const wanted = Array.isArray(choice) ? choice.map(String) : choice === null ? [] : [String(choice)];
  if (place.state === 'selected_options') {
    return { type, selected_options: options.filter((option) => wanted.includes(textOf(option['value']) ?? '')) };
  }
  if (place.state === 'selected_option') {
    return { type, selected_option: options.find((option) => textOf(option['value']) === wanted[0]) ?? null };
  }
  if (place.state.endsWith('s')) return { type, [place.state]: wanted };
  if (place.state === 'selected_date_time')
    return { type, selected_date_time: choice === null ? null : Number(choice) };
  const single = wanted[0];
  return { type, [place.state]: single === undefined || single === '' ? null : single };
}

/** The options that are written in the element itself. */
export function ownOptions(element: Fields): readonly Fields[] {
  const groups = objectsOf(element['option_groups']).flatMap((group) => objectsOf(group['options']));
  return [...objectsOf(element['options']), ...groups];
}

/** What Slack's client says before it sends a form: by block_id, one sentence for the first thing wrong with it. */
export function complaints(blocks: readonly Fields[], state: InputState): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const block of flatten(blocks)) {
    if (block['type'] !== 'input') continue;
    const element = fieldsOf(block['element']);
    const blockId = textOf(block['block_id']) ?? '';
    const held = fieldsOf(state[blockId]?.[textOf(element['action_id']) ?? '']);
    const says = complaint(element, held, block['optional'] === true);
    if (says !== undefined) found[blockId] = says;
  }
  return found;
}

function complaint(element: Fields, held: Fields, optional: boolean): string | undefined {
  const value = held[own(kept, textOf(element['type']) ?? '')?.state ?? ''];
  const isEmpty = value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
  if (isEmpty) return optional ? undefined : 'Please complete this required field.';
  const { min_length: least, max_length: most, max_selected_items: items } = element;
  if (typeof value === 'string' && typeof least === 'number' && value.length < least)
    return `Please enter at least ${least} characters.`;
  if (typeof value === 'string' && typeof most === 'number' && value.length > most)
    return `Please enter at most ${most} characters.`;
  if (Array.isArray(value) && typeof items === 'number' && value.length > items)
    return `Please choose at most ${items}.`;
  if (element['type'] === 'number_input') return numberComplaint(element, Number(value));
  return undefined;
}

function numberComplaint(element: Fields, value: number): string | undefined {
  const [least, most] = [textOf(element['min_value']), textOf(element['max_value'])];
  if (Number.isNaN(value)) return 'Please enter a number.';
  if (element['is_decimal_allowed'] !== true && !Number.isInteger(value)) return 'Please enter a whole number.';
  if (least !== undefined && value < Number(least)) return `Please enter a number of at least ${least}.`;
  if (most !== undefined && value > Number(most)) return `Please enter a number of at most ${most}.`;
  return undefined;
}
