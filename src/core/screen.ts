import type { ClusterReport } from './cluster-report.ts';
import type { FleetRecord, FleetRow } from './fleet.ts';
import type { Freeze } from './freeze.ts';
import type { Hit } from './hit.ts';
import type { Mitigation } from './mitigation.ts';
import type { Person } from './person.ts';
import type { Proposal } from './proposal.ts';
import type { ProposalState, RunState } from './record.ts';
import type { Registration } from './registration.ts';
import type { Review } from './review.ts';
import type { ReportedFinding, RunReport } from './run.ts';

/** The root message of a run's thread, edited in place. */
export type RunScreen = {
  readonly screen: 'run';
  readonly run: string;
  readonly playbook: { readonly id: string; readonly title: string };
  readonly cluster: string;
  readonly environment: string;
  /** Who is responsible for the cluster, by their ids; named when something is wrong with it. */
  readonly owners?: readonly string[] | undefined;
  readonly target: Readonly<Record<string, string>>;
  readonly requestedBy: Person;
  readonly state: RunState;
  readonly progress: { readonly done: number; readonly total: number; readonly looking: readonly string[] };
  readonly report?: RunReport | undefined;
  readonly because?: string | undefined;
  /** The fixes that are offered in this thread and that nobody decided about. */
  readonly offers: readonly RunOffer[];
  /** Where the other fixes of this thread stand: `1 fix is being made`. */
  readonly fixes: readonly Exclude<ProposalState['is'], 'offered'>[];
  readonly outcome?: string | undefined;
};

/**
 * `heals`: nothing is changed, somebody may have it watched; `may-heal`: so too, but a guard speaks against it.
 * `refused`: a guard forbids it now.
 */
export type RunOffer = {
  readonly is: 'to-decide' | 'heals' | 'may-heal' | 'refused';
  readonly does: string;
  /** Of its card, where there is one already. */
  readonly link?: string | undefined;
};

/** One finding with its evidence, articles and manual fixes. */
export type FindingScreen = {
  readonly screen: 'finding';
  readonly run: string;
  readonly finding: ReportedFinding;
  readonly depth: number;
  /** The titles of what brings it about, by finding code. */
  readonly causes?: Readonly<Record<string, string>> | undefined;
  /** What the button under each manual fix carries, by the remedy's id; none for a fix that somebody did already. */
  readonly byHand?: Readonly<Record<string, string>> | undefined;
};

/** Every check's verdict with what it measured: what clear was said about, and what could not be looked at. */
export type VerdictsScreen = { readonly screen: 'verdicts'; readonly report: RunReport };

/** Whether a fix can be taken back: `open` while that is offered or being made. */
export type UndoStanding = 'not-possible' | 'possible' | 'open' | 'undone';

/** A fix to decide about, and afterwards what became of it. */
export type ProposalScreen = {
  readonly screen: 'proposal';
  readonly proposal: Proposal;
  readonly state: ProposalState;
  /** A sentence that says who may approve. */
  readonly whoMay: string;
  /** Left out for a fix that nobody has to approve. */
  readonly rules?: ApprovalRules | undefined;
  /** What holds its cluster while it waits. The buttons stay: a freeze can be lifted at any moment. */
  readonly freeze?: Freeze | undefined;
  /** Not possible when absent. */
  readonly undo?: UndoStanding | undefined;
};

/** Fixes that are not permanent yet, or one that was closed. `due`: a reminder. */
export type MitigationsScreen = {
  readonly screen: 'mitigations';
  readonly mitigations: readonly Mitigation[];
  readonly due?: boolean | undefined;
};

/** A few sentences, no buttons. The people whom it is for are mentioned. */
export type NoticeScreen = {
  readonly screen: 'notice';
  readonly tone: 'info' | 'good' | 'bad';
  readonly text: string;
  readonly to?: readonly Person[];
};

/** The root message of an alert's thread, edited in place. */
export type AlertScreen = {
  readonly screen: 'alert';
  readonly name: string;
  readonly firing: boolean;
  /** ISO 8601 times of the latest firing. */
  readonly since: string;
  readonly until: string | undefined;
  readonly times: number;
  readonly cluster: string;
  readonly says: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly source: string | undefined;
};
/** Under which rules a fix is approved, as far as they can be told before somebody tries. */
export type ApprovalRules = {
  /** The ids of who has approved so far. */
  readonly given: readonly string[];
  readonly wanted: number;
  /** What else is to be kept to, a whole sentence each: windows and limits. */
  readonly terms: readonly string[];
  /** Whether the policy lets somebody break the glass. */
  readonly breakGlass: boolean;
};

/** Rules were overridden: what, by whom, why, and whether another person has looked at it. */
export type ReviewScreen = { readonly screen: 'review'; readonly review: Review };

/** The articles that answer a question, best first. */
export type AnswerScreen = {
  readonly screen: 'answer';
  readonly question: string;
  /** Of the question: the few words around the articles are in it. */
  readonly language: 'en' | 'zh';
  /** `passage`: the first words of the section that answers. */
  readonly hits: readonly (Hit & { readonly passage: string })[];
};

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
  readonly mitigations: readonly HomeMitigation[];
  readonly clusters: readonly HomeCluster[];
  /** Whole sentences, by the part that they are about. */
  readonly unknown: { readonly [Part in 'approvals' | 'runs' | 'freezes' | 'mitigations']?: string };
};

/** A fix that waits for this person. */
export type HomeApproval = Pick<Proposal, 'cluster' | 'environment' | 'requestedBy' | 'expiresAt'> & {
  readonly does: string;
  readonly frozen: boolean;
  readonly link: string | undefined;
};

/** A fix that will not last by itself, and is not permanent yet. */
export type HomeMitigation = Pick<Mitigation, 'cluster' | 'permanent' | 'owner' | 'dueAt'> & {
  /** Its time is over. */
  readonly overdue: boolean;
  readonly link: string | undefined;
};

/** A registered cluster, as far as that is known without asking it. */
export type HomeCluster = Pick<Registration, 'name' | 'environment' | 'mode'> & {
  /** Undefined when that could not be found out. */
  readonly runs: number | undefined;
  readonly frozen: boolean | undefined;
};

/** A run that is not over. */
export type HomeRun = {
  readonly title: string;
  readonly cluster: string;
  readonly requestedBy: Person;
  readonly requestedAt: string;
  readonly link: string | undefined;
};
/** One playbook on many clusters: one table, the row that matters most first. */
export type FleetScreen = {
  readonly screen: 'fleet';
  readonly playbook: { readonly id: string; readonly title: string };
  /** Which clusters were meant, in words: `every cluster of production`. */
  readonly selected: string;
  readonly target: Readonly<Record<string, string>>;
  readonly requestedBy: Person;
  readonly state: FleetRecord['state'];
  readonly because?: string | undefined;
  /** `fixed`: what came of a fix that was made in the thread of that run. */
  readonly rows: readonly (FleetRow & { readonly environment: string; readonly fixed?: string | undefined })[];
};

/** How the registered clusters stand; of one in detail, with the rules that are missing. */
export type ClustersScreen = {
  readonly screen: 'clusters';
  readonly reports: readonly ClusterReport[];
  readonly isDetailed: boolean;
};

/** What the house shows in a chat. An adapter renders it within the limits of its vendor; it decides nothing. */
export type Screen =
  | RunScreen
  | FindingScreen
  | VerdictsScreen
  | ProposalScreen
  | NoticeScreen
  | AlertScreen
  | ReviewScreen
  | AnswerScreen
  | EscalationScreen
  | MitigationsScreen
  | FleetScreen
  | ClustersScreen;

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
