import { rulesYaml, sayRule } from '../../../core/access-question.ts';
import { type ClusterReport, type PlaybookAccess, standingOf } from '../../../core/cluster-report.ts';
import { sayDuration } from '../../../core/duration.ts';
import type { ClustersScreen } from '../../../core/screen.ts';
import { compose, detail, needed, type Part, type Rendering, useful } from './compose.ts';
import { clampList, clampText, count, readable } from './limits.ts';
import { owner } from './mrkdwn.ts';
import { context, header } from './pieces.ts';
import { line, list, preformatted, richText, strong, words } from './rich-text.ts';
import { platformSaid } from './verdicts.ts';
import { type Sign, sentence, verdicts } from './words.ts';

/** How the registered clusters stand; what cannot be told is never shown as well. */
export function renderClusters({ reports, isDetailed }: ClustersScreen): Rendering {
  const [only] = reports;
  if (isDetailed && only !== undefined) return renderCluster(only);
  const said = `${count(reports.length, 'registered cluster')}: ${counts(reports)}`;
  const sorted = reports.toSorted((left, right) => rank(left) - rank(right));
  const parts: Part[] = [
    needed(header(`Clusters · ${count(reports.length, 'cluster')}`)),
    needed(richText(line(strong(said)))),
    ...sorted.map((report) => detail(richText(overview(report)))),
    needed(context({ plain: 'Say /clusters with a name for the details of one, and for the exact rules to add.' })),
  ];
  return compose(said, parts, 'On the command line, triage clusters prints all of them.', 'cluster');
}

const signs: Readonly<Record<ReturnType<typeof standingOf>, Sign>> = {
  unknown: verdicts.unknown,
  missing: { sign: '🟠', word: 'Rules are missing' },
  complete: { sign: '🟢', word: 'Complete' },
};

function rank(report: ClusterReport): number {
  return ['unknown', 'missing', 'complete'].indexOf(standingOf(report));
}

function counts(reports: readonly ClusterReport[]): string {
  const of = (is: ReturnType<typeof standingOf>) => reports.filter((report) => standingOf(report) === is).length;
  const kinds = [
    [of('unknown'), 'not known'],
    [of('missing'), 'with missing rules'],
    [of('complete'), 'where everything needed may be read'],
  ] as const;
  return `${kinds
    .filter(([number]) => number > 0)
    .map(([number, what]) => `${number} ${what}`)
    .join(', ')}.`;
}

function overview(report: ClusterReport) {
  const { name, environment, mode } = report;
  return [
    line(
      strong(`${signs[standingOf(report)].sign} ${clampText(name, 63)}`),
      words(` (${clampText(environment, 60)}, ${mode})`),
    ),
    ...list('bullet', [
      line(words(platformOf(report), 300)),
      line(words(reachedSaid(report), 400)),
      line(words(accessSaid(report), 400)),
    ]),
  ];
}

function platformOf({ platform }: ClusterReport): string {
  return platform === undefined ? '' : platformSaid(platform);
}

function reachedSaid({ reached }: ClusterReport): string {
  if (reached.is === 'unknown') return `It could not be reached. ${sentence(reached.because)}`;
  return reached.milliseconds === 0
    ? 'It answered at once.'
    : `It answered within ${saysMilliseconds(reached.milliseconds)}.`;
}

function saysMilliseconds(milliseconds: number): string {
  return milliseconds < 1000 ? `${milliseconds} ms` : sayDuration(milliseconds);
}

function accessSaid({ reached, playbooks }: ClusterReport): string {
  if (reached.is === 'unknown') return '';
  const of = (is: PlaybookAccess['is']) => playbooks.filter((playbook) => playbook.is === is);
  const named = (found: readonly PlaybookAccess[]) => found.map(({ playbook }) => playbook).join(', ');
  const said = [
    [of('complete'), 'complete', false],
    [of('missing'), 'with missing rules', true],
    [of('unknown'), 'not known', true],
    [of('not-applicable'), 'not applicable here', true],
  ] as const;
  const parts = said
    .filter(([found]) => found.length > 0)
    .map(([found, what, isNamed]) => `${found.length} ${what}${isNamed ? ` (${named(found)})` : ''}`);
  return `${count(playbooks.length, 'playbook')}: ${parts.join(', ')}.`;
}

const yamlLines = 60;

function renderCluster(report: ClusterReport): Rendering {
  const { name, mode, missing, playbooks } = report;
  const { sign, word } = signs[standingOf(report)];
  const said = `${sign} ${word}: ${clampText(name, 63)}. ${reachedSaid(report)}`;
  const { shown, left } = clampList(missing.length === 0 ? [] : rulesYaml(missing).split('\n'), yamlLines);
  const parts: Part[] = [
    needed(header(`${sign} ${word}: ${clampText(name, 63)}`)),
    needed(richText(line(words(`${reachedSaid(report)} ${accessSaid(report)}`, 800)))),
    useful(context({ plain: platformOf(report) }, { plain: registered(report) }, { markup: owned(report) })),
    ...playbooks.map((playbook) => detail(richText(...playbookLines(playbook)))),
    ...(shown.length === 0
      ? []
      : [
          useful(richText(line(strong(`These rules are missing for the mode ${mode}. Add them as they stand:`)))),
          useful(richText(preformatted(shown))),
        ]),
    needed(
      context({
        plain: left === 0 ? '' : `${count(left, 'more line')} of rules: triage clusters ${name} prints all of them.`,
      }),
    ),
  ];
  return compose(said, parts, `On the command line, triage clusters ${name} prints all of it.`);
}

function registered({ environment, mode, labels, policy }: ClusterReport): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  const labelled = pairs.length === 0 ? 'no labels' : `labels ${pairs.join(', ')}`;
  return clampText(`${environment}, mode ${mode}, policy ${policy}, ${labelled}`, readable.contextText);
}

function owned({ owners }: ClusterReport): string {
  const { shown, left } = clampList(owners, 8);
  if (shown.length === 0) return '';
  return `Owned by ${shown.map(owner).join(', ')}${left === 0 ? '' : ` and ${left} more`}.`;
}

const accessSigns: Readonly<Record<PlaybookAccess['is'], string>> = {
  complete: '🟢',
  missing: '🟠',
  unknown: '❔',
  'not-applicable': '➖',
};

function playbookLines({ playbook, is, missing, because }: PlaybookAccess) {
  const rules = clampList(missing, 4);
  const more = rules.left === 0 ? [] : [line(words(`${count(rules.left, 'more rule')}.`))];
  const says = {
    complete: 'may do everything it needs.',
    missing: 'may not:',
    unknown: `is not known. ${because[0] ?? ''}`,
    'not-applicable': 'does not apply: what it asks about does not run here.',
  };
  return [
    line(strong(`${accessSigns[is]} ${playbook} `), words(says[is], 300)),
    ...list('bullet', [...rules.shown.map((rule) => line(words(sayRule(rule), 200))), ...more]),
  ];
}
