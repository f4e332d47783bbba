import type { types } from '@slack/bolt';
import { originalOf } from '../../../core/article-standing.ts';
import type { Evidence } from '../../../core/finding.ts';
import { nameOf } from '../../../core/reference.ts';
import type { ReportedFinding, ReportedRemedy } from '../../../core/run.ts';
import type { FindingScreen } from '../../../core/screen.ts';
import { composeAtBest, detail, needed, type Part, type Rendering, useful } from './compose.ts';
import { clampList, clampText, count, number, readable } from './limits.ts';
import { opinionRow } from './opinion-buttons.ts';
import { type Block, buttons, context } from './pieces.ts';
import { code, line, link, list, preformatted, prose, type RichPart, richText, strong, words } from './rich-text.ts';
import { percent, sentence, severities } from './words.ts';

/** How much of the evidence is shown; the most generous level that fits is taken. */
type Level = { readonly sources: number; readonly lines: number };
const levels: readonly [Level, ...Level[]] = [
  { sources: 6, lines: 4 },
  { sources: 4, lines: 3 },
  { sources: 3, lines: 2 },
  { sources: 2, lines: 0 },
];

const elsewhere = 'The full evidence is in the file in this thread.';

/** One finding: what it is, how sure we are, what it was seen on, what to read and what a person can do. */
export function renderFinding({ run, finding, depth, causes, byHand = {} }: FindingScreen): Rendering {
  const { sign, word } = severities[finding.severity];
  return composeAtBest(
    `${sign} ${word}: ${finding.says}`,
    levels,
    (level): Part[] => [
      needed(headline(finding, depth, causes)),
      ...evidence(finding.evidence, level),
      useful(articles(finding), opinionRow(run, finding)),
      ...finding.remedies
        .filter(({ manual }) => manual)
        .map((remedy) => useful(manualFix(remedy), doneByHand(held(byHand, remedy.id)))),
      useful(context({ plain: confidence(finding) }, { plain: clampText(finding.code, 200) })),
    ],
    elsewhere,
  );
}

function headline(finding: ReportedFinding, depth: number, titles: FindingScreen['causes'] = {}): Block[] {
  const { sign, word } = severities[finding.severity];
  const { shown, left } = clampList(finding.causedBy, 4);
  const causes = shown.map((cause) => `“${clampText(held(titles, cause) ?? cause, 150)}”`);
  const all = [...causes, ...(left > 0 ? [`${left} more`] : [])].join(', ');
  const isRoot = depth === 0 && causes.length === 0;
  const why = isRoot ? 'This is a root cause: nothing else that was found explains it.' : `It comes of ${all}.`;
  return richText(
    line(
      strong(`${sign} ${word}: ${clampText(finding.title, 150)}`),
      words('\n'),
      words(sentence(finding.says)),
      words('\n'),
      words('Seen on '),
      code(nameOf(finding.about)),
      words(isRoot || causes.length > 0 ? `. ${why}` : '.'),
    ),
  );
}

/** Codes and ids come from outside: `valueOf` is one that no record holds. */
function held(record: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/** Every source is a part of its own, so that a message that is too long loses the last sources first. */
function evidence(items: readonly Evidence[], level: Level): Part[] {
  const { shown, left } = clampList(items, level.sources);
  const rest = left > 0 ? richText(line(words(`${count(left, 'more source')} of evidence. ${elsewhere}`))) : [];
  return [
    ...shown.map((item, index) => (index === 0 ? useful(source(item, level)) : detail(source(item, level)))),
    useful(rest),
  ];
}

/**
 * What was seen, and in small words where. The newest lines are kept: they are nearest to what is wrong now.
 */
function source({ from, says, lines = [], outOf }: Evidence, level: Level): Block[] {
  const shown = level.lines === 0 ? [] : lines.slice(-level.lines);
  return [
    ...richText(line(words(sentence(says))), preformatted(shown)),
    ...context({ plain: clampText(from, readable.name) }, { plain: linesSaid(shown.length, lines.length, outOf) }),
  ];
}

/** The honest count: what is shown, of how many that matter, of how many that were read. */
function linesSaid(shown: number, total: number, outOf: number | undefined): string {
  if (total === 0) return '';
  const read = outOf === undefined ? '' : ` ${count(outOf, 'line was', 'lines were')} read.`;
  if (shown === total) return read === '' ? '' : `${count(total, 'line')} shown.${read}`;
  return `${number(shown)} of ${count(total, 'line')} shown.${read} ${elsewhere}`;
}

/** An article and its translation share a line. */
function articles({ articles: found }: ReportedFinding): Block[] {
  if (found.length === 0) return [];
  const { shown, left } = clampList([...Map.groupBy(found, ({ id }) => originalOf(id)).values()], 5);
  return richText(
    line(strong('To read')),
    list(
      'bullet',
      shown.map((versions) =>
        line(
          words('📖 '),
          ...versions.flatMap(({ title, url }, at) => [words(at === 0 ? '' : ' · '), link(url, title)]),
        ),
      ),
    ),
    left > 0 ? line(words(`${count(left, 'more article')} can be found with the kb command.`)) : [],
  );
}

const shownSteps = 12;

function manualFix({ does, effect, steps, whenNotToUse }: ReportedRemedy): Block[] {
  const { shown, left } = clampList(steps, shownSteps);
  const numbered: types.RichTextSection[] = shown.map((step) => line(prose(sentence(step.does), 400)));
  const parts: (RichPart | readonly RichPart[])[] = [
    line(strong('By hand: '), words(sentence(does))),
    list('ordered', numbered),
    left > 0 ? line(words(`${count(left, 'more step')}. ${elsewhere}`)) : [],
    line(words(sentence(effect), 300)),
  ];
  return [...richText(...parts), ...context({ plain: notFor(whenNotToUse) })];
}

/** What the button is called; a press reaches `ChatHandlers.press` with the run and the fix. */
export const doneByHandButton = 'done-by-hand';

function doneByHand(value: string | undefined): Block[] {
  return value === undefined ? [] : buttons([{ name: doneByHandButton, label: 'I did this', value }]);
}

function notFor(reasons: readonly string[]): string {
  return reasons.length === 0
    ? ''
    : `Do not do this when: ${reasons.map((reason) => clampText(sentence(reason), 200)).join(' ')}`;
}

function confidence({ confidence: value, confidenceBecause }: ReportedFinding): string {
  return `${percent(value)} sure. ${sentence(confidenceBecause)}`;
}
