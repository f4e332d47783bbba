import { isFields } from '../json.ts';
import { limits } from '../limits.ts';
import {
  anything,
  characters,
  flag,
  list,
  oneOf,
  type Properties,
  pattern,
  plainText,
  type Rule,
  shape,
  text,
  wholeNumber,
} from './rules.ts';

const actionId = characters({ min: 1, max: limits.block.id });
const url = characters({ min: 1, max: limits.button.url });
const placeholder = plainText(limits.select.placeholder);
const date = pattern(/^\d{4}-\d{2}-\d{2}$/, 'must be a date of the form YYYY-MM-DD');
const time = pattern(/^\d{2}:\d{2}$/, 'must be a time of the form HH:mm');
const digits = pattern(/^-?\d+(\.\d+)?$/, 'must be a number in digits');

const confirm = shape({
  required: { title: plainText(limits.confirm.title), text: text(limits.confirm.text) },
  optional: {
    confirm: plainText(limits.confirm.button),
    deny: plainText(limits.confirm.button),
    style: oneOf('primary', 'danger'),
  },
});

function option(texts: Rule): Rule {
  return shape({
    required: { text: texts, value: characters({ min: 1, max: limits.option.value }) },
    optional: {
      description: text(limits.option.description),
      url: characters({ min: 1, max: limits.option.url }),
    },
  });
}

/** The entry of a select or overflow menu; also what answers a `block_suggestion`. */
export const menuOption = option(plainText(limits.option.text));
const choice = option(text(limits.option.text));

export const optionGroup = shape({
  required: {
    label: plainText(limits.select.group),
    options: list(menuOption, { min: 1, max: limits.select.options }),
  },
});

function element({ required = {}, optional = {} }: Properties): Rule {
  return shape({
    required: { type: anything, ...required },
    optional: { action_id: actionId, confirm, focus_on_load: flag, ...optional },
  });
}

const several = { max_selected_items: wholeNumber({ min: 1 }) };
const ids = list(characters({ min: 1 }));
const optionsOrGroups = {
  options: list(menuOption, { min: 1, max: limits.select.options }),
  option_groups: list(optionGroup, { min: 1, max: limits.select.groups }),
};
const conversationChoice = { default_to_current_conversation: flag, filter: anything, response_url_enabled: flag };

/** A menu needs its entries from one of two properties, which a plain shape cannot say. */
function withOptions(rule: Rule): Rule {
  return (value, pointer, problems) => {
    rule(value, pointer, problems);
    if (isFields(value) && value['options'] === undefined && value['option_groups'] === undefined) {
      problems.add(pointer, 'missing required field: options');
    }
  };
}

const button = element({
  required: { text: plainText(limits.button.text) },
  optional: {
    value: characters({ max: limits.button.value }),
    url,
    style: oneOf('primary', 'danger'),
    accessibility_label: characters({ max: limits.button.label }),
  },
});

const typed = { placeholder, dispatch_action_config: anything };
const written = { ...typed, initial_value: characters({ max: limits.input.value }) };
const picture = { alt_text: characters({ min: 1, max: limits.image.altText }) };

export const imageElement = shape({
  required: { type: anything, ...picture },
  optional: { image_url: characters({ min: 1, max: limits.image.url }), slack_file: anything },
});

export const buttonElement = button;

const menus: Readonly<Record<string, Rule>> = {
  static_select: withOptions(element({ optional: { ...optionsOrGroups, placeholder, initial_option: menuOption } })),
  multi_static_select: withOptions(
    element({ optional: { ...optionsOrGroups, ...several, placeholder, initial_options: list(menuOption) } }),
  ),
  external_select: element({
    optional: { placeholder, initial_option: menuOption, min_query_length: wholeNumber({ min: 0 }) },
  }),
  multi_external_select: element({
    optional: { ...several, placeholder, initial_options: list(menuOption), min_query_length: wholeNumber({ min: 0 }) },
  }),
  users_select: element({ optional: { placeholder, initial_user: characters({ min: 1 }) } }),
  multi_users_select: element({ optional: { ...several, placeholder, initial_users: ids } }),
  conversations_select: element({
    optional: { ...conversationChoice, placeholder, initial_conversation: characters({ min: 1 }) },
  }),
  multi_conversations_select: element({
    optional: { ...several, ...conversationChoice, placeholder, initial_conversations: ids },
  }),
  channels_select: element({
    optional: { placeholder, initial_channel: characters({ min: 1 }), response_url_enabled: flag },
  }),
  multi_channels_select: element({ optional: { ...several, placeholder, initial_channels: ids } }),
};

const choices: Readonly<Record<string, Rule>> = {
  checkboxes: element({
    required: { options: list(choice, { min: 1, max: limits.choices.options }) },
    optional: { initial_options: list(choice, { max: limits.choices.options }) },
  }),
  radio_buttons: element({
    required: { options: list(choice, { min: 1, max: limits.choices.options }) },
    optional: { initial_option: choice },
  }),
  datepicker: element({ optional: { placeholder, initial_date: date } }),
  timepicker: element({ optional: { placeholder, initial_time: time, timezone: anything } }),
  datetimepicker: element({ optional: { initial_date_time: wholeNumber({ min: 1_000_000_000 }) } }),
};

const presses: Readonly<Record<string, Rule>> = {
  button,
  overflow: element({ required: { options: list(menuOption, { min: 1, max: limits.overflow.options }) } }),
  workflow_button: element({
    required: { text: plainText(limits.button.text), workflow: anything },
    optional: { style: oneOf('primary', 'danger'), accessibility_label: characters({ max: limits.button.label }) },
  }),
};

const inputs: Readonly<Record<string, Rule>> = {
  plain_text_input: element({
    optional: {
      ...written,
      multiline: flag,
      min_length: wholeNumber({ min: 0, max: limits.input.value }),
      max_length: wholeNumber({ min: 1, max: limits.input.value }),
    },
  }),
  number_input: element({
    required: { is_decimal_allowed: flag },
    optional: { ...typed, initial_value: digits, min_value: digits, max_value: digits },
  }),
  email_text_input: element({ optional: written }),
  url_text_input: element({ optional: written }),
  rich_text_input: element({
    optional: { ...typed, initial_value: anything, min_lines: wholeNumber(), max_lines: wholeNumber() },
  }),
  file_input: element({
    optional: { filetypes: list(characters({ min: 1 })), max_files: wholeNumber({ min: 1, max: 10 }) },
  }),
};

/** Which elements Slack takes beside a section, in a row of actions, and as the one element of an input. */
export const accessories: Readonly<Record<string, Rule>> = { ...menus, ...choices, ...presses, image: imageElement };
export const actionElements: Readonly<Record<string, Rule>> = {
  ...menus,
  ...choices,
  ...presses,
  rich_text_input: inputs['rich_text_input'] ?? anything,
};
export const inputElements: Readonly<Record<string, Rule>> = { ...menus, ...choices, ...inputs };

const feedback = shape({
  required: { text: plainText(limits.button.text), value: characters({ min: 1, max: limits.button.value }) },
  optional: { accessibility_label: characters({ max: limits.button.label }) },
});

export const contextActionElements: Readonly<Record<string, Rule>> = {
  feedback_buttons: element({ required: { positive_button: feedback, negative_button: feedback } }),
  icon_button: element({
    required: { icon: anything, text: plainText(limits.button.text) },
    optional: {
      value: characters({ max: limits.button.value }),
      accessibility_label: characters({ max: limits.button.label }),
      visible_to_user_ids: ids,
    },
  }),
};
