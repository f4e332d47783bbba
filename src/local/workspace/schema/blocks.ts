import { type Fields, isFields } from '../json.ts';
import { limits } from '../limits.ts';
import {
  accessories,
  actionElements,
  buttonElement,
  contextActionElements,
  imageElement,
  inputElements,
} from './elements.ts';
import { richTextElements, richTextValue } from './rich-text.ts';
import {
  anything,
  byType,
  characters,
  flag,
  list,
  mrkdwn,
  oneOf,
  type Properties,
  plainText,
  type Rule,
  shape,
  text,
  wholeNumber,
} from './rules.ts';

function block({ required = {}, optional = {} }: Properties): Rule {
  return shape({
    required: { type: anything, ...required },
    optional: { block_id: characters({ max: limits.block.id }), ...optional },
  });
}

/** Adds a sentence when a rule between properties is broken, which a plain shape cannot say. */
function also(rule: Rule, holds: (value: Fields) => boolean, says: string): Rule {
  return (value, pointer, problems) => {
    rule(value, pointer, problems);
    if (isFields(value) && !holds(value)) problems.add(pointer, says);
  };
}

const section = also(
  block({
    optional: {
      text: text(limits.section.text),
      fields: list(text(limits.section.field), { min: 1, max: limits.section.fields }),
      accessory: byType(() => accessories),
      expand: flag,
    },
  }),
  (value) => value['text'] !== undefined || value['fields'] !== undefined,
  'missing required field: text',
);

const contextElements: Readonly<Record<string, Rule>> = {
  image: imageElement,
  plain_text: plainText(limits.section.text),
  mrkdwn: mrkdwn(limits.section.text),
};

const image = also(
  block({
    required: { alt_text: characters({ min: 1, max: limits.image.altText }) },
    optional: {
      image_url: characters({ min: 1, max: limits.image.url }),
      slack_file: anything,
      title: plainText(limits.image.title),
    },
  }),
  (value) => value['image_url'] !== undefined || value['slack_file'] !== undefined,
  'missing required field: image_url',
);

const card = also(
  block({
    optional: {
      hero_image: imageElement,
      icon: imageElement,
      title: mrkdwn(limits.card.title),
      subtitle: mrkdwn(limits.card.title),
      body: mrkdwn(limits.card.body),
      actions: list(byType(() => ({ button: buttonElement }))),
    },
  }),
  (value) => ['hero_image', 'title', 'actions', 'body'].some((name) => value[name] !== undefined),
  'must provide at least one of hero_image, title, actions or body',
);

const cell = byType(() => ({
  rich_text: richTextValue,
  raw_text: shape({ required: { type: anything, text: characters({ min: 1 }) } }),
  raw_number: shape({ required: { type: anything, value: anything, text: characters({ min: 1 }) } }),
}));

const task = {
  task_id: characters({ min: 1 }),
  title: characters({ min: 1 }),
  status: oneOf('pending', 'in_progress', 'complete', 'error'),
};
const taskCard = block({
  required: task,
  optional: { details: richTextValue, output: richTextValue, sources: list(anything) },
});

const container = also(
  block({
    required: {
      child_blocks: list(
        byType(() => contained),
        { min: 1, max: limits.container.children },
      ),
    },
    optional: {
      title: plainText(limits.container.title),
      rich_text_title: richTextValue,
      subtitle: text(limits.container.title),
      width: oneOf('narrow', 'standard', 'wide', 'full'),
      icon: imageElement,
      is_collapsible: flag,
      default_collapsed: flag,
      has_header_divider: flag,
    },
  }),
  (value) => value['title'] !== undefined || value['rich_text_title'] !== undefined,
  'missing required field: title',
);

const everywhere: Readonly<Record<string, Rule>> = {
  section,
  image,
  card,
  container,
  header: block({
    required: { text: plainText(limits.header.text) },
    optional: { level: wholeNumber({ min: 1, max: 4 }) },
  }),
  divider: block({}),
  context: block({
    required: {
      elements: list(
        byType(() => contextElements),
        { min: 1, max: limits.context.elements },
      ),
    },
  }),
  actions: block({
    required: {
      elements: list(
        byType(() => actionElements),
        { min: 1, max: limits.actions.elements },
      ),
    },
  }),
  input: block({
    required: { label: plainText(limits.block.label), element: byType(() => inputElements) },
    optional: { hint: plainText(limits.block.hint), optional: flag, dispatch_action: flag },
  }),
  rich_text: block({ required: { elements: richTextElements } }),
  alert: block({
    required: { text: text(limits.section.text) },
    optional: { level: oneOf('default', 'info', 'warning', 'error', 'success') },
  }),
  carousel: block({
    required: {
      elements: list(
        byType(() => ({ card })),
        { min: 1, max: limits.carousel.cards },
      ),
    },
  }),
  video: block({
    required: { alt_text: anything, title: plainText(200), thumbnail_url: anything, video_url: anything },
    optional: {
      title_url: anything,
      author_name: anything,
      provider_name: anything,
      provider_icon_url: anything,
      description: anything,
    },
  }),
  file: block({ required: { source: anything, external_id: anything } }),
};

const inMessagesOnly: Readonly<Record<string, Rule>> = {
  markdown: block({ required: { text: characters({ min: 1, max: limits.message.markdown }) } }),
  table: block({
    required: { rows: list(list(cell, { min: 1, max: limits.table.cells }), { min: 1, max: limits.table.rows }) },
    optional: {
      column_settings: list(shape({ optional: { align: oneOf('left', 'center', 'right'), is_wrapped: flag } }), {
        max: limits.table.cells,
      }),
    },
  }),
  data_table: block({
    required: {
      caption: characters({ min: 1 }),
      rows: list(list(cell, { min: 1 }), { min: limits.dataTable.minRows, max: limits.dataTable.rows }),
    },
    optional: {
      page_size: wholeNumber({ min: 1, max: limits.dataTable.pageSize }),
      row_header_column_index: wholeNumber({ min: 0 }),
    },
  }),
  context_actions: block({
    required: {
      elements: list(
        byType(() => contextActionElements),
        { min: 1, max: limits.contextActions.elements },
      ),
    },
  }),
  task_card: taskCard,
  plan: block({
    required: { title: characters({ min: 1 }) },
    optional: { tasks: list(byType(() => ({ task_card: taskCard }))) },
  }),
};

const containable = [
  'actions',
  'context',
  'divider',
  'file',
  'header',
  'image',
  'input',
  'rich_text',
  'section',
  'table',
  'video',
];

export const messageBlock = byType(() => ({ ...everywhere, ...inMessagesOnly }));
export const viewBlock = byType(() => everywhere);

const contained: Readonly<Record<string, Rule>> = Object.fromEntries(
  Object.entries({ ...everywhere, ...inMessagesOnly }).filter(([type]) => containable.includes(type)),
);
