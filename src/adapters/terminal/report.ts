import { depthOf } from '../../core/causal-tree.ts';
import { sayDuration } from '../../core/duration.ts';
import { nameOf } from '../../core/reference.ts';
import { outcomeOf, type ReportedFinding, type ReportedRemedy, type RunReport, type Verdict } from '../../core/run.ts';
import type { Paint } from './paint.ts';
import { hang } from './wrap.ts';

export type Rendering = { readonly paint: Paint; readonly width: number };

const shownLines = 6;

/** A run's report for a terminal: the causal tree, what was clear, what could not be looked at, and the outcome. */
export function renderReport(report: RunReport, { paint, width }: Rendering): string {
  const causedBy = Object.fromEntries(report.findings.map((finding) => [finding.code, finding.causedBy]));
  const lines = [
    ...header(report, paint),
    '',
    ...report.findings.flatMap((finding) => [
      ...renderFinding(finding, depthOf(finding.code, causedBy), { paint, width }),
      '',
    ]),
    ...report.verdicts
      .filter(({ is }) => is !== 'found')
      .flatMap((verdict) => renderVerdict(verdict, { paint, width })),
    '',
    outcome(report, paint),
    paint.dim(`${report.reads.requests} requests, ${report.reads.objects} objects, ${report.reads.bytes} bytes read.`),
  ];
  return `${lines.join('\n').replace(/\n{3,}/g, '\n\n')}\n`;
}

function header(report: RunReport, paint: Paint): string[] {
  const { run, platform } = report;
  const target = Object.entries(run.target)
    .map(([key, value]) => ` ${key}=${value}`)
    .join('');
  const took = new Date(run.finishedAt).getTime() - new Date(run.startedAt).getTime();
  const parts = [
    `Kubernetes ${platform.kubernetes.version ?? 'of unknown version'}`,
    ...(platform.kubeOvn === undefined
      ? []
      : [`kube-ovn ${platform.kubeOvn.version ?? 'of unknown version'} in ${platform.kubeOvn.namespace}`]),
    ...(platform.kubeVirt === undefined ? [] : [`KubeVirt ${platform.kubeVirt.version ?? ''}`.trim()]),
  ];
  return [
    `${paint.bold(run.playbook)} on ${paint.bold(run.cluster)}${target}`,
    paint.dim(`${parts.join(', ')}; ${run.startedAt}, ${took < 1000 ? `${took} ms` : sayDuration(took)}`),
  ];
}

function renderFinding(finding: ReportedFinding, depth: number, { paint, width }: Rendering): string[] {
  const indent = '  '.repeat(depth);
  const colour = { critical: paint.bad, warning: paint.warn, info: paint.dim }[finding.severity];
  const mark = colour(finding.severity === 'info' ? 'i' : '✗');
  const branch = depth === 0 ? '' : '└ ';
  const inner = `${indent}${branch === '' ? '' : '  '}  `;
  const percent = `${Math.round(finding.confidence * 100)} %`;
  return [
    ...hang(paint.bold(finding.says), `${indent}${branch}${mark} `, inner, width),
    ...hang(
      paint.dim(
        `${finding.code}, ${nameOf(finding.about)}, ${finding.severity}, ${percent} sure: ${finding.confidenceBecause}`,
      ),
      inner,
      inner,
      width,
    ),
    ...(finding.causedBy.length === 0 ? [] : [`${inner}${paint.dim(`because of ${finding.causedBy.join(', ')}`)}`]),
    ...finding.evidence.flatMap((evidence) => renderEvidence(evidence, inner, { paint, width })),
    ...finding.articles.map(({ title, url }) => `${inner}${paint.dim('read')} ${title} ${paint.dim(url)}`),
    ...finding.remedies.flatMap((remedy) => renderRemedy(remedy, inner, { paint, width })),
  ];
}

function renderEvidence(
  evidence: ReportedFinding['evidence'][number],
  inner: string,
  { paint, width }: Rendering,
): string[] {
  const lines = evidence.lines ?? [];
  const hidden = lines.length - Math.min(lines.length, shownLines);
  const count = evidence.outOf === undefined ? '' : ` (${lines.length} of ${evidence.outOf} lines)`;
  return [
    ...hang(
      `${evidence.says} ${paint.dim(`${evidence.from}${count}`)}`,
      `${inner}${paint.dim('seen')} `,
      `${inner}     `,
      width,
    ),
    ...lines.slice(-shownLines).map((line) => `${inner}     ${paint.dim(line)}`),
    ...(hidden === 0 ? [] : [`${inner}     ${paint.dim(`… and ${hidden} earlier lines; --output json has them all`)}`]),
  ];
}

function renderRemedy(remedy: ReportedRemedy, inner: string, { paint, width }: Rendering): string[] {
  const word = { wait: 'wait', change: 'fix', manual: 'by hand' }[remedy.how];
  const refused = remedy.preconditions.filter(({ holds }) => holds === 'no' || holds === 'unknown');
  const deep = `${inner}     `;
  return [
    ...hang(
      `${remedy.does} ${paint.dim(`(${remedy.id}, risk ${remedy.risk})`)}`,
      `${inner}${remedy.allowed ? paint.good(word) : paint.warn(`${word}, refused`)} `,
      deep,
      width,
    ),
    ...refused.flatMap(({ asks, because }) => hang(`${asks} ${because}`, `${deep}${paint.warn('no: ')}`, deep, width)),
    ...remedy.steps.flatMap(({ does }, index) => hang(does, `${deep}${index + 1}. `, `${deep}   `, width)),
  ];
}

function renderVerdict(verdict: Verdict, { paint, width }: Rendering): string[] {
  const measured = verdict.measured
    .slice(0, 3)
    .map(({ what, is }) => `${what}: ${is}`)
    .join('; ');
  switch (verdict.is) {
    case 'clear':
      return hang(`${verdict.asks} ${paint.dim(measured)}`, `${paint.good('✓')} `, '  ', width);
    case 'unknown':
      return hang(
        `${verdict.asks} ${paint.doubt('Not known:')} ${verdict.because ?? ''}`,
        `${paint.doubt('?')} `,
        '  ',
        width,
      );
    default:
      return hang(
        paint.dim(`${verdict.asks} Not asked: ${verdict.because ?? ''}.`.replace('..', '.')),
        paint.dim('- '),
        '  ',
        width,
      );
  }
}

function outcome(report: RunReport, paint: Paint): string {
  const count = (is: Verdict['is']) => report.verdicts.filter((verdict) => verdict.is === is).length;
  const words = {
    found: paint.bad('Something was found.'),
    unknown: paint.doubt('Nothing was found, but not everything could be looked at.'),
    clear: paint.good('All clear.'),
  };
  const checks = `${report.verdicts.length} checks: ${count('found')} found, ${count('clear')} clear, ${count('unknown')} unknown, ${count('not-applicable')} not applicable.`;
  return `${words[outcomeOf(report)]} ${checks}`;
}
