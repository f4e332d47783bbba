import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { characters } from '../../../../src/adapters/slack/blocks/compose.ts';
import { renderForm } from '../../../../src/adapters/slack/blocks/form.ts';
import { renderHome } from '../../../../src/adapters/slack/blocks/home.ts';
import { clampText } from '../../../../src/adapters/slack/blocks/limits.ts';
import { escape } from '../../../../src/adapters/slack/blocks/mrkdwn.ts';
import { renderScreen, renderShorter, renderWords } from '../../../../src/adapters/slack/blocks/screen.ts';
import { checkMessageBlocks, checkView } from '../../../../src/local/workspace/schema/payloads.ts';
import { homeScreen, screen, text } from '../arbitrary.ts';
import { triageCommand } from '../stage.ts';
import { textsOf } from './outline.ts';

/** Only what we make ourselves may be markup: people, user groups and moments. */
const ourMarkup = /<(?:@[UW][A-Z0-9]+|!subteam\^S[A-Z0-9]+|!date\^\d+\^\{date_short_pretty\} \{time\}\|[-0-9: ]+UTC)>/g;
const renderings = [renderScreen, renderShorter, renderWords];

describe('any screen', () => {
  test('is rendered within every limit of Slack, in full and in the shorter forms', () => {
    fc.assert(
      fc.property(screen, (shown) => {
        for (const render of renderings) {
          const { blocks, text: notification } = render(shown);
          expect(checkMessageBlocks(blocks)).toHaveLength(blocks.length);
          expect(characters(blocks)).toBeLessThanOrEqual(12_500);
          expect(notification.length).toBeGreaterThan(0);
          expect(notification.length).toBeLessThan(4_000);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('leaves nothing in mrkdwn that could ping, link or break out', () => {
    fc.assert(
      fc.property(screen, (shown) => {
        for (const render of renderings) {
          const { blocks, text: notification } = render(shown);
          for (const markup of [notification, ...textsOf(blocks, 'mrkdwn')]) {
            expect(markup.replace(ourMarkup, '')).not.toMatch(/[<>]/);
          }
        }
      }),
      { numRuns: 25 },
    );
  });

  test('shows no secret, control character or half character, in no kind of text', () => {
    fc.assert(
      fc.property(screen, (shown) => {
        const { blocks, text: notification } = renderScreen(shown);
        const all = JSON.stringify({ blocks, notification });
        expect(all).not.toContain('abcdef0123456789');
        expect(all).not.toContain('hunter2');
        // JSON writes control characters and halves of pairs as \uXXXX, and none of the rest.
        expect(all).not.toMatch(/\\u(?:00[01]|d[89a-f])/);
        expect(all).not.toMatch(/[\u202A-\u202E\u2066-\u2069\u200B]/);
      }),
      { numRuns: 25 },
    );
  });
});

test('any home tab is one that Slack takes, with nothing in it that could ping, and no secret', () => {
  fc.assert(
    fc.property(homeScreen, (shown) => {
      const view = renderHome(shown, [triageCommand]);
      expect(checkView(view, 'home')['type']).toBe('home');
      for (const markup of textsOf(view.blocks, 'mrkdwn')) expect(markup.replace(ourMarkup, '')).not.toMatch(/[<>]/);
      expect(JSON.stringify(view)).not.toContain('hunter2');
    }),
    { numRuns: 40 },
  );
});

describe('any text', () => {
  test('is cut to its limit with the exact number of characters that are missing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 2_000 }), fc.integer({ min: 60, max: 500 }), (long, max) => {
        const cut = clampText(long, max);
        expect(cut.length).toBeLessThanOrEqual(max);
        const note = /^([\s\S]*)… \(([\d,]+) more characters\)$/.exec(cut);
        if (long.length > max) expect((note?.[1] ?? '').length + Number(note?.[2]?.replace(',', ''))).toBe(long.length);
        else expect(cut).toBe(long);
      }),
    );
  });

  test('is escaped so that only entities remain of markup', () => {
    fc.assert(
      fc.property(text, (any) => {
        expect(escape(any)).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
      }),
    );
  });

  test('makes a dialog that Slack opens', () => {
    fc.assert(
      fc.property(
        text,
        fc.array(fc.record({ value: text, label: text, describes: text }), { maxLength: 130 }),
        (any, options) => {
          const unique = [...new Map(options.map((option) => [option.value, option])).values()];
          const view = renderForm(
            {
              form: 'triage',
              title: any,
              submit: any,
              carries: {},
              fields: [
                {
                  name: 'playbook',
                  label: any,
                  optional: false,
                  hint: any,
                  kind: 'choice',
                  options: unique,
                  initial: any,
                },
                { name: 'reason', label: any, optional: true, kind: 'text', multiline: true, initial: any },
              ],
            },
            { channel: 'C0ONCALL00' },
            { answers: { reason: any }, mistakes: { reason: any } },
          );
          expect(checkView(view, 'modal')['type']).toBe('modal');
        },
      ),
    );
  });
});
