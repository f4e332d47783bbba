import type { Proposal } from '../core/proposal.ts';
import { sameObject } from '../core/reference.ts';
import type { ReportedFinding, RunReport } from '../core/run.ts';
import { Target } from '../core/target.ts';
import type { Cluster } from '../ports/cluster.ts';
import { findPlaybook } from './catalogue.ts';
import { type RunWith, runPlaybook } from './run-playbook.ts';

export type SecondLook = {
  readonly report: RunReport;
  /** `clear`: the check ran and this finding is gone. */
  readonly is: 'clear' | 'found' | 'unknown';
  readonly finding: ReportedFinding | undefined;
  readonly because: string | undefined;
};

/** Asks the check that made a finding once more, from a fresh picture of the cluster. */
export async function lookAgain(
  proposal: Proposal,
  cluster: Cluster,
  rest: RunWith,
  signal?: AbortSignal,
): Promise<SecondLook> {
  const playbook = findPlaybook(rest.catalogue, proposal.playbook.id);
  const checks = rest.catalogue.checks.filter(({ id }) => id === proposal.check);
  const report = await runPlaybook(
    {
      id: proposal.run,
      playbook: { ...playbook, checks },
      clusterName: proposal.cluster,
      cluster,
      target: Target.parse(proposal.target),
      signal,
    },
    rest,
  );
  // The same fix may stand for several objects: it has helped when none of them needs it any more.
  const same = report.findings.filter(({ code }) => code === proposal.code);
  const finding =
    same.find(({ about }) => sameObject(about, proposal.about)) ??
    same.find(({ remedies }) => remedies.some(({ id }) => id === proposal.remedy.id));
  const verdict = report.verdicts[0];
  if (finding !== undefined) return { report, is: 'found', finding, because: finding.says };
  if (verdict?.is === 'clear' || verdict?.is === 'found') return { report, is: 'clear', finding, because: undefined };
  return {
    report,
    is: 'unknown',
    finding,
    because: verdict?.because ?? `There is no check ${proposal.check} any more.`,
  };
}
