import type { Decision } from '../core/approval.ts';
import type { ProposalRecord, ProposalState, RunRecord } from '../core/record.ts';

/** What the house remembers of runs and proposals, shared by all its processes. */
export interface Records {
  /** Stores a run unless there is one with its id already; gives back the one that is stored. */
  createRun(record: RunRecord): Promise<RunRecord>;
  run(id: string): Promise<RunRecord | undefined>;
  /** Replaces fields of a run, atomically. */
  updateRun(id: string, fields: Partial<Omit<RunRecord, 'request'>>): Promise<void>;
  /** The runs that were asked for in a thread of a channel, newest first. */
  runsOfThread(channel: string, thread: string): Promise<readonly string[]>;
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
   * is over, nothing changes and the state that stands is given back.
   */
  decide(id: string, decision: Decision): Promise<{ claimed: true } | { claimed: false; state: ProposalState }>;
  /** Moves a decided proposal on. Never back: a proposal that is done or void stays so. */
  advance(id: string, state: ProposalState): Promise<void>;
  /** Offered proposals whose time is over at `now`. */
  expired(now: Date): Promise<readonly string[]>;
  /** Approved proposals that are not done or void yet: what a crash between the decision and its job must not lose. */
  approvedButUnfinished(): Promise<readonly string[]>;
}
