import type { Freeze } from './freeze.ts';
import type { Person } from './person.ts';
import type { Proposal } from './proposal.ts';
import type { ProposalState, RunState } from './record.ts';
import type { ReportedFinding, RunReport } from './run.ts';

/** The root message of a run's thread, edited in place. */
export type RunScreen = {
  readonly screen: 'run';
  readonly run: string;
  readonly playbook: { readonly id: string; readonly title: string };
  readonly cluster: string;
  readonly environment: string;
  readonly target: Readonly<Record<string, string>>;
  readonly requestedBy: Person;
  readonly state: RunState;
  readonly progress: { readonly done: number; readonly total: number; readonly looking: readonly string[] };
  readonly report?: RunReport | undefined;
  readonly because?: string | undefined;
  /** Where the fixes offered in this thread stand, for the headline: `1 fix waits for approval`. */
  readonly fixes: readonly ProposalState['is'][];
  readonly outcome?: string | undefined;
};

/** One finding with its evidence, articles and manual fixes. */
export type FindingScreen = {
  readonly screen: 'finding';
  readonly run: string;
  readonly finding: ReportedFinding;
  readonly depth: number;
};

/** Every check's verdict with what it measured: what clear was said about, and what could not be looked at. */
export type VerdictsScreen = { readonly screen: 'verdicts'; readonly report: RunReport };

/** A fix to decide about, and afterwards what became of it. */
export type ProposalScreen = {
  readonly screen: 'proposal';
  readonly proposal: Proposal;
  readonly state: ProposalState;
  /** A sentence that says who may approve. */
  readonly whoMay: string;
  /** What holds its cluster while it waits. The buttons stay: a freeze can be lifted at any moment. */
  readonly freeze?: Freeze | undefined;
};

/** A few sentences, no buttons. */
export type NoticeScreen = { readonly screen: 'notice'; readonly tone: 'info' | 'good' | 'bad'; readonly text: string };

/** Calls more people to a fix that has waited for an approval, under its card. */
export type EscalationScreen = {
  readonly screen: 'escalation';
  /** Ids of user groups and people. */
  readonly to: readonly string[];
  /** `10 min`. */
  readonly waited: string;
  readonly does: string;
  readonly cluster: string;
  readonly environment: string;
  readonly expiresAt: string;
  /** Of the card. */
  readonly link?: string | undefined;
};

/** The bot's own page for one person. What could not be found out is said, and is not shown as nothing. */
export type HomeScreen = {
  readonly approvals: readonly HomeApproval[];
  readonly runs: readonly HomeRun[];
  readonly freezes: readonly { readonly freeze: Freeze; readonly clusters: readonly string[] }[];
  /** Whole sentences, by the part that they are about. */
  readonly unknown: { readonly [Part in 'approvals' | 'runs' | 'freezes']?: string };
};

/** A fix that waits for this person. */
export type HomeApproval = Pick<Proposal, 'cluster' | 'environment' | 'requestedBy' | 'expiresAt'> & {
  readonly does: string;
  readonly frozen: boolean;
  readonly link: string | undefined;
};

/** A run that is not over. */
export type HomeRun = {
  readonly title: string;
  readonly cluster: string;
  readonly requestedBy: Person;
  readonly requestedAt: string;
  readonly link: string | undefined;
};

/** What the house shows in a chat. An adapter renders it within the limits of its vendor; it decides nothing. */
export type Screen = RunScreen | FindingScreen | VerdictsScreen | ProposalScreen | NoticeScreen | EscalationScreen;

/** A question to one person, shown as a dialog. `carries` comes back unchanged with the answers. */
export type Form = {
  readonly form: string;
  readonly title: string;
  readonly submit: string;
  readonly carries: Readonly<Record<string, string>>;
  readonly fields: readonly FormField[];
};

export type FormField = {
  readonly name: string;
  readonly label: string;
  readonly optional: boolean;
  readonly hint?: string | undefined;
} & (
  | { readonly kind: 'text'; readonly multiline: boolean; readonly initial?: string | undefined }
  | {
      readonly kind: 'choice';
      readonly options: readonly { readonly value: string; readonly label: string; readonly describes?: string }[];
      readonly initial?: string | undefined;
    }
);
