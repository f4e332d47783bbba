import { type Fields, fieldsOf, isFields, listOf, objectsOf, textOf } from '../json.ts';
import { limits } from '../limits.ts';
import { Refusal, refusalWithMessages } from '../refusal.ts';
import { messageBlock, viewBlock } from './blocks.ts';
import { menuOption, optionGroup } from './elements.ts';
import {
  anything,
  characters,
  createProblems,
  flag,
  list,
  oneOf,
  type Problems,
  plainText,
  type Rule,
  shape,
} from './rules.ts';

/** Refuses message blocks that Slack would refuse; returns them as objects. */
export function checkMessageBlocks(blocks: unknown, pointer = '/blocks', code = 'invalid_blocks'): readonly Fields[] {
  const problems = createProblems();
  list(messageBlock, { max: limits.message.blocks })(blocks, pointer, problems);
  const held = objectsOf(blocks);
  checkIdentifiers(held, pointer, problems);
  const markdown = held.filter((block) => block['type'] === 'markdown').map((block) => textOf(block['text']) ?? '');
  if (markdown.join('').length > limits.message.markdown) {
    problems.add(pointer, `markdown blocks must be less than ${limits.message.markdown + 1} characters together`);
  }
  if (held.filter((block) => block['type'] === 'table').length > limits.message.tables) {
    problems.add(pointer, 'only_one_table_allowed');
  }
  if (problems.messages.length > 0) throw refusalWithMessages(code, problems.messages);
  if (countCharacters(held) > limits.message.characters) throw new Refusal('msg_blocks_too_long');
  return held;
}

const viewProperties = {
  callback_id: characters({ max: limits.view.callbackId }),
  external_id: characters({ max: 255 }),
};
const privateMetadata = characters({ max: limits.view.privateMetadata });
const viewBlocks = list(viewBlock, { max: limits.view.blocks });

const modal = shape({
  required: { type: anything, title: plainText(limits.view.title), blocks: viewBlocks },
  optional: {
    ...viewProperties,
    private_metadata: privateMetadata,
    submit: plainText(limits.view.submit),
    close: plainText(limits.view.close),
    clear_on_close: flag,
    notify_on_close: flag,
    submit_disabled: flag,
  },
});
const home = shape({
  required: { type: anything, blocks: viewBlocks },
  optional: { ...viewProperties, private_metadata: privateMetadata },
});

/** Refuses a view that Slack would refuse. `kind` is where it is to be shown. */
export function checkView(view: unknown, kind: 'modal' | 'home'): Fields {
  const problems = createProblems();
  const rule: Rule = kind === 'modal' ? modal : home;
  rule(view, '/view', problems);
  const held = fieldsOf(view);
  oneOf(kind)(held['type'], '/view/type', problems);
  const blocks = objectsOf(held['blocks']);
  checkIdentifiers(blocks, '/view/blocks', problems);
  if (kind === 'modal' && held['submit'] === undefined && blocks.some((block) => block['type'] === 'input')) {
    problems.add('/view', 'missing required field: submit (a modal with input blocks needs it)');
  }
  if (problems.messages.length > 0) throw refusalWithMessages('invalid_arguments', problems.messages);
  if (Buffer.byteLength(JSON.stringify(held)) > limits.view.bytes) throw new Refusal('view_too_large');
  return held;
}

/** Refuses message metadata whose form Slack does not take: values are plain, or one level of objects or lists deep. */
export function checkMetadata(metadata: unknown): Fields {
  if (!isFields(metadata)) throw new Refusal('invalid_metadata_format');
  if (Object.keys(metadata).length === 0) return metadata;
  const { event_type: type, event_payload: payload } = metadata;
  if (typeof type !== 'string' || type === '' || !isFields(payload)) throw new Refusal('invalid_metadata_schema');
  const isPlain = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value);
  const isFlat = (value: unknown): boolean =>
    isPlain(value) ||
    ((isFields(value) ? Object.values(value) : listOf(value)).every(isPlain) && typeof value === 'object');
  if (!Object.values(payload).every(isFlat)) throw new Refusal('invalid_metadata_schema');
  if (Buffer.byteLength(JSON.stringify(metadata)) > limits.message.metadataBytes)
    throw new Refusal('metadata_too_large');
  return metadata;
}

/** The options with which the bot answered a `block_suggestion`, or the reasons why Slack would show none of them. */
export function checkSuggestions(payload: Fields): { options: readonly Fields[]; problems: readonly string[] } {
  const problems = createProblems();
  const groups = objectsOf(payload['option_groups']);
  if (payload['option_groups'] !== undefined) {
    list(optionGroup, { max: limits.suggestions })(payload['option_groups'], '/option_groups', problems);
  } else {
    list(menuOption, { max: limits.suggestions })(payload['options'], '/options', problems);
  }
  const options =
    groups.length > 0 ? groups.flatMap((group) => objectsOf(group['options'])) : objectsOf(payload['options']);
  return { options: problems.messages.length > 0 ? [] : options, problems: problems.messages };
}

function checkIdentifiers(blocks: readonly Fields[], pointer: string, problems: Problems): void {
  const seen = new Set<string>();
  for (const [index, block] of blocks.entries()) {
    const id = textOf(block['block_id']);
    if (id !== undefined && id !== '' && seen.has(id)) {
      problems.add(`${pointer}/${index}/block_id`, `block_id already exists: ${id}`);
    }
    if (id !== undefined) seen.add(id);
    const actions = new Set<string>();
    for (const element of objectsOf(block['elements'])) {
      const action = textOf(element['action_id']);
      if (action !== undefined && actions.has(action)) {
        problems.add(`${pointer}/${index}/elements`, `action_id already exists: ${action}`);
      }
      if (action !== undefined) actions.add(action);
    }
  }
}

/** What a reader sees of the blocks, in characters: the texts, not the identifiers, values and addresses. */
export function countCharacters(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + countCharacters(item), 0);
  if (!isFields(value)) return 0;
  let sum = 0;
  for (const [name, held] of Object.entries(value)) {
    if (name === 'text' && typeof held === 'string') sum += held.length;
    else sum += countCharacters(held);
  }
  return sum;
}
