import { z } from 'zod';
import { Evidence, Measurement, Severity } from './finding.ts';
import { Platform } from './platform.ts';
import { ObjectReference } from './reference.ts';
import { Precondition, Risk, Step } from './remedy.ts';

export const ArticleLink = z.object({ id: z.string(), title: z.string(), url: z.string(), score: z.number() });
export type ArticleLink = z.infer<typeof ArticleLink>;

/** A check's answer. `unknown` and `not-applicable` always say why. */
export const Verdict = z.object({
  check: z.string(),
  asks: z.string(),
  is: z.enum(['clear', 'found', 'unknown', 'not-applicable']),
  because: z.string().optional(),
  measured: z.array(Measurement).default([]),
});
export type Verdict = z.infer<typeof Verdict>;

/** A remedy as it was worked out for one finding. `allowed` is false when a guard refuses. */
export const ReportedRemedy = z.object({
  id: z.string(),
  how: z.enum(['wait', 'change', 'manual']),
  does: z.string(),
  risk: Risk,
  reversible: z.boolean(),
  manual: z.boolean(),
  allowed: z.boolean(),
  effect: z.string(),
  whenNotToUse: z.array(z.string()),
  preconditions: z.array(Precondition),
  steps: z.array(Step),
  touches: z.object({ nodes: z.number(), pods: z.number() }),
});
export type ReportedRemedy = z.infer<typeof ReportedRemedy>;

export const ReportedFinding = z.object({
  code: z.string(),
  title: z.string(),
  check: z.string(),
  severity: Severity,
  confidence: z.number().min(0).max(1),
  confidenceBecause: z.string(),
  about: ObjectReference,
  says: z.string(),
  evidence: z.array(Evidence).min(1),
  /** Codes found in this run that bring this one about; empty for a root cause. */
  causedBy: z.array(z.string()),
  /** Which findings of these codes they are, by what they are about; of two with one code it may be one alone. */
  causes: z.array(z.object({ code: z.string(), about: ObjectReference })).optional(),
  articles: z.array(ArticleLink),
  remedies: z.array(ReportedRemedy),
});
export type ReportedFinding = z.infer<typeof ReportedFinding>;

export const ReadCounts = z.object({ requests: z.number(), objects: z.number(), bytes: z.number() });
export type ReadCounts = z.infer<typeof ReadCounts>;

/** What one run of one playbook on one cluster saw: the JSON that `triage run --output json` prints. */
export const RunReport = z.object({
  schema: z.literal('cluster-triage/run/v1'),
  run: z.object({
    id: z.string(),
    playbook: z.string(),
    cluster: z.string(),
    target: z.record(z.string(), z.string()).default({}),
    startedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime(),
  }),
  platform: Platform,
  verdicts: z.array(Verdict),
  /** Root causes before consequences, then by severity and confidence. */
  findings: z.array(ReportedFinding),
  reads: ReadCounts,
});
export type RunReport = z.infer<typeof RunReport>;

/** How a whole run came out: anything found wins, then anything unknown, else clear. */
export function outcomeOf(report: Pick<RunReport, 'verdicts'>): 'clear' | 'found' | 'unknown' {
  if (report.verdicts.some(({ is }) => is === 'found')) return 'found';
  if (report.verdicts.some(({ is }) => is === 'unknown')) return 'unknown';
  return 'clear';
}
