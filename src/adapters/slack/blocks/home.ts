import type { types } from '@slack/bolt';
import type { CommandDescription } from '../../../core/command.ts';
import { sayScope } from '../../../core/freeze.ts';
import type { HomeApproval, HomeCluster, HomeMitigation, HomeRun, HomeScreen } from '../../../core/screen.ts';
import { frozenSign, whoAndUntil } from './freeze.ts';
import { type Clamped, clampList, clampText, count } from './limits.ts';
import { mention, moment } from './mrkdwn.ts';
import { type Block, context, header } from './pieces.ts';
import { code, line, link, list, person, richText, strong, words } from './rich-text.ts';
import { safeValue } from './safe.ts';
import { sentence } from './words.ts';

/** So many of each that the page stays below the 100 blocks that Slack takes, whatever there is. */
const most = { approvals: 10, runs: 15, freezes: 8, mitigations: 8, clusters: 30, commands: 16 } as const;

/**
 * The app's home tab for one person: what waits for them, what runs, what is frozen, what is not permanent yet, the
 * clusters, and what can be typed. Undefined stands for a house that could not be asked.
 */
export function renderHome(screen: HomeScreen | undefined, commands: readonly CommandDescription[]): types.HomeView {
  const safe = safeValue(screen);
  const away = line(
    words('❔ What waits and what runs could not be found out just now. Open this page again in a minute.'),
  );
  return {
    type: 'home',
    blocks: [
      ...(safe === undefined
        ? richText(away)
        : [
            ...approvals(safe),
            { type: 'divider' as const },
            ...runs(safe),
            ...freezes(safe),
            ...mitigations(safe),
            ...clusters(safe),
          ]),
      { type: 'divider' },
      header('What you can ask'),
      ...richText(
        line(words('Type a command in any channel that the bot is in. In a thread, mention the bot instead.')),
      ),
      ...commands.slice(0, most.commands).flatMap(one),
    ],
  };
}

function approvals({ approvals: all, unknown }: HomeScreen): Block[] {
  const title =
    all.length === 0 ? 'Your approvals' : `Your approvals · ${count(all.length, 'fix waits', 'fixes wait')}`;
  const clamped = clampList(all, most.approvals);
  return [
    header(title),
    ...nothing(all, unknown.approvals, 'No fix waits for your approval.'),
    ...clamped.shown.flatMap(approval),
    ...more(clamped, 'more fix waits', 'more fixes wait', 'Ask for all of them with /approvals.'),
  ];
}

function approval({ does, cluster, environment, requestedBy, expiresAt, frozen, link: card }: HomeApproval): Block[] {
  return [
    ...richText(
      line(
        strong(`${frozen ? frozenSign : '🛠️'} ${clampText(cluster, 60)}  `),
        words(sentence(does), 300),
        words('  '),
        card === undefined ? [] : link(card, 'Open its card'),
      ),
    ),
    ...context(
      { plain: clampText(environment, 60) },
      { markup: `Asked for by ${mention(clampText(requestedBy, 60))}.` },
      { markup: `The offer ends ${moment(expiresAt)}.` },
      { plain: frozen ? 'It is frozen, so it cannot be approved now.' : '' },
    ),
  ];
}

function runs({ runs: all, unknown }: HomeScreen): Block[] {
  const clamped = clampList(all, most.runs);
  return [
    header('Running now'),
    ...nothing(all, unknown.runs, 'Nothing runs at the moment.'),
    ...richText(list('bullet', clamped.shown.map(run))),
    ...more(clamped, 'more run', 'more runs'),
  ];
}

function run({ title, cluster, requestedBy, link: root }: HomeRun) {
  return line(
    strong(clampText(cluster, 60)),
    words(`  ${clampText(sentence(title), 150)} Asked for by `),
    person(requestedBy.id, requestedBy.name),
    words('.  '),
    root === undefined ? [] : link(root, 'Open its thread'),
  );
}

/** Not shown at all while nothing is frozen. */
function freezes({ freezes: all, unknown }: HomeScreen): Block[] {
  if (all.length === 0 && unknown.freezes === undefined) return [];
  const clamped = clampList(all, most.freezes);
  return [
    { type: 'divider' },
    header(`${frozenSign} Frozen`),
    ...nothing(all, unknown.freezes, ''),
    ...clamped.shown.flatMap(({ freeze, clusters }) => [
      ...richText(
        line(
          strong(clampText(sentence(sayScope(freeze.scope)).replace(/\.$/, ''), 100)),
          words(`  “${clampText(freeze.reason, 300)}”`),
        ),
      ),
      ...context({ markup: whoAndUntil(freeze) }, { plain: `It holds ${clampText(clusters.join(', '), 300)}.` }),
    ]),
    ...more(clamped, 'more freeze', 'more freezes', 'See all with /freeze list.'),
  ];
}

/** Not shown at all while every fix is permanent. */
function mitigations({ mitigations: all, unknown }: HomeScreen): Block[] {
  if (all.length === 0 && unknown.mitigations === undefined) return [];
  const clamped = clampList(all, most.mitigations);
  return [
    { type: 'divider' },
    header('🩹 Not permanent yet'),
    ...nothing(all, unknown.mitigations, ''),
    ...clamped.shown.flatMap(mitigation),
    ...more(clamped, 'more fix', 'more fixes', 'See all with /mitigations.'),
  ];
}

function mitigation({ cluster, permanent, owner, dueAt, overdue, link: card }: HomeMitigation): Block[] {
  return [
    ...richText(
      line(
        strong(`${overdue ? '⏰ ' : ''}${clampText(cluster, 60)}  `),
        words(sentence(permanent), 300),
        words('  '),
        card === undefined ? [] : link(card, 'Open it'),
      ),
    ),
    ...context(
      { markup: `Owner: ${mention(clampText(owner, 60))}.` },
      { markup: `${overdue ? 'It was due' : 'Due'} ${moment(dueAt)}.` },
    ),
  ];
}

function clusters({ clusters: all }: HomeScreen): Block[] {
  const clamped = clampList(all, most.clusters);
  return [
    { type: 'divider' },
    header('Clusters'),
    ...nothing(all, undefined, 'No cluster is registered. Whoever runs the bot adds them to its configuration.'),
    ...richText(list('bullet', clamped.shown.map(cluster))),
    ...more(clamped, 'more cluster', 'more clusters'),
    ...(all.length === 0 ? [] : context({ plain: 'Whether they answer, and what runs on them, tells /clusters.' })),
  ];
}

function cluster({ name, environment, mode, runs: running, frozen }: HomeCluster) {
  const says = [
    clampText(environment, 60),
    mode === 'remediate' ? 'fixes may be applied' : 'only looked at',
    running === undefined || running === 0 ? '' : count(running, 'run now', 'runs now'),
    frozen === true ? `${frozenSign} frozen` : '',
  ].filter((part) => part !== '');
  return line(strong(clampText(name, 60)), words(`  ${says.join(' · ')}`));
}

/** An empty part says that there is nothing, unless that is not known. */
function nothing(all: readonly unknown[], unknown: string | undefined, says: string): Block[] {
  if (unknown !== undefined) return richText(line(words(`❔ ${unknown}`)));
  return all.length === 0 ? richText(line(words(says))) : [];
}

function more({ left }: Clamped<unknown>, one: string, many: string, where = ''): Block[] {
  return left > 0 ? context({ plain: `${count(left, one, many)}. ${where}`.trim() }) : [];
}

function one({ name, summary, usageHint, examples }: CommandDescription): Block[] {
  return richText(
    line(code(`/${name} ${usageHint}`.trim()), words(`  ${sentence(summary)}`)),
    list(
      'bullet',
      // One alone is the command as it stands above.
      (examples.length > 1 ? examples.slice(0, 5) : []).map((example) => line(code(`/${name} ${example}`.trim()))),
    ),
  );
}
