import type { ProposalRecord } from '../core/record.ts';
import { nameOf } from '../core/reference.ts';
import type { ReportedFinding, RunReport } from '../core/run.ts';

/** Everything that the messages of a thread may have had to shorten, uncut and redacted, as a text file. */
export function evidenceFile(report: RunReport, proposals: readonly ProposalRecord[]): string {
  const { run } = report;
  return `${[
    `Playbook ${run.playbook} on ${run.cluster}, ${run.startedAt}, run ${run.id}`,
    '',
    ...report.findings.flatMap((finding) => [...linesOfFinding(finding), '']),
    ...proposals.flatMap((record) => [...linesOfProposal(record), '']),
  ].join('\n')}\n`;
}

function linesOfFinding(finding: ReportedFinding): string[] {
  return [
    `${finding.code} (${finding.severity}) about ${nameOf(finding.about)}`,
    finding.says,
    ...finding.evidence.flatMap((evidence) => {
      const count = evidence.outOf === undefined ? '' : ` (${evidence.lines?.length ?? 0} of ${evidence.outOf} lines)`;
      return [`  ${evidence.from}: ${evidence.says}${count}`, ...(evidence.lines ?? []).map((line) => `    ${line}`)];
    }),
    ...finding.remedies
      .filter(({ manual }) => manual)
      .flatMap((remedy) => [
        `  By hand: ${remedy.does}`,
        ...remedy.steps.map(({ does }, index) => `    ${index + 1}. ${does}`),
      ]),
  ];
}

function linesOfProposal({ proposal }: ProposalRecord): string[] {
  return [
    `Proposed fix ${proposal.id}: ${proposal.remedy.does}`,
    `Digest ${proposal.digest}`,
    ...proposal.remedy.steps.map(({ does }, index) => `  ${index + 1}. ${does}`),
    ...proposal.remedy.preconditions.map(({ asks, holds, because }) => `  Guard, ${holds}: ${asks} ${because}`),
    ...proposal.dryRuns.flatMap(({ change, diff, cannot }) => [
      `  Dry run of ${change}${cannot === undefined ? '' : `: not possible. ${cannot}`}`,
      ...diff.map((line) => `    ${line}`),
    ]),
  ];
}
