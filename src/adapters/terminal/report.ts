import { arrange } from '../../core/causal-tree.ts';
import { sayDuration } from '../../core/duration.ts';
import { productNames, productTitles } from '../../core/platform.ts';
import { nameOf } from '../../core/reference.ts';
import { outcomeOf, type ReportedFinding, type RunReport, type Verdict } from '../../core/run.ts';
import type { Paint } from './paint.ts';
import { renderArticles, renderRemedies } from './sections.ts';
import { cut, hang, wrap } from './wrap.ts';

export type Rendering = { readonly paint: Paint; readonly width: number };

const shownEvidence = 4;
const shownLines = 2;
const rowsOfLine = 3;

/**
 * A run's report for a terminal: the causal tree with its evidence, what can be done, what to read, what was clear or
 * could not be looked at, and the outcome. What is left out is counted; the JSON has all of it.
 */
export function renderReport(report: RunReport, { paint, width }: Rendering): string {
  const rendering = { paint, width };
  const others = report.verdicts.filter(({ is }) => is !== 'found');
  const sections = [
    header(report, paint),
    ...arrange(report.findings).map(({ item, depth }) => renderFinding(item, depth, rendering)),
    renderRemedies(report.findings, rendering),
    renderArticles(report.findings, rendering),
    others.flatMap((verdict) => renderVerdict(verdict, rendering)),
    [outcome(report, paint), ...hang(counts(report), '', '', width).map((line) => paint.dim(line))],
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function header(report: RunReport, paint: Paint): string[] {
  const { run, platform } = report;
  const target = Object.entries(run.target)
    .map(([key, value]) => ` ${key}=${value}`)
    .join('');
  const took = new Date(run.finishedAt).getTime() - new Date(run.startedAt).getTime();
  const parts = [
    `Kubernetes ${platform.kubernetes.version ?? 'of unknown version'}`,
    ...productNames.flatMap((name) => {
      const product = platform[name];
      if (product === undefined) return [];
      return [`${productTitles[name]} ${product.version ?? 'of unknown version'} in ${product.namespace}`];
    }),
  ];
  return [
    `${paint.bold(run.playbook)} on ${paint.bold(run.cluster)}${target}`,
    paint.dim(`${parts.join(', ')}; ${run.startedAt}, ${took < 1000 ? `${took} ms` : sayDuration(took)}`),
  ];
}

function renderFinding(finding: ReportedFinding, depth: number, { paint, width }: Rendering): string[] {
  const indent = '   '.repeat(depth);
  const colour = { critical: paint.bad, warning: paint.warn, info: paint.dim }[finding.severity];
  const mark = colour(finding.severity === 'info' ? 'i' : '✗');
  const first = depth === 0 ? `${mark} ` : `${indent.slice(0, -3)}└─ ${mark} `;
  const inner = `${indent}  `;
  const sure = `${Math.round(finding.confidence * 100)} % sure: ${finding.confidenceBecause}`;
  const about = `${finding.severity}, ${finding.code}, ${nameOf(finding.about)}. ${sure}`;
  const hidden = finding.evidence.slice(shownEvidence).length;
  return [
    ...hang(finding.says, first, inner, width).map((line) => paint.bold(line)),
    ...hang(about, inner, inner, width).map((line) => paint.dim(line)),
    ...finding.evidence
      .slice(0, shownEvidence)
      .flatMap((evidence) => renderEvidence(evidence, inner, { paint, width })),
    ...(hidden === 0
      ? []
      : [paint.dim(`${inner}  and ${hidden} more ${hidden === 1 ? 'piece' : 'pieces'} of evidence, in --output json`)]),
  ];
}

function renderEvidence(
  evidence: ReportedFinding['evidence'][number],
  inner: string,
  { paint, width }: Rendering,
): string[] {
  const lines = evidence.lines ?? [];
  const earlier = Math.max(0, lines.length - shownLines);
  const count = evidence.outOf === undefined ? '' : ` (${lines.length} of ${evidence.outOf} lines)`;
  return [
    ...hang(`${evidence.says} [${evidence.from}${count}]`, `${inner}- `, `${inner}  `, width),
    ...(earlier === 0 ? [] : [paint.dim(`${inner}    … ${earlier} earlier`)]),
    ...lines.slice(-shownLines).flatMap((line) => logLine(line, `${inner}    `, width).map((row) => paint.dim(row))),
  ];
}

/** Half of a line of a log is its head, so that one row would hide what it says. */
function logLine(line: string, indent: string, width: number): string[] {
  const rows = wrap(line, Math.max(20, width - indent.length));
  const kept = rows.slice(0, rowsOfLine);
  const last = rows.slice(rowsOfLine - 1).join(' ');
  if (rows.length > rowsOfLine) kept[rowsOfLine - 1] = cut(last, width - indent.length);
  return kept.map((row) => indent + row);
}

function renderVerdict(verdict: Verdict, { paint, width }: Rendering): string[] {
  const measured = verdict.measured.slice(0, 3).map(({ what, is }) => `${what}: ${is}.`);
  const more = verdict.measured.length > 3 ? [`And ${verdict.measured.length - 3} more.`] : [];
  switch (verdict.is) {
    case 'unknown':
      return hang(`${verdict.asks} Not known. ${verdict.because ?? ''}`, `${paint.doubt('?')} `, '  ', width);
    case 'not-applicable':
      return hang(`${verdict.asks} Not asked: ${(verdict.because ?? '').replace(/\.$/, '')}.`, '- ', '  ', width).map(
        (line) => paint.dim(line),
      );
    default:
      return hang([verdict.asks, ...measured, ...more].join(' '), `${paint.good('✓')} `, '  ', width);
  }
}

function outcome(report: RunReport, paint: Paint): string {
  const words = {
    found: paint.bad('Something was found.'),
    unknown: paint.doubt('Nothing was found, but not everything could be looked at.'),
    clear: paint.good('All clear.'),
  };
  return words[outcomeOf(report)];
}

function counts(report: RunReport): string {
  const count = (is: Verdict['is']) => report.verdicts.filter((verdict) => verdict.is === is).length;
  const { requests, objects, bytes } = report.reads;
  return `${report.verdicts.length} checks: ${count('found')} found something, ${count('clear')} clear, ${count('unknown')} not known, ${count('not-applicable')} not applicable. ${requests} requests, ${objects} objects, ${Math.ceil(bytes / 1024)} KiB read.`;
}
