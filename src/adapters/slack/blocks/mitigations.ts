import type { Mitigation } from '../../../core/mitigation.ts';
import type { MitigationsScreen } from '../../../core/screen.ts';
import { compose, needed, type Part, type Rendering, useful } from './compose.ts';
import { clampText, count, readable } from './limits.ts';
import { isSlackUser, mention, moment } from './mrkdwn.ts';
import { type Block, buttons, context } from './pieces.ts';
import { line, person, richText, strong, words } from './rich-text.ts';
import { sentence } from './words.ts';

/** What the buttons are called; a press reaches `ChatHandlers.press` with the mitigation's id. */
export const mitigationButtonNames = { mine: 'mitigation-mine', done: 'mitigation-done' } as const;

/** Fixes that are not permanent yet, each with what is to be done, by whom and by when. */
export function renderMitigations({ mitigations, due = false }: MitigationsScreen): Rendering {
  const [only] = mitigations;
  const headline = due
    ? '⏰ A fix should be permanent by now, and is not'
    : mitigations.length === 1
      ? only?.closed === undefined
        ? '🩹 This fix will not last by itself'
        : '☑️ A mitigation is closed'
      : `🩹 ${count(mitigations.length, 'fix', 'fixes')} will not last without help`;
  return compose(
    only !== undefined && mitigations.length === 1 ? `${headline}: ${sentence(only.permanent)}` : headline,
    [needed(richText(line(strong(headline)))), ...mitigations.map((one, index) => part(one, index === 0))],
    'The rest stands in the threads of their fixes.',
    'mitigation',
  );
}

function part(mitigation: Mitigation, isFirst: boolean): Part {
  const blocks = [...said(mitigation), ...actions(mitigation)];
  return isFirst ? needed(blocks) : useful(blocks);
}

function said({ cluster, does, permanent, owner, dueAt, closed }: Mitigation): Block[] {
  return [
    ...richText(
      line(
        strong('What is left to do: '),
        words(sentence(permanent), 600),
        words(`\nMade on ${clampText(cluster, 60)} for now: ${sentence(clampText(does, 300))}`),
      ),
    ),
    ...(closed === undefined
      ? context({ markup: `Owner: ${mention(clampText(owner, 80))}.` }, { markup: `Due ${moment(dueAt)}.` })
      : [
          ...richText({
            type: 'rich_text_quote',
            elements: [
              ...(isSlackUser(closed.by) ? [...person(closed.by), ...words(': ')] : []),
              ...words(clampText(closed.reason, readable.sentence)),
            ],
          }),
          ...context({ markup: `Closed ${moment(closed.at)}.` }),
        ]),
  ];
}

function actions({ id, closed }: Mitigation): Block[] {
  if (closed !== undefined) return [];
  return buttons([
    { name: mitigationButtonNames.mine, label: 'I take it', value: id },
    { name: mitigationButtonNames.done, label: 'It is permanent now', value: id, style: 'primary' },
  ]);
}
