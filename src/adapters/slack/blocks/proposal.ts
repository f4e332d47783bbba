import { type ChangeName, describeChange } from '../../../core/change.ts';
import type { DryRun, Proposal } from '../../../core/proposal.ts';
import type { ProposalState } from '../../../core/record.ts';
import type { Precondition } from '../../../core/remedy.ts';
import type { ReportedRemedy } from '../../../core/run.ts';
import type { ProposalScreen } from '../../../core/screen.ts';
import { composeAtBest, needed, type Part, type Rendering, useful } from './compose.ts';
import { freezeOnCard } from './freeze.ts';
import { clampList, clampText, count, number, readable } from './limits.ts';
import { moment, withMentions } from './mrkdwn.ts';
import { type Block, context, header } from './pieces.ts';
import { decisionButtons, draftButton } from './proposal-buttons.ts';
import { outcome, stateSign } from './proposal-outcome.ts';
import { approvalsSoFar, otherTerms } from './proposal-rules.ts';
import { undoBlocks } from './proposal-undo.ts';
import { code, line, list, preformatted, prose, type RichPart, richText, strong, words } from './rich-text.ts';
import { guards, risks, sentence } from './words.ts';

/** How much of the plan is shown; an approver should see all of it, so the levels differ only in the dry run. */
type Level = { readonly steps: number; readonly diff: number; readonly guards: number };
const levels: readonly [Level, ...Level[]] = [
  { steps: 20, diff: 40, guards: 20 },
  { steps: 20, diff: 20, guards: 16 },
  { steps: 12, diff: 10, guards: 12 },
  { steps: 6, diff: 4, guards: 6 },
  { steps: 4, diff: 0, guards: 4 },
];

const elsewhere = 'The rest does not fit into this message.';

/** A fix to decide about: what, to what, what else, why not. After the decision: who, when, and what came of it. */
export function renderProposal({ proposal, state, whoMay, rules, freeze, undo }: ProposalScreen): Rendering {
  const { remedy } = proposal;
  const { sign, word } = stateSign(proposal, state);
  const where = `${clampText(proposal.cluster, 40)} (${clampText(proposal.environment, 30)})`;
  const headline = `${sign} ${word} on ${where}`;
  const open = state.is === 'offered';
  return composeAtBest(
    `${headline}: ${remedy.does}`,
    levels,
    (level): Part[] => [
      needed(header(headline)),
      needed(freezeOnCard(open ? freeze : undefined)),
      needed(refusal(remedy)),
      needed(richText(line(strong(sentence(remedy.does))))),
      needed(outcome(state, remedy.how)),
      needed(open ? [] : approvalsSoFar(rules)),
      ...(open ? toDecideAbout(proposal, { whoMay, rules }, level) : decidedAbout(proposal, state, level)),
      needed(undoBlocks({ proposal, undo })),
    ],
    elsewhere,
  );
}

type Asked = Pick<ProposalScreen, 'whoMay' | 'rules'>;

/** Everything that an approver has to know, and the buttons. */
function toDecideAbout(proposal: Proposal, asked: Asked, level: Level): Part[] {
  const { remedy, dryRuns } = proposal;
  const title = remedy.how === 'wait' ? 'What happens' : remedy.allowed ? 'What will be done' : 'What would be done';
  return [
    needed(plan(remedy, title, level)),
    ...dryRuns.map((dryRun) => useful(dryRunSaid(dryRun, dryRuns.length === 1, level))),
    useful(consequences(remedy)),
    needed(takenBack(proposal)),
    needed(preconditions(remedy, level)),
    useful(notFor(remedy)),
    needed(terms(proposal, asked)),
    needed(decisionButtons(proposal, asked.rules)),
  ];
}

/** Once it is decided the card is a record: what was meant and why. What came of it stands above. */
function decidedAbout(proposal: Proposal, state: ProposalState, level: Level): Part[] {
  const { remedy, says } = proposal;
  const approved = remedy.how === 'manual' ? 'What was done by hand' : 'What was approved';
  const title = state.is === 'decided' && state.decision.is !== 'approved' ? 'What was proposed' : approved;
  return [
    ...(state.is === 'done' ? [] : [useful(plan(remedy, title, level)), useful(consequences(remedy))]),
    needed(context({ plain: clampText(`Offered because: ${sentence(says)}`, readable.sentence) })),
    needed(draftButton(proposal, state)),
  ];
}

const namedOnTop = 4;

/** The guards that forbid it; what could not be looked at forbids like a no. */
function refusing(all: readonly Precondition[]): Precondition[] {
  return all.filter(({ holds }) => holds === 'no' || holds === 'unknown');
}

/** Why there is no button, before anything else on the card. */
function refusal({ allowed, preconditions: all }: ReportedRemedy): Block[] {
  if (allowed) return [];
  const { shown, left } = clampList(refusing(all), namedOnTop);
  return richText(
    line(strong('This fix cannot be approved now.')),
    list('bullet', [...shown.map(guardLine), line(words(left > 0 ? `${count(left, 'more guard')} below.` : ''))]),
  );
}

function plan({ steps, effect }: ReportedRemedy, title: string, level: Level): Block[] {
  const { shown, left } = clampList(steps, level.steps);
  const items = shown.map(({ does, change }) =>
    line(words(sentence(does), 300), ...(change === undefined ? [] : [words(' '), code(describeChange(change))])),
  );
  return richText(
    line(strong(title)),
    list('ordered', items),
    left > 0 ? line(words(`${count(left, 'more step')}, ${number(steps.length)} in all. ${elsewhere}`)) : [],
    line(words(sentence(effect), 400)),
  );
}

/** What the API server answered. The change of an only one stands right above it. */
function dryRunSaid({ change, diff, cannot }: DryRun, isOnly: boolean, level: Level): Block[] {
  const parts: (RichPart | readonly RichPart[])[] = [line(strong('Dry run  '), isOnly ? [] : code(change))];
  if (cannot !== undefined) {
    return richText(...parts, line(words(`❔ The API server could not try it: ${sentence(cannot)}`, 400)));
  }
  if (diff.length === 0) return richText(...parts, line(words('The API server accepts it and changes no field.')));
  const { shown, left } = clampList(diff, level.diff);
  const note = `${number(shown.length)} of ${count(diff.length, 'line')} of the dry run shown. ${elsewhere}`;
  return [...richText(...parts, preformatted(shown)), ...context({ plain: left > 0 ? note : '' })];
}

function consequences({ steps, touches: { nodes, pods }, risk, reversible, how }: ReportedRemedy): Block[] {
  const changes = steps.flatMap(({ change }) => (change === undefined ? [] : [change.change]));
  const made = operations
    .map(([change, verb, one]) => ({ verb, one, times: changes.filter((each) => each === change).length }))
    .filter(({ times }) => times > 0)
    .map(({ verb, one, times }) => `${verb} ${count(times, one)}`);
  const objects = [...(nodes > 0 ? [count(nodes, 'node')] : []), ...(pods > 0 ? [count(pods, 'pod')] : [])];
  const does = made.length === 0 ? 'It changes nothing' : `It ${made.join(' and ')}`;
  const gone = changes.filter((change) => change === 'delete-pod' || change === 'evict-pod').length;
  const isAll = gone === changes.length && gone === pods && gone > 0 && nodes === 0;
  const none = isAll ? 'touches nothing else' : 'touches no node and no pod';
  const touched = isAll || objects.length === 0 ? none : `touches ${objects.join(' and ')}`;
  const undone = reversible ? 'It can be undone.' : 'It cannot be undone.';
  const said = [`${does}, and ${touched}.`, risks[risk], how === 'wait' ? '' : undone].join(' ').trim();
  return richText(line(strong('Blast radius  '), words(said)));
}

/** What a fix does to objects, in the order in which it is said. */
const operations: readonly (readonly [ChangeName, string, string])[] = [
  ['patch-object', 'patches', 'object'],
  ['delete-object', 'deletes', 'object'],
  ['delete-pod', 'deletes', 'pod'],
  ['evict-pod', 'evicts', 'pod'],
];

/** Whether the change lasts. What lasts is said in small words only. */
function takenBack({ reversals = [] }: Proposal): Block[] {
  const lasting = reversals.filter(({ is }) => is === 'never');
  const { shown, left } = clampList(
    reversals.filter(({ is }) => is !== 'never'),
    4,
  );
  const more = left > 0 ? `${count(left, 'more change')} ${left === 1 ? 'is' : 'are'} owned by others.` : '';
  return [
    ...richText(
      ...shown.map(({ is, says }) => line(strong(`${is === 'unknown' ? '❔' : '⚠️'} ${lasts[is]}  `), words(says, 500))),
      line(words(more)),
    ),
    ...lasting.slice(0, 2).flatMap(({ says }) => context({ plain: clampText(says, readable.sentence) })),
  ];
}

const lasts = {
  certain: 'It will be taken back.',
  possible: 'It may be taken back.',
  unknown: 'Nobody can tell whether it lasts.',
  never: 'It lasts.',
} as const;

/** Every guard that was looked at, except those that the refusal on top has named. */
function preconditions({ allowed, preconditions: every }: ReportedRemedy, level: Level): Block[] {
  const named = allowed ? [] : refusing(every).slice(0, namedOnTop);
  const all = every.filter((guard) => !named.includes(guard));
  if (all.length === 0) return [];
  const { shown, left } = clampList([...all].sort(graver), level.guards);
  return richText(
    line(strong('Guards')),
    list('bullet', [
      ...shown.map(guardLine),
      line(words(left > 0 ? `${count(left, 'more guard')}, ${number(all.length)} in all. ${elsewhere}` : '')),
    ]),
  );
}

const gravity = { no: 0, unknown: 1, confirm: 2, yes: 3 } as const;

/** What refuses or must be read comes before what is fine: it survives any cut. */
function graver(left: Precondition, right: Precondition): number {
  return gravity[left.holds] - gravity[right.holds];
}

function guardLine({ asks, holds, because }: Precondition) {
  const { sign, word } = guards[holds];
  const asked = clampText(asks, 200);
  if (holds === 'confirm') return line(words(`${sign} ${word}: ${asked} ${sentence(because)}`, 500));
  return line(words(`${sign} ${asked} `), strong(`${word}. `), words(sentence(because), 250));
}

function notFor({ whenNotToUse }: ReportedRemedy): Block[] {
  if (whenNotToUse.length === 0) return [];
  const { shown, left } = clampList(whenNotToUse, 5);
  return richText(
    line(strong('Not for')),
    list('bullet', [
      ...shown.map((reason) => line(prose(sentence(reason), 250))),
      line(words(left > 0 ? `${count(left, 'more reason')} not shown.` : '')),
    ]),
  );
}

function terms({ says, expiresAt, remedy }: Proposal, { whoMay, rules }: Asked): Block[] {
  return [
    ...context({ plain: clampText(`Offered because: ${sentence(says)}`, readable.sentence) }),
    ...(remedy.allowed
      ? [
          ...approvalsSoFar(rules),
          ...context(
            { markup: withMentions(clampText(sentence(whoMay), readable.sentence)) },
            { markup: `The offer ends ${moment(expiresAt)}.` },
          ),
          ...otherTerms(rules),
        ]
      : []),
  ];
}
