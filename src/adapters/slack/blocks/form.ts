import type { types } from '@slack/bolt';
import { z } from 'zod';
import type { Form, FormField } from '../../../core/screen.ts';
import type { Rendering } from './compose.ts';
import { count, limits } from './limits.ts';
import { type Block, context, plain } from './pieces.ts';
import { safeValue, safeWords } from './safe.ts';

export const formPrefix = 'form:';
/** Dialogs that only say something; submitting one is not possible. */
const messageView = 'message';
const fieldPrefix = 'field:';
const answerId = 'answer';

/** Where a dialog was asked for; it travels with the dialog, whose submission does not say it. */
export const Origin = z.object({ channel: z.string(), thread: z.string().optional() });
export type Origin = z.infer<typeof Origin>;

const Luggage = z.object({ from: Origin, carries: z.record(z.string(), z.string()) });

/** A form as a modal. Answers that were given before, and what is wrong with them, are shown again. */
export function renderForm(
  form: Form,
  from: Origin,
  again: {
    readonly answers?: Readonly<Record<string, string>>;
    readonly mistakes?: Readonly<Record<string, string>>;
  } = {},
): types.ModalView {
  const metadata = JSON.stringify({ from, carries: form.carries } satisfies z.infer<typeof Luggage>);
  if (metadata.length > limits.view.privateMetadata) {
    throw new Error(
      `The form ${form.form} carries ${metadata.length} characters; Slack takes ${limits.view.privateMetadata}.`,
    );
  }
  const safe = safeValue(form);
  const mistakes = Object.values(again.mistakes ?? {}).map(safeWords);
  return {
    type: 'modal',
    callback_id: `${formPrefix}${form.form}`,
    private_metadata: metadata,
    title: plain(safe.title, limits.view.title),
    submit: plain(safe.submit, limits.view.button),
    close: plain('Cancel', limits.view.button),
    blocks: [
      ...mistakes.slice(0, 5).map((mistake): Block => ({ type: 'section', text: plain(`⚠️ ${mistake}`, 500) })),
      ...form.fields.slice(0, limits.view.blocks / 3).flatMap((field) => input(field, again.answers?.[field.name])),
    ],
  };
}

function input(field: FormField, answer: string | undefined): Block[] {
  const { label, hint } = safeValue(field);
  const element = field.kind === 'text' ? textInput(field, answer) : choiceInput(field, answer);
  if (element === undefined)
    return [{ type: 'section', text: plain(`${label}: there is nothing to choose from.`, 500) }];
  return [
    {
      type: 'input',
      block_id: `${fieldPrefix}${field.name}`.slice(0, limits.blockId),
      label: plain(label, 200),
      optional: field.optional,
      ...(hint === undefined || hint.trim() === '' ? {} : { hint: plain(hint, 400) }),
      element,
    },
    ...leftOut(field),
  ];
}

function textInput(field: Extract<FormField, { kind: 'text' }>, answer: string | undefined): types.PlainTextInput {
  const initial = safeWords(answer ?? field.initial ?? '').slice(0, limits.input.initial);
  return {
    type: 'plain_text_input',
    action_id: answerId,
    multiline: field.multiline,
    max_length: limits.input.initial,
    ...(initial === '' ? {} : { initial_value: initial }),
  };
}

type Choice = Extract<FormField, { kind: 'choice' }>;

/** Options whose value Slack cannot carry are left out, and counted below the field. */
function offered({ options }: Choice): Choice['options'] {
  return options
    .filter(({ value }) => value !== '' && value.length <= limits.option.value)
    .slice(0, limits.selectOptions);
}

const fewEnoughToShow = 5;

/** A few options are all shown with what they mean; more go into a menu that can be searched. */
function choiceInput(field: Choice, answer: string | undefined): types.StaticSelect | types.RadioButtons | undefined {
  const options = offered(field).map(({ value, label, describes }) => ({
    value,
    text: plain(safeWords(label), limits.option.text),
    ...(describes === undefined || describes.trim() === ''
      ? {}
      : { description: plain(safeWords(describes), limits.option.description) }),
  }));
  if (options.length === 0) return undefined;
  const initial = options.find(({ value }) => value === (answer ?? field.initial));
  const chosen = initial === undefined ? {} : { initial_option: initial };
  if (options.length <= fewEnoughToShow) return { type: 'radio_buttons', action_id: answerId, options, ...chosen };
  return { type: 'static_select', action_id: answerId, options, ...chosen };
}

function leftOut(field: FormField): Block[] {
  if (field.kind === 'text') return [];
  const left = field.options.length - offered(field).length;
  return left === 0 ? [] : context({ plain: `${count(left, 'more option')} can be typed with the command.` });
}

/** A dialog that only says something: that work goes on, or how it ended. */
export function renderMessageView(title: string, text: string): types.ModalView {
  return {
    type: 'modal',
    callback_id: messageView,
    title: plain(title, limits.view.title),
    close: plain('Close', limits.view.button),
    blocks: [{ type: 'section', text: plain(safeWords(text), 2_900) }],
  };
}

/** A dialog that shows a screen and asks nothing. */
export function renderScreenView(title: string, { blocks }: Rendering): types.ModalView {
  return {
    type: 'modal',
    callback_id: messageView,
    title: plain(title, limits.view.title),
    close: plain('Close', limits.view.button),
    blocks: blocks.slice(0, limits.view.blocks),
  };
}

/** What was submitted, in the words of the house. */
export type Submission = {
  readonly form: string;
  readonly from: Origin;
  readonly carries: Readonly<Record<string, string>>;
  readonly answers: Readonly<Record<string, string>>;
};

const SubmittedView = z.object({
  callback_id: z.string(),
  private_metadata: z.string(),
  state: z.object({
    values: z.record(
      z.string(),
      z.record(
        z.string(),
        z.object({ value: z.string().nullish(), selected_option: z.object({ value: z.string() }).nullish() }),
      ),
    ),
  }),
});

/** Reads a submitted view; undefined when it is none of our forms. A field left empty is no answer. */
export function readSubmission(view: unknown): Submission | undefined {
  const read = SubmittedView.safeParse(view);
  if (!read.success || !read.data.callback_id.startsWith(formPrefix)) return undefined;
  const luggage = Luggage.safeParse(parsed(read.data.private_metadata));
  if (!luggage.success) return undefined;
  const answers: [string, string][] = [];
  for (const [block, actions] of Object.entries(read.data.state.values)) {
    const given = actions[answerId]?.value ?? actions[answerId]?.selected_option?.value ?? '';
    if (block.startsWith(fieldPrefix) && given !== '') answers.push([block.slice(fieldPrefix.length), given]);
  }
  return {
    form: read.data.callback_id.slice(formPrefix.length),
    from: luggage.data.from,
    carries: luggage.data.carries,
    answers: Object.fromEntries(answers),
  };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** Mistakes per field, for Slack to show at the fields. */
export function fieldErrors(mistakes: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(mistakes).map(([field, says]) => [`${fieldPrefix}${field}`, safeWords(says).slice(0, 500)]),
  );
}
