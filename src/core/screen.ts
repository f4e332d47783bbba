import type { ClusterReport } from './cluster-report.ts';
import type { FleetRecord, FleetRow } from './fleet.ts';
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
  /** Who is responsible for the cluster, by their ids; named when something is wrong with it. */
  readonly owners?: readonly string[] | undefined;
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

/** A few sentences, no buttons. */
export type NoticeScreen = { readonly screen: 'notice'; readonly tone: 'info' | 'good' | 'bad'; readonly text: string };

/** What the house shows in a chat. An adapter renders it within the limits of its vendor; it decides nothing. */
export type Screen =
  | RunScreen
  | FindingScreen
  | VerdictsScreen
  | ProposalScreen
  | FleetScreen
  | ClustersScreen
  | NoticeScreen;

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
