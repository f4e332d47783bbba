import { arrange } from '../../../core/causal-tree.ts';
import { sayDuration } from '../../../core/duration.ts';
import { outcomeOf, type ReportedFinding, type RunReport } from '../../../core/run.ts';
import type { RunScreen } from '../../../core/screen.ts';
import { compose, detail, needed, type Part, type Rendering, useful } from './compose.ts';
import { clampList, clampText, count, readable } from './limits.ts';
import { escape, isSlackUser, mention, owner } from './mrkdwn.ts';
import { type Block, context, header } from './pieces.ts';
import { line, link, list, richText, strong, words } from './rich-text.ts';
import { isOutcome, outcomes, runSign, sayCounts, sentence, severities } from './words.ts';

/** The root message of a thread: what was asked, how far it is, and when it is finished what it is. */
export function renderRun(screen: RunScreen): Rendering {
  const { sign, word } = runSign(screen.state, screen.report, screen.outcome);
  const headline = `${sign} ${word}: ${clampText(screen.playbook.title, 90)} · ${clampText(screen.cluster, 40)}`;
  const summary = [headline, firstSentence(screen)].filter((text) => text !== '').join('. ');
  const parts: Part[] = [
    needed(header(headline)),
    needed(richText(line(words(outcomeSaid(screen.outcome))))),
    needed(richText(line(strong(firstSentence(screen))))),
    needed(progress(screen)),
    detail(tree(screen.report)),
    needed(offers(screen.offers)),
    needed(context({ plain: standing(screen) })),
    useful(facts(screen)),
  ];
  return compose(summary, parts, 'Every finding is in this thread.');
}

/** The one sentence that a person needs who reads no further. */
function firstSentence({ state, report, because }: RunScreen): string {
  if (state === 'failed') return sentence(because ?? 'The run ended without a result');
  if (state === 'cancelled') return sentence(because ?? 'Somebody cancelled this run');
  if (state !== 'finished' || report === undefined) return '';
  const root = report.findings[0];
  if (root !== undefined) return sentence(root.says);
  const unknown = report.verdicts.filter(({ is }) => is === 'unknown').length;
  if (outcomeOf(report) === 'unknown') {
    const [first] = report.verdicts.filter(({ is }) => is === 'unknown');
    const why = first === undefined ? '' : ` ${clampText(first.asks, 200)} ${sentence(first.because ?? '')}`;
    return `Nothing was found, but ${count(unknown, 'check')} could not look: this is not an all-clear.${why}`.trim();
  }
  return 'Nothing was found: every check that applies here came out clear.';
}

function outcomeSaid(outcome: string | undefined): string {
  if (isOutcome(outcome)) return `${outcomes[outcome].sign} ${outcomes[outcome].says}`;
  return sentence(outcome ?? '');
}

const cells = 10;

function progress({ state, progress: { done, total, looking } }: RunScreen): Block[] {
  if (state === 'queued')
    return richText(line(words('The run is in the queue and starts as soon as a worker is free.')));
  if (state !== 'running') return [];
  const full = total > 0 ? Math.min(cells, Math.max(0, Math.round((done / total) * cells))) : 0;
  const bar = `${'▰'.repeat(full)}${'▱'.repeat(cells - full)}`;
  const { shown, left } = clampList(looking, 3);
  const open = [...shown.map((each) => clampText(each, 120)), ...(left > 0 ? [`${left} more`] : [])];
  return [
    ...richText(line(words(`${bar}  ${done} of ${count(total, 'check')} done.`))),
    ...(open.length === 0 ? [] : context({ plain: `Looking now: ${open.join(' · ')}` })),
  ];
}

const shownFindings = 8;

/** Root causes with what they bring about under them; one alone is the first sentence already. */
function tree(report: RunReport | undefined): Block[] {
  if (report === undefined || report.findings.length < 2) return [];
  const { shown, left } = clampList(arrange(report.findings), shownFindings);
  const lines = shown.map(({ item, depth }) => ({ depth: Math.min(depth, 4), line: treeLine(item) }));
  return richText(
    lines.flatMap(({ depth, line }) => list('bullet', [line], depth)),
    left > 0 ? line(words(`${count(left, 'more finding')} in this thread.`)) : [],
  );
}

function treeLine({ severity, title, about }: ReportedFinding) {
  return line(words(`${severities[severity].sign} `), words(title, 150), words(` (${clampText(about.name, 80)})`));
}

const shownOffers = 4;
const offered = {
  'to-decide': ['🛠️', 'A fix waits for a decision:'],
  heals: ['⏳', 'This heals by itself:'],
  'may-heal': ['⏳', 'This may heal by itself, and a guard speaks against it:'],
  refused: ['⛔', 'A fix is not allowed now:'],
} as const;

/** What waits for a person, with the way to it: the card comes after everything that was found. */
function offers(all: RunScreen['offers']): Block[] {
  const { shown, left } = clampList(all, shownOffers);
  return richText(
    ...shown.map(({ is, does, link: card }) =>
      line(
        strong(`${offered[is].join(' ')} `),
        words(`${sentence(does)} `, 300),
        card === undefined ? [] : link(card, 'Open its card'),
      ),
    ),
    left > 0 ? line(words(`${count(left, 'more fix waits', 'more fixes wait')} in this thread.`)) : [],
  );
}

/** Counts, and how far the fixes are. */
function standing({ report, fixes, state }: RunScreen): string {
  const counts = report === undefined || state === 'failed' ? '' : sayCounts(report.verdicts);
  const of = (is: RunScreen['fixes'][number]): number => fixes.filter((fix) => fix === is).length;
  const said = [
    [of('applying'), 'is being made', 'are being made'],
    [of('decided'), 'is decided', 'are decided'],
    [of('done'), 'has ended', 'have ended'],
    [of('void'), 'was not made because things moved', 'were not made because things moved'],
  ] as const;
  const open = said
    .filter(([number]) => number > 0)
    .map(([number, one, many]) => `${count(number, 'fix', 'fixes')} ${number === 1 ? one : many}.`);
  return [counts, ...open].filter((text) => text !== '').join(' ');
}

function facts(screen: RunScreen): Block[] {
  const { cluster, environment, playbook, target, requestedBy, report } = screen;
  const pointed = Object.entries(target).map(([key, value]) => `${key}=${clampText(value, 80)}`);
  const asked = isSlackUser(requestedBy.id) ? mention(requestedBy.id) : escape(requestedBy.name ?? requestedBy.id);
  const took =
    report === undefined
      ? ''
      : `It took ${sayDuration(Date.parse(report.run.finishedAt) - Date.parse(report.run.startedAt))}.`;
  return context(
    { plain: clampText(`${cluster} (${environment})`, readable.name) },
    { plain: clampText([`Playbook ${playbook.id}`, ...pointed].join(', '), readable.name) },
    { markup: `Asked by ${clampText(asked, readable.name)}.` },
    { plain: took },
    { markup: owned(screen) },
  );
}

/** A message that is edited pings nobody, so that owners are named where it is known that something is wrong. */
function owned({ owners = [], state, report }: RunScreen): string {
  const isWrong = state === 'failed' || (report !== undefined && outcomeOf(report) !== 'clear');
  if (!isWrong || owners.length === 0) return '';
  const { shown, left } = clampList(owners, 8);
  const more = left === 0 ? '' : ` and ${left} more`;
  return `Owned by ${shown.map(owner).join(', ')}${more}.`;
}
