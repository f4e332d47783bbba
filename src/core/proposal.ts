import { z } from 'zod';
import { canonicalJson, digestOf } from './canonical-json.ts';
import { changedObject } from './change.ts';
import { Reversal } from './ownership.ts';
import { ObjectReference } from './reference.ts';
import { ReportedRemedy } from './run.ts';

/** What the API server answered to one change with `dryRun=All`, as lines that start with `-`, `+` or a space. */
export const DryRun = z.object({
  change: z.string(),
  diff: z.array(z.string()),
  /** Why the server could not try it; the card says so, and the change can still be approved. */
  cannot: z.string().optional(),
});
export type DryRun = z.infer<typeof DryRun>;

/**
 * A remedy rendered for one run: exactly what would be done, to which version of which objects, and what the
 * API server says would come of it. An approval is given to its digest and to nothing else.
 */
export const Proposal = z.object({
  id: z.string(),
  run: z.string(),
  cluster: z.string(),
  environment: z.string(),
  playbook: z.object({ id: z.string(), version: z.number() }),
  target: z.record(z.string(), z.string()),
  check: z.string(),
  code: z.string(),
  about: ObjectReference,
  /** What the finding said when this was offered. */
  says: z.string(),
  remedy: ReportedRemedy,
  /** The proposal that this one takes back. */
  undoes: z.string().optional(),
  dryRuns: z.array(DryRun),
  /**
   * Who would take the changes back. Not part of the digest: every change that can be taken back names the
   * resourceVersion of its object, and nobody becomes or ceases to be its owner without moving that. In the digest it
   * would only void approvals because the read that looks for the owner failed once.
   */
  reversals: z.array(Reversal).optional(),
  digest: z.string(),
  requestedBy: z.string(),
  offeredAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
});
export type Proposal = z.infer<typeof Proposal>;

type Bound = Pick<Proposal, 'playbook' | 'cluster' | 'about' | 'code' | 'remedy' | 'dryRuns' | 'undoes'>;

/** SHA-256 over everything that an approver decides about. When any of it moves, the digest differs. */
export function proposalDigest(proposal: Bound): string {
  return digestOf(boundParts(proposal));
}

function boundParts(proposal: Bound): Record<string, unknown> {
  const changes = proposal.remedy.steps.flatMap(({ change }) => (change === undefined ? [] : [change]));
  return {
    playbook: proposal.playbook,
    cluster: proposal.cluster,
    finding: { code: proposal.code, about: proposal.about },
    remedy: proposal.remedy.id,
    undoes: proposal.undoes,
    steps: proposal.remedy.steps.map(({ change, settled }) => ({ change, settled })),
    targets: changes.map((change) => {
      const { uid, resourceVersion } = changedObject(change);
      return { uid, resourceVersion };
    }),
    confirmed: proposal.remedy.preconditions.filter(({ holds }) => holds === 'confirm').map(({ asks }) => asks),
    diff: proposal.dryRuns.map(({ diff, cannot }) => ({ diff, cannot })),
  };
}

/** What moved between the proposal that was shown and the same one worked out again, one sentence each. */
export function whatMoved(shown: Bound, now: Bound): string[] {
  const before = boundParts(shown);
  const after = boundParts(now);
  const sentences: Record<string, string> = {
    playbook: `The playbook was version ${shown.playbook.version} and is version ${now.playbook.version} now.`,
    cluster: 'The cluster is another one.',
    finding: `The finding was ${shown.code} and is ${now.code} now.`,
    remedy: `The fix was ${shown.remedy.id} and is ${now.remedy.id} now.`,
    steps: `The steps are not the same any more: ${now.remedy.steps.map(({ does }) => does).join(' ')}`,
    targets:
      'An object that would be changed is no longer the one that was shown (its uid or resourceVersion differs).',
    confirmed: 'Other warnings would have to be confirmed now.',
    diff: 'The API server would now do something else than what its dry run showed.',
  };
  return Object.keys(before)
    .filter((part) => canonicalJson(before[part]) !== canonicalJson(after[part]))
    .map((part) => sentences[part] ?? part);
}
