import {
  anything,
  byType,
  characters,
  flag,
  list,
  oneOf,
  type Properties,
  type Rule,
  shape,
  wholeNumber,
} from './rules.ts';

const style = shape({
  optional: {
    bold: flag,
    italic: flag,
    strike: flag,
    code: flag,
    underline: flag,
    highlight: flag,
    unlink: flag,
    client_highlight: flag,
  },
});
const id = characters({ min: 1 });

function run({ required = {}, optional = {} }: Properties): Rule {
  return shape({ required: { type: anything, ...required }, optional: { style, ...optional } });
}

const link = run({ required: { url: id }, optional: { text: characters({}), unsafe: flag } });
const words = run({ required: { text: characters({ min: 1 }) } });

const runs: Readonly<Record<string, Rule>> = {
  text: words,
  link,
  emoji: run({ required: { name: id }, optional: { unicode: id, url: id, skin_tone: wholeNumber() } }),
  user: run({ required: { user_id: id } }),
  usergroup: run({ required: { usergroup_id: id } }),
  channel: run({ required: { channel_id: id } }),
  team: run({ required: { team_id: id } }),
  broadcast: run({ required: { range: oneOf('here', 'channel', 'everyone') } }),
  color: run({ required: { value: id } }),
  date: run({ required: { timestamp: wholeNumber(), format: id }, optional: { url: id, fallback: id } }),
};

const line = byType(() => runs);
const border = { border: wholeNumber({ min: 0, max: 1 }) };

const section = shape({ required: { type: anything, elements: list(line) } });

const parts: Readonly<Record<string, Rule>> = {
  rich_text_section: section,
  rich_text_list: shape({
    required: {
      type: anything,
      style: oneOf('bullet', 'ordered'),
      elements: list(byType(() => ({ rich_text_section: section }))),
    },
    optional: { ...border, indent: wholeNumber({ min: 0, max: 8 }), offset: wholeNumber({ min: 0 }) },
  }),
  rich_text_quote: shape({ required: { type: anything, elements: list(line) }, optional: border }),
  rich_text_preformatted: shape({
    required: { type: anything, elements: list(byType(() => ({ text: words, link }))) },
    optional: { ...border, language: characters({ max: 50 }) },
  }),
};

export const richTextElements = list(byType(() => parts));

/** A rich_text block where Slack takes it as a value: a table cell, the details of a task. */
export const richTextValue = shape({
  required: { type: oneOf('rich_text'), elements: richTextElements },
  optional: { block_id: characters({ max: 255 }) },
});
