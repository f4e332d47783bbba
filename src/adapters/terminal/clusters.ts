import { rulesYaml, sayRule } from '../../core/access-question.ts';
import { type ClusterReport, type PlaybookAccess, standingOf } from '../../core/cluster-report.ts';
import { sayDuration } from '../../core/duration.ts';
import { productNames, productTitles } from '../../core/platform.ts';
import { plainText } from '../../core/redact.ts';
import type { Paint } from './paint.ts';

/** How clusters stand, for a terminal, with every rule that is missing as YAML. */
export function renderClusters(reports: readonly ClusterReport[], paint: Paint): string {
  return reports
    .map((report) => plainLines(report, paint).join('\n'))
    .join('\n\n')
    .concat('\n');
}

const titles = { complete: 'complete', missing: 'rules are missing', unknown: 'not known' } as const;

function plainLines(report: ClusterReport, paint: Paint): string[] {
  const { name, environment, mode, labels, reached, playbooks, missing } = report;
  const standing = standingOf(report);
  const colour = { complete: paint.good, missing: paint.warn, unknown: paint.doubt }[standing];
  const labelled = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return [
    `${paint.bold(name)}  ${colour(titles[standing])}`,
    `  ${[environment, mode, ...labelled].join(', ')}`,
    reached.is === 'yes'
      ? `  Answered within ${reached.milliseconds < 1000 ? `${reached.milliseconds} ms` : sayDuration(reached.milliseconds)}.`
      : `  Not reached. ${plainText(reached.because)}`,
    ...(report.platform === undefined ? [] : [`  ${plainText(platformOf(report.platform))}`]),
    ...playbooks.flatMap((playbook) => linesOf(playbook, paint)),
    ...(missing.length === 0
      ? []
      : [
          '  Add these rules as they stand:',
          ...rulesYaml(missing)
            .split('\n')
            .map((text) => `    ${text}`),
        ]),
  ];
}

function platformOf(platform: NonNullable<ClusterReport['platform']>): string {
  const products = productNames.flatMap((product) => {
    const found = platform[product];
    return found === undefined ? [] : [`${productTitles[product]} ${found.version ?? '(version unknown)'}`];
  });
  const unread = Object.keys(platform.unread ?? {}).map((product) => `${product} (could not be looked for)`);
  return [`Kubernetes ${platform.kubernetes.version ?? '(version unknown)'}`, ...products, ...unread].join(', ');
}

function linesOf({ playbook, is, missing, because }: PlaybookAccess, paint: Paint): string[] {
  switch (is) {
    case 'complete':
      return [`  ${paint.good('✔')} ${playbook}: may do everything it needs`];
    case 'not-applicable':
      return [paint.dim(`  – ${playbook}: does not apply here`)];
    case 'unknown':
      return [`  ${paint.doubt('?')} ${playbook}: ${plainText(because[0] ?? 'it could not be told')}`];
    case 'missing':
      return [
        `  ${paint.warn('✘')} ${playbook}: may not`,
        ...missing.map((rule) => `      ${sayRule(rule)}`),
        ...because.map((sentence) => `      ${plainText(sentence)}`),
      ];
  }
}
