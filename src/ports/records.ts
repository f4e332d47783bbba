import type { Decision } from '../core/approval.ts';
import type { ProposalRecord, ProposalState, RunRecord } from '../core/record.ts';
import type { Review } from '../core/review.ts';

/** What the house remembers of runs and proposals, shared by all its processes. */
export interface Records {
  /** Stores a run unless there is one with its id already; gives back the one that is stored. */
  createRun(record: RunRecord): Promise<RunRecord>;
  run(id: string): Promise<RunRecord | undefined>;
  /** Replaces fields of a run, atomically. */
  updateRun(id: string, fields: Partial<Omit<RunRecord, 'request'>>): Promise<void>;
  /** The runs that were asked for in a thread of a channel, newest first. */
  runsOfThread(channel: string, thread: string): Promise<readonly string[]>;
  /** The runs that are not over yet, oldest first. */
  unfinishedRuns(): Promise<readonly string[]>;
  /** Adds a proposal to a run that is over, once, atomically. */
  addProposal(run: string, proposal: string): Promise<void>;
  /** Remembers which thread a run answers in. */
  rememberThread(run: string, channel: string, thread: string): Promise<void>;

  /** Stores a proposal unless there is one with its id already; gives back the one that is stored. */
  createProposal(record: ProposalRecord): Promise<ProposalRecord>;
  proposal(id: string): Promise<ProposalRecord | undefined>;
  /** Replaces fields of a proposal beside its state, atomically. */
  updateProposal(id: string, fields: Partial<Pick<ProposalRecord, 'prior' | 'undo'>>): Promise<void>;
  /**
   * Records the one decision on an offered proposal, atomically across processes. When somebody was faster, or it
   * is over, nothing changes and the state that stands is given back. A review is opened in the same step.
   */
  decide(
    id: string,
    decision: Decision,
    review?: Review,
  ): Promise<{ claimed: true } | { claimed: false; state: ProposalState }>;
  /**
   * Takes one person's approval of an offered proposal down, atomically across processes; a person counts once. The
   * one that makes `wanted` different people is the decision.
   */
  approve(id: string, approval: Decision, wanted: number): Promise<Collected>;
  /** Moves a decided proposal on. Never back: a proposal that is done or void stays so. */
  advance(id: string, state: ProposalState): Promise<void>;
  /**
   * Remembers that an offered proposal was put before more people, once over all processes: true for whoever did it.
   * One that is decided is left as it is.
   */
  escalate(id: string, at: Date): Promise<boolean>;
  /** Proposals that wait for a decision, those whose time is over first. */
  offered(): Promise<readonly string[]>;
  /** Offered proposals whose time is over at `now`. */
  expired(now: Date): Promise<readonly string[]>;
  /** Approved proposals that are not done or void yet: what a crash between the decision and its job must not lose. */
  approvedButUnfinished(): Promise<readonly string[]>;

  review(proposal: string): Promise<Review | undefined>;
  /** Reviews that nobody has closed, the oldest first. */
  openReviews(): Promise<readonly Review[]>;
  /** Closes an open review, once; false when it is closed already or was never opened. */
  closeReview(proposal: string, closed: NonNullable<Review['closed']>): Promise<boolean>;
}

/**
 * What came of one approval. `decided`: it was the last one wanted. `counted`: more are wanted. `again`: this person
 * had approved already. `over`: somebody decided before, and `state` stands.
 */
export type Collected =
  | { readonly is: 'decided' | 'counted' | 'again'; readonly given: number }
  | { readonly is: 'over'; readonly state: ProposalState };
