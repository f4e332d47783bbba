import type { types } from '@slack/bolt';
import type { FleetScreen } from '../../../core/screen.ts';
import { composeAtBest, needed, type Part, type Rendering, useful } from './compose.ts';
import { clampList, clampText, count, readable } from './limits.ts';
import { escape, isSlackUser, mention, withMentions } from './mrkdwn.ts';
import { type Block, context, header, plain } from './pieces.ts';
import { line, link, richText, strong } from './rich-text.ts';
import { isOutcome, outcomes, type Sign, sentence, severities, verdicts } from './words.ts';

type Row = FleetScreen['rows'][number];

/** One playbook on many clusters, the worst first. Each row opens the thread of its run. */
export function renderFleet(screen: FleetScreen): Rendering {
  const { rows, playbook, state } = screen;
  const clusters = count(rows.length, 'cluster');
  const headline = `${signOf(screen).sign} ${signOf(screen).word}: ${clampText(playbook.title, 80)} · ${clusters}`;
  const summary = [headline, sayCounts(rows), state === 'cancelled' ? (screen.because ?? '') : ''];
  return composeAtBest(
    summary.filter((text) => text !== '').join('. '),
    levels,
    (level) => partsOf(screen, headline, level),
    'Every run is in this channel.',
  );
}

/** How much of each row is shown, and how many rows: as much as fits. */
type Level = { readonly says: number; readonly rows: number };
const levels: readonly [Level, ...Level[]] = [
  { says: 240, rows: 99 },
  { says: 120, rows: 99 },
  { says: 60, rows: 99 },
  { says: 60, rows: 40 },
  { says: 40, rows: 20 },
];

function partsOf(screen: FleetScreen, headline: string, level: Level): Part[] {
  const { shown, left } = clampList(screen.rows, level.rows);
  return [
    needed(header(headline)),
    needed(richText(line(strong(sayCounts(screen.rows))))),
    ...(screen.because === undefined
      ? []
      : [needed(context({ markup: withMentions(clampText(screen.because, readable.sentence)) }))]),
    needed(table(shown, level)),
    needed(context({ plain: left === 0 ? '' : `${sayLeft(screen.rows.slice(-left))} Every run is in this channel.` })),
    useful(facts(screen)),
  ];
}

function signOf({ state, rows }: FleetScreen): Sign {
  if (state === 'running') return { sign: '🔎', word: 'Looking' };
  if (state === 'cancelled') return { sign: '⏹️', word: 'Cancelled' };
  const [worst] = rows;
  return worst === undefined ? verdicts.unknown : resultOf(worst);
}

/** What is known of a cluster, as a sign and a word. */
function resultOf({ state, outcome, severity, fixed }: Row): Sign {
  if (isOutcome(fixed)) return outcomes[fixed];
  if (outcome === 'found') return { sign: severities[severity ?? 'critical'].sign, word: 'Found' };
  if (outcome !== undefined) return verdicts[outcome];
  switch (state) {
    case 'running':
      return { sign: '🔎', word: 'Looking' };
    case 'queued':
    case 'waiting':
      return { sign: '⏳', word: 'Waiting' };
    case 'cancelled':
      return { sign: '⏹️', word: 'Cancelled' };
    default:
      return verdicts.unknown;
  }
}

/** Every cluster is counted once; a kind that does not occur is not named. */
function sayCounts(rows: readonly Row[]): string {
  const of = (...wanted: string[]): number => rows.filter((row) => wanted.includes(resultOf(row).word)).length;
  const kinds = [
    [of('Found', 'Not resolved', 'Stopped', 'Nothing was done', 'Outcome unknown'), 'with findings'],
    [of('Resolved'), 'resolved'],
    [of('Unknown'), 'unknown'],
    [of('Cancelled'), 'cancelled'],
    [of('Looking', 'Waiting'), 'not looked at to the end yet'],
    [of('Clear'), 'clear'],
  ] as const;
  const said = kinds.filter(([number]) => number > 0).map(([number, word]) => `${number} ${word}`);
  return `${count(rows.length, 'cluster')}: ${said.length === 0 ? 'none' : said.join(', ')}.`;
}

function sayLeft(rows: readonly Row[]): string {
  return `${rows.length === 1 ? '1 more cluster is' : `${rows.length} more clusters are`} not in the table: ${sayCounts(rows)}`;
}

type Cell = types.RichTextBlock | types.RawTextElement;

function table(rows: readonly Row[], level: Level): Block[] {
  if (rows.length === 0) return [];
  const heads = ['Cluster', 'Environment', 'Result', 'What was seen'].map((text) => cell(text, 40));
  return [
    {
      type: 'table',
      column_settings: [{}, {}, {}, { is_wrapped: true }],
      rows: [heads, ...rows.map((row) => cells(row, level))],
    },
  ];
}

function cells(row: Row, { says }: Level): Cell[] {
  const { sign, word } = resultOf(row);
  const [opened] = richText(line(link(row.address ?? '', clampText(row.cluster, 63))));
  return [
    row.address === undefined || opened === undefined ? cell(row.cluster, 63) : opened,
    cell(row.environment, 40),
    cell(`${sign} ${word}`, 30),
    cell(sentence(row.says ?? (row.outcome === 'clear' ? 'Every check that applies came out clear' : '')), says),
  ];
}

function cell(text: string, max: number): types.RawTextElement {
  return { type: 'raw_text', text: plain(text.replaceAll('\n', ' '), max).text };
}

function facts({ playbook, selected, target, requestedBy }: FleetScreen): Block[] {
  const pointed = Object.entries(target).map(([key, value]) => `${key}=${clampText(value, 80)}`);
  const asked = isSlackUser(requestedBy.id) ? mention(requestedBy.id) : escape(requestedBy.name ?? requestedBy.id);
  return context(
    { plain: clampText(`Playbook ${[playbook.id, ...pointed].join(', ')} on ${selected}`, readable.name) },
    { markup: `Asked by ${clampText(asked, readable.name)}.` },
  );
}

/** The same without a table, for a Slack that does not take one: one line for each of the worst. */
export function shorterFleet(screen: FleetScreen): string {
  const { shown, left } = clampList(screen.rows, 20);
  const lines = shown.map((row) => {
    const { sign, word } = resultOf(row);
    return `${sign} ${clampText(row.cluster, 63)}: ${word}. ${clampText(sentence(row.says ?? ''), 60)}`.trim();
  });
  return [
    `${screen.playbook.id} on ${clampText(screen.selected, 200)}: ${sayCounts(screen.rows)}`,
    ...lines,
    ...(left === 0 ? [] : [sayLeft(screen.rows.slice(-left))]),
  ].join('\n');
}
