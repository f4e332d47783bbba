import { digestOf } from '../core/canonical-json.ts';
import { describeChange } from '../core/change.ts';
import { differences } from '../core/difference.ts';
import { CannotChange, CannotRead } from '../core/errors.ts';
import type { Measurement } from '../core/finding.ts';
import type { Playbook } from '../core/playbook.ts';
import { type DryRun, type Proposal, proposalDigest } from '../core/proposal.ts';
import type { ClusterReader } from '../core/reader.ts';
import type { Step } from '../core/remedy.ts';
import type { ReportedFinding, ReportedRemedy, RunReport } from '../core/run.ts';
import type { ClusterWriter } from '../ports/cluster.ts';
import { reversalsOf } from './ownership.ts';

export type Offering = {
  readonly report: RunReport;
  readonly playbook: Playbook;
  readonly environment: string;
  readonly requestedBy: string;
  readonly reader: ClusterReader;
  readonly writer: ClusterWriter;
  readonly now: Date;
  readonly expiresAfterMilliseconds: number;
};

/** The remedy of a finding that is put up for a decision: the first, and so least invasive, one that may be done. */
export function remedyToOffer(finding: ReportedFinding): ReportedRemedy | undefined {
  return (
    finding.remedies.find(({ how, allowed }) => allowed && how !== 'manual') ??
    finding.remedies.find(({ how }) => how === 'change')
  );
}

/**
 * Works a remedy out into something that can be decided about: every change tried with the server's dry run, and
 * the digest that an approval is bound to. Working the same thing out again from the same cluster gives the same
 * digest.
 */
export async function propose(finding: ReportedFinding, remedy: ReportedRemedy, offering: Offering): Promise<Proposal> {
  const { report, playbook, now } = offering;
  const dryRuns = remedy.allowed ? await Promise.all(remedy.steps.map((step) => tryOut(step, offering.writer))) : [];
  const bound = {
    playbook: { id: playbook.id, version: playbook.version },
    cluster: report.run.cluster,
    code: finding.code,
    about: finding.about,
    remedy,
    dryRuns: dryRuns.flat(),
  };
  const reversals = remedy.allowed ? await reversalsOf(remedy.steps, offering.reader) : [];
  const id = digestOf([report.run.id, finding.code, finding.about, remedy.id]).slice(0, 20);
  return {
    ...bound,
    id,
    run: report.run.id,
    environment: offering.environment,
    target: report.run.target,
    check: finding.check,
    says: finding.says,
    digest: proposalDigest(bound),
    requestedBy: offering.requestedBy,
    offeredAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + offering.expiresAfterMilliseconds).toISOString(),
    ...(reversals.length === 0 ? {} : { reversals }),
  };
}

/** What the API server would do with a step. */
export async function tryOut(step: Step, writer: ClusterWriter): Promise<DryRun[]> {
  if (step.change === undefined) return [];
  const change = describeChange(step.change);
  try {
    const tried = await writer.dryRun(step.change);
    if ('cannot' in tried) return [{ change, diff: [], cannot: tried.cannot }];
    if (tried.after === undefined) return [{ change, diff: [`- ${change.replace(/^\S+ /, '')}`] }];
    return [{ change, diff: differences(tried.before, tried.after) }];
  } catch (error) {
    if (!(error instanceof CannotChange || error instanceof CannotRead)) throw error;
    return [{ change, diff: [], cannot: error.message }];
  }
}

/** What a check measured in a run, for the before and the after of a proof. */
export function measuredBy(report: RunReport, check: string): Measurement[] {
  return report.verdicts.find((verdict) => verdict.check === check)?.measured ?? [];
}
