import { describe, expect, test } from '@jest/globals';
import { Refusal } from '../../../src/local/workspace/refusal.ts';
import { checkMessageBlocks, checkSuggestions, checkView } from '../../../src/local/workspace/schema/payloads.ts';
import { button, modal, section } from './bot.ts';

/** What Slack would say about the value: its error word and messages; 'ok' when it takes it. */
function verdict(check: () => unknown): string {
  try {
    check();
    return 'ok';
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return [error.code, JSON.stringify(error.details)].join(' ');
  }
}
const message = (...blocks: unknown[]): string => verdict(() => checkMessageBlocks(blocks));
const plain = (length: number) => ({ type: 'plain_text', text: 'x'.repeat(length) });
const actions = (...elements: unknown[]) => ({ type: 'actions', elements });
const options = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ text: plain(3), value: `v${index}` }));

test('explains a refusal in the words and with the pointer of Slack', () => {
  expect(() => checkMessageBlocks([section('x'.repeat(3001))])).toThrow(
    expect.objectContaining({
      code: 'invalid_blocks',
      details: {
        errors: [
          'failed to match all allowed schemas [json-pointer:/blocks/0/text]',
          'must be less than 3001 characters [json-pointer:/blocks/0/text/text]',
        ],
        response_metadata: {
          messages: [
            '[ERROR] failed to match all allowed schemas [json-pointer:/blocks/0/text]',
            '[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]',
          ],
        },
      },
    }),
  );
});

describe('a message', () => {
  test.each<[string, unknown]>([
    ['a section at its limit', section('x'.repeat(3000))],
    ['ten fields', { type: 'section', fields: Array.from({ length: 10 }, () => plain(100)) }],
    ['a header at its limit', { type: 'header', text: plain(150) }],
    [
      '25 buttons',
      actions(...Array.from({ length: 25 }, (_, index) => button('x'.repeat(75), `a${index}`, 'v'.repeat(2000)))),
    ],
    [
      'rich text',
      { type: 'rich_text', elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text: 'log' }] }] },
    ],
    [
      'a table',
      {
        type: 'table',
        rows: [
          [
            { type: 'raw_text', text: 'a' },
            { type: 'raw_number', value: 3, text: '3' },
          ],
        ],
      },
    ],
    ['an alert', { type: 'alert', level: 'error', text: plain(10) }],
    [
      'a plan',
      { type: 'plan', title: 'Plan', tasks: [{ type: 'task_card', task_id: '1', title: 'Look', status: 'complete' }] },
    ],
    ['a container', { type: 'container', title: plain(10), child_blocks: [section('inside')] }],
  ])('takes %s', (_name, block) => {
    expect(message(block)).toBe('ok');
  });

  test.each<[string, unknown, string]>([
    [
      'an eleventh field',
      { type: 'section', fields: Array.from({ length: 11 }, () => plain(1)) },
      'no more than 10 items allowed [json-pointer:/blocks/0/fields]',
    ],
    ['a long field', { type: 'section', fields: [plain(2001)] }, 'must be less than 2001 characters'],
    ['a section without text', { type: 'section' }, 'missing required field: text'],
    ['an empty text', section(''), 'must be more than 0 characters'],
    ['a long header', { type: 'header', text: plain(151) }, 'must be less than 151 characters'],
    ['a header in mrkdwn', { type: 'header', text: { type: 'mrkdwn', text: 'x' } }, 'must be of type plain_text'],
    [
      'an eleventh context element',
      { type: 'context', elements: Array.from({ length: 11 }, () => plain(1)) },
      'no more than 10 items allowed',
    ],
    [
      'a 26th button',
      actions(...Array.from({ length: 26 }, (_, index) => button('x', `a${index}`))),
      'no more than 25 items allowed',
    ],
    ['a long button', actions(button('x'.repeat(76), 'a')), 'must be less than 76 characters'],
    ['a long value', actions(button('x', 'a', 'v'.repeat(2001))), 'must be less than 2001 characters'],
    ['a button that is blue', actions({ ...button('x', 'a'), style: 'blue' }), 'must be one of: primary, danger'],
    ['two buttons of one action', actions(button('x', 'a'), button('y', 'a')), 'action_id already exists: a'],
    [
      'a sixth overflow option',
      actions({ type: 'overflow', action_id: 'o', options: options(6) }),
      'no more than 5 items allowed',
    ],
    [
      '101 options',
      actions({ type: 'static_select', action_id: 's', options: options(101) }),
      'no more than 100 items allowed',
    ],
    ['a menu without options', actions({ type: 'static_select', action_id: 's' }), 'missing required field: options'],
    [
      'a long confirmation',
      actions({ ...button('x', 'a'), confirm: { title: plain(101), text: plain(5) } }),
      'must be less than 101 characters',
    ],
    ['an unknown block', { type: 'marquee' }, 'unsupported type: marquee [json-pointer:/blocks/0/type]'],
    ['a block named like a method of objects', { type: 'constructor' }, 'unsupported type: constructor'],
    ['an unknown property', { ...section('x'), colour: 'red' }, 'invalid additional property: colour'],
    [
      'an element where it may not be',
      { ...section('x'), accessory: { type: 'plain_text_input' } },
      'unsupported type: plain_text_input',
    ],
    [
      'an empty run of rich text',
      { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: '' }] }] },
      'must be more than 0 characters',
    ],
    [
      'a 21st cell',
      { type: 'table', rows: [Array.from({ length: 21 }, () => ({ type: 'raw_text', text: 'x' }))] },
      'no more than 20 items allowed',
    ],
    ['a long block_id', { type: 'divider', block_id: 'x'.repeat(256) }, 'must be less than 256 characters'],
  ])('refuses %s', (_name, block, says) => {
    const told = message(block);
    expect(told).toMatch(/^invalid_blocks /);
    expect(told).toContain(says);
  });

  test('refuses a 51st block, and two blocks of one id', () => {
    expect(message(...Array.from({ length: 50 }, () => ({ type: 'divider' })))).toBe('ok');
    expect(message(...Array.from({ length: 51 }, () => ({ type: 'divider' })))).toContain(
      'no more than 50 items allowed',
    );
    expect(message({ type: 'divider', block_id: 'b' }, { type: 'divider', block_id: 'b' })).toContain(
      'block_id already exists',
    );
  });

  test('refuses more than 13,200 characters over all of its blocks', () => {
    const four = Array.from({ length: 4 }, () => section('x'.repeat(3000)));
    expect(message(...four, section('x'.repeat(1200)))).toBe('ok');
    expect(message(...four, section('x'.repeat(1201)))).toMatch(/^msg_blocks_too_long/);
  });
});

describe('a view', () => {
  const view = (extra: object) => verdict(() => checkView({ ...modal(), ...extra }, 'modal'));

  test.each<[string, object, string]>([
    ['a long title', { title: plain(25) }, 'must be less than 25 characters [json-pointer:/view/title/text]'],
    ['a long submit', { submit: plain(25) }, 'must be less than 25 characters [json-pointer:/view/submit/text]'],
    ['long metadata', { private_metadata: 'x'.repeat(3001) }, 'must be less than 3001 characters'],
    ['a long callback', { callback_id: 'x'.repeat(256) }, 'must be less than 256 characters'],
    [
      'a 101st block',
      { blocks: Array.from({ length: 101 }, () => ({ type: 'divider' })) },
      'no more than 100 items allowed',
    ],
    ['a block for messages', { blocks: [{ type: 'markdown', text: 'x' }] }, 'unsupported type: markdown'],
    ['a form without submit', { submit: undefined }, 'missing required field: submit'],
    ['an App Home as a modal', { type: 'home' }, 'must be one of: modal'],
  ])('refuses %s', (_name, extra, says) => {
    const told = view(extra);
    expect(told).toMatch(/^invalid_arguments /);
    expect(told).toContain(says);
  });

  test('refuses more than 250 KB', () => {
    const blocks = Array.from({ length: 100 }, () => section('网'.repeat(900)));
    expect(view({ blocks })).toMatch(/^view_too_large/);
  });

  test('takes the form that the other tests open', () => {
    expect(view({})).toBe('ok');
  });
});

test('shows no suggestions when one of them is too long', () => {
  expect(checkSuggestions({ options: options(3) }).options).toHaveLength(3);
  const { options: shown, problems } = checkSuggestions({ options: [{ text: plain(76), value: 'v' }] });
  expect(shown).toEqual([]);
  expect(problems.join(' ')).toContain('must be less than 76 characters');
});
