import { z } from 'zod';
import { Decision, GivenApproval } from './approval.ts';
import { Measurement } from './finding.ts';
import { Freeze } from './freeze.ts';
import { TriageJob } from './job.ts';
import { Prior } from './prior.ts';
import { Proposal } from './proposal.ts';
import { RunReport } from './run.ts';

export const RunState = z.enum(['queued', 'running', 'finished', 'failed', 'cancelled']);
export type RunState = z.infer<typeof RunState>;

/** A run as the house remembers it. */
export const RunRecord = z.object({
  request: TriageJob,
  state: RunState,
  startedAt: z.iso.datetime().optional(),
  finishedAt: z.iso.datetime().optional(),
  report: RunReport.optional(),
  /** Why it failed or who cancelled it, as a whole sentence. */
  because: z.string().optional(),
  proposals: z.array(z.string()).default([]),
});
export type RunRecord = z.infer<typeof RunRecord>;

/**
 * What came of an approved fix. `stopped`: a step was refused or did not settle; nothing after it was done. `undone`
 * and `not-undone`: of one that takes another back.
 */
export const Proof = z.object({
  outcome: z.enum(['resolved', 'not-resolved', 'unknown', 'stopped', 'nothing-done', 'undone', 'not-undone']),
  says: z.string(),
  done: z.array(z.string()),
  before: z.array(Measurement),
  after: z.array(Measurement),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  /** The freeze that stopped it. */
  frozen: Freeze.optional(),
});
export type Proof = z.infer<typeof Proof>;

/**
 * Where a proposal stands. It only moves forward: offered, then one decision, then applying, then an end.
 * `void`: a person approved it, but what was shown is no longer what would happen; nothing was done.
 */
export const ProposalState = z.discriminatedUnion('is', [
  z.object({ is: z.literal('offered') }),
  z.object({ is: z.literal('decided'), decision: Decision }),
  z.object({ is: z.literal('applying'), decision: Decision, says: z.string() }),
  z.object({ is: z.literal('done'), decision: Decision, proof: Proof }),
  z.object({
    is: z.literal('void'),
    decision: Decision,
    because: z.array(z.string()),
    /** What voided it: the cluster moved (when it is left out), or a rule or a limit says no by now. */
    by: z.enum(['rules', 'limits']).optional(),
  }),
]);
export type ProposalState = z.infer<typeof ProposalState>;

export const ProposalRecord = z.object({
  proposal: Proposal,
  state: ProposalState,
  /** What the check measured when the proposal was offered. */
  measured: z.array(Measurement),
  /** Who has approved so far, one entry a person, in the order in which they did. */
  approvals: z.array(GivenApproval).optional(),
  /** Since when the second group of the policy may approve it too. */
  escalatedAt: z.iso.datetime().optional(),
  /** What each patch overwrote, stored before the patch was sent. */
  prior: z.array(Prior).optional(),
  /** The latest proposal that takes this one back. */
  undo: z.string().optional(),
});
export type ProposalRecord = z.infer<typeof ProposalRecord>;
