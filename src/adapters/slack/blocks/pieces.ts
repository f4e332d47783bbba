import type { types } from '@slack/bolt';
import { clampText, limits, readable } from './limits.ts';

export type Block = types.KnownBlock;

/** The name a button's `action_id` carries in front of what the house calls it. */
export const buttonPrefix = 'button:';

export function plain(text: string, max: number): types.PlainTextElement {
  const shown = clampText(text.trim() === '' ? '–' : text, max);
  return { type: 'plain_text', text: shown, emoji: false };
}

export function header(text: string): Block {
  return { type: 'header', text: { ...plain(text.replaceAll('\n', ' '), readable.headline), emoji: true } };
}

/** Small grey words. Plain text is shown as it is; markup must be made of `escape`, `mention` and `moment` only. */
export function context(...elements: readonly ({ plain: string } | { markup: string })[]): Block[] {
  const shown = elements.filter((element) => ('plain' in element ? element.plain : element.markup).trim() !== '');
  if (shown.length === 0) return [];
  return [
    {
      type: 'context',
      elements: shown
        .slice(0, limits.contextElements)
        .map((element) =>
          'plain' in element
            ? plain(element.plain, readable.contextText)
            : { type: 'mrkdwn', text: element.markup, verbatim: true },
        ),
    },
  ];
}

export type ButtonLook = {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly style?: 'primary' | 'danger';
  readonly confirm?: { readonly title: string; readonly text: string; readonly yes: string; readonly no: string };
};

/** A row of buttons. The value is an opaque id and nothing else: what is done is decided behind it. */
export function buttons(looks: readonly ButtonLook[]): Block[] {
  if (looks.length === 0) return [];
  return [{ type: 'actions', elements: looks.slice(0, limits.actionElements).map(button) }];
}

function button({ name, label, value, style, confirm }: ButtonLook): types.Button {
  return {
    type: 'button',
    action_id: `${buttonPrefix}${name}`,
    text: { ...plain(label, limits.button.text), emoji: true },
    value: value.slice(0, limits.button.value),
    ...(style === undefined ? {} : { style }),
    ...(confirm === undefined
      ? {}
      : {
          confirm: {
            title: plain(confirm.title, limits.confirm.title),
            text: plain(confirm.text, limits.confirm.text),
            confirm: plain(confirm.yes, limits.confirm.button),
            deny: plain(confirm.no, limits.confirm.button),
            style: style ?? 'primary',
          },
        }),
  };
}
