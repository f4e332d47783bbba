import type { Draft, DraftLanguage } from '../core/draft.ts';
import type { Measurement } from '../core/finding.ts';
import type { LedgerEntry } from '../core/ledger-entry.ts';
import { code, fenced, prose, scalar } from '../core/markdown.ts';
import { type Platform, productNames, productTitles } from '../core/platform.ts';
import type { Proposal } from '../core/proposal.ts';
import type { Proof } from '../core/record.ts';
import { safeText } from '../core/redact.ts';
import { nameOf } from '../core/reference.ts';
import type { ReportedFinding, ReportedRemedy, RunReport } from '../core/run.ts';
import { type DraftPhrases, draftPhrases } from './draft-phrases.ts';

/** A fix that was proved to have resolved its finding, with what the ledger says of it. */
export type Resolved = {
  readonly proposal: Proposal;
  readonly proof: Proof;
  readonly entries: readonly LedgerEntry[];
};

export type Drafting = {
  readonly report: RunReport;
  readonly environment: string;
  /** What the article is about. */
  readonly finding: ReportedFinding;
  readonly resolved: readonly Resolved[];
  readonly language: DraftLanguage;
};

const mostLines = 20;

/**
 * Writes an article in the team's own format. Every sentence is quoted from the records of the run or from the ledger;
 * what the records do not say is left to the person who finishes it.
 */
export function draftArticle(drafting: Drafting): Draft {
  const { report, finding, language } = drafting;
  const said = draftPhrases[language];
  const { headings } = said;
  const sections: readonly (readonly [string, readonly string[]])[] = [
    [headings.issue, issue(drafting, said)],
    [headings.environment, environmentOf(drafting, said)],
    [headings.cause, cause(drafting, said)],
    [headings.resolution, drafting.resolved.flatMap((resolved) => resolution(resolved, said))],
    [headings.workaround, workaround(drafting, said)],
    [headings.diagnosis, diagnosis(drafting, said)],
    [headings.related, related(drafting, said)],
  ];
  const lines = [
    ...frontMatter(report.platform, finding.code),
    '',
    `# ${prose(finding.title)}`,
    ...sections.flatMap(([heading, text]) => ['', `## ${heading}`, '', ...text]),
    '',
  ];
  const single = lines.filter((line, at) => line !== '' || lines[at - 1] !== '' || at === 0);
  const markdown = safeText(single.join('\n')).toWellFormed();
  return { run: report.run.id, code: finding.code, language, title: safeText(finding.title), markdown };
}

function frontMatter(platform: Platform, findingCode: string): string[] {
  const products = productsOf(platform);
  return [
    '---',
    'kind:',
    '  - Troubleshooting',
    'products:',
    ...products.map(({ title }) => `  - ${scalar(title)}`),
    'ProductsVersion:',
    ...products.flatMap(({ title, version }) =>
      version === undefined ? [] : [`  - ${scalar(`${title} ${version}`)}`],
    ),
    'findings:',
    `  - ${scalar(findingCode)}`,
    '---',
  ];
}

function productsOf(platform: Platform): { title: string; version: string | undefined }[] {
  return [
    { title: 'Kubernetes', version: platform.kubernetes.version },
    ...productNames.flatMap((name) => {
      const product = platform[name];
      return product === undefined ? [] : [{ title: productTitles[name], version: product.version }];
    }),
  ];
}

function issue({ report, finding }: Drafting, said: DraftPhrases): string[] {
  const explained = [finding, ...causesOf(report, finding)];
  const others = report.findings.filter((other) => !explained.includes(other));
  return [
    prose(finding.says),
    '',
    `${said.about} ${code(nameOf(finding.about))}`,
    ...(others.length === 0 ? [] : ['', said.alsoFound, '', ...others.map(({ says }) => `- ${prose(says)}`)]),
  ];
}

function environmentOf({ report, environment }: Drafting, said: DraftPhrases): string[] {
  return [
    `- ${prose(said.cluster(report.run.cluster, environment))}`,
    ...productsOf(report.platform).map(({ title, version }) => `- ${prose([title, version ?? ''].join(' '))}`),
  ];
}

/** From what was resolved back to where nothing explains it further, the nearest first. */
function causesOf({ findings }: RunReport, finding: ReportedFinding): ReportedFinding[] {
  const chain: ReportedFinding[] = [];
  const open = [...finding.causedBy];
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    const found = findings.filter((other) => other.code === next && other !== finding && !chain.includes(other));
    chain.push(...found);
    open.push(...found.flatMap(({ causedBy }) => causedBy));
  }
  return chain;
}

function cause({ report, finding }: Drafting, said: DraftPhrases): string[] {
  const chain = causesOf(report, finding);
  const surety = ({ confidence, confidenceBecause }: ReportedFinding) =>
    `${said.sure(Math.round(confidence * 100))} ${prose(confidenceBecause)}`;
  if (chain.length === 0) return [`${prose(finding.says)} ${said.root}`, '', surety(finding)];
  return [
    said.becauseOf,
    '',
    ...chain.map((one, at) => `${at + 1}. ${prose(one.title)}: ${prose(one.says)} ${surety(one)}`),
  ];
}

function resolution({ proposal, proof, entries }: Resolved, said: DraftPhrases): string[] {
  const { remedy } = proposal;
  const done = proof.done.length === 0 ? [] : [said.steps, '', ...numbered(proof.done), ''];
  const guards = remedy.preconditions.map(({ asks, because }) => `- ${prose(asks)} ${prose(because)}`);
  return [
    prose(remedy.does),
    '',
    ...done,
    ...(remedy.effect === '' ? [] : [prose(remedy.effect), '']),
    prose(proof.says),
    '',
    ...measurements(proof.before, proof.after, said),
    said.record,
    '',
    ...entries
      .filter(({ event }) => said.events[event] !== undefined)
      .map((entry) => `- ${entry.at}: ${recorded(entry, proposal, said)}`),
    '',
    ...(guards.length === 0 ? [] : [said.before, '', ...guards, '']),
    ...notFor(remedy, said),
  ];
}

function recorded({ event, detail }: LedgerEntry, { remedy }: Proposal, said: DraftPhrases): string {
  const step = typeof detail['step'] === 'number' ? remedy.steps[detail['step']]?.does : undefined;
  const words = [detail['is'], detail['outcome'], detail['reason'], detail['says']].filter(
    (word) => typeof word === 'string' && word !== '',
  );
  const what = [...(step === undefined ? [] : [step]), ...words].map((word) => prose(String(word))).join('; ');
  const name = said.events[event] ?? event;
  return what === '' ? name : `${name}: ${what}`;
}

function measurements(before: readonly Measurement[], after: readonly Measurement[], said: DraftPhrases): string[] {
  const valueOf = (of: readonly Measurement[], name: string) => of.find(({ what }) => what === name)?.is;
  const names = [...new Set([...before, ...after].map(({ what }) => what))];
  const rows = names.map((name) => [name, valueOf(before, name), valueOf(after, name)] as const);
  const changed = rows.filter(([, was, is]) => was !== is);
  const same = rows.length - changed.length;
  if (rows.length === 0) return [];
  return [
    said.measured,
    '',
    ...(changed.length === 0 ? [] : [`| ${said.columns.join(' | ')} |`, '|---|---|---|']),
    ...changed.map((row) => `| ${row.map((value) => prose(value ?? said.notMeasured)).join(' | ')} |`),
    ...(changed.length === 0 ? [] : ['']),
    ...(same === 0 ? [] : [said.unchanged(same), '']),
  ];
}

/** The other ways that the run offered: waiting, or a person's own hands. */
function workaround({ finding, resolved }: Drafting, said: DraftPhrases): string[] {
  const taken = new Set(resolved.map(({ proposal }) => proposal.remedy.id));
  const others = finding.remedies.filter(({ id, how }) => !taken.has(id) && how !== 'change');
  if (others.length === 0) return [said.noWorkaround];
  return others.flatMap((remedy) => [
    prose(remedy.does),
    '',
    ...(remedy.steps.length === 0 ? [] : [...numbered(remedy.steps.map(({ does }) => does)), '']),
    ...notFor(remedy, said),
  ]);
}

function notFor({ whenNotToUse }: ReportedRemedy, said: DraftPhrases): string[] {
  return whenNotToUse.length === 0 ? [] : [said.notFor, '', ...whenNotToUse.map((when) => `- ${prose(when)}`), ''];
}

/** What each check asked, and where it saw the answer. */
function diagnosis({ report, finding }: Drafting, said: DraftPhrases): string[] {
  return [finding, ...causesOf(report, finding)].flatMap(({ check, evidence }) => {
    const asks = report.verdicts.find((verdict) => verdict.check === check)?.asks;
    return [
      ...(asks === undefined ? [] : [prose(asks), '']),
      said.seen,
      '',
      ...evidence.flatMap(({ from, says, lines = [], outOf }) => {
        const shown = lines.slice(-mostLines);
        return [
          `- ${code(from)}: ${prose(says)}`,
          ...(shown.length === 0
            ? []
            : ['', ...fenced(shown, '  '), '', `  ${said.lines(shown.length, lines.length, outOf)}`, '']),
        ];
      }),
      '',
    ];
  });
}

function related({ report, finding, resolved }: Drafting, said: DraftPhrases): string[] {
  const { id, playbook, finishedAt } = report.run;
  return [
    ...finding.articles.map(({ title, url }) => `- ${prose(title)}: ${addressed(url)}`),
    `- ${said.code} ${code(finding.code)}`,
    `- ${prose(said.run(id, playbook, finishedAt))}`,
    ...resolved.map(({ proposal }) => `- ${code(proposal.remedy.id)}, sha256 ${code(proposal.digest)}`),
  ];
}

function addressed(url: string): string {
  return /^https?:[^<>\s]+$/.test(url) ? `<${url}>` : code(url);
}

function numbered(items: readonly string[]): string[] {
  return items.map((item, at) => `${at + 1}. ${prose(item)}`);
}
