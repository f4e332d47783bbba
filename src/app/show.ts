import { arrange } from '../core/causal-tree.ts';
import type { Freeze } from '../core/freeze.ts';
import { type Policy, whoMayApprove } from '../core/policy.ts';
import type { ProposalRecord, RunRecord } from '../core/record.ts';
import type { Registration } from '../core/registration.ts';
import { isAllowed } from '../core/remedy.ts';
import type { ReportedFinding, ReportedRemedy } from '../core/run.ts';
import type { ApprovalRules, ProposalScreen, RunOffer, RunScreen } from '../core/screen.ts';
import { sayWindows, windowsFor } from '../core/window.ts';
import { findPlaybook } from './catalogue.ts';
import { evidenceFile } from './evidence-file.ts';
import { freezeOn } from './frozen.ts';
import type { House } from './house.ts';
import { manualFixId } from './manual-fix-id.ts';
import { policyFor } from './policy-for.ts';
import { undoStandingOf } from './undo-standing.ts';

export const runKey = (run: string) => `run/${run}`;
export const proposalKey = (proposal: string) => `proposal/${proposal}`;
const noProgress: RunScreen['progress'] = { done: 0, total: 0, looking: [] };

/** Shows where a run stands in its root message. */
export async function showRun(id: string, house: House, progress = noProgress): Promise<void> {
  const record = await house.records.run(id);
  if (record === undefined) return;
  // The table of its fleet run tells of its progress, so that many clusters do not flood their channel.
  if (record.request.fleet !== undefined && (record.state === 'queued' || record.state === 'running')) return;
  const proposals = await proposalsOf(record, house);
  const { request, state, report, because } = record;
  const registration = house.registrations.find(({ name }) => name === request.cluster);
  const posted = await house.chat.show({
    key: runKey(id),
    channel: request.place.channel,
    under: request.place.thread === undefined ? undefined : { thread: request.place.thread },
    screen: {
      screen: 'run',
      run: id,
      playbook: { id: request.playbook, title: findPlaybook(house.catalogue, request.playbook).title },
      cluster: request.cluster,
      environment: registration?.environment ?? 'not registered any more',
      owners: registration?.owners ?? [],
      target: request.target,
      requestedBy: request.requestedBy,
      state,
      progress,
      report,
      because,
      offers: await offersOf(proposals, house),
      fixes: proposals.map(({ state: { is } }) => is).filter((is) => is !== 'offered'),
      outcome: outcomeOf(proposals),
    },
  });
  await house.records.rememberThread(id, posted.channel, request.place.thread ?? posted.id);
}

/** What came of the fixes of a run so far; undefined when none has ended. */
export async function outcomeOfRun(id: string, house: House): Promise<string | undefined> {
  const record = await house.records.run(id);
  return record === undefined ? undefined : outcomeOf(await proposalsOf(record, house));
}

async function proposalsOf(record: RunRecord, house: House): Promise<ProposalRecord[]> {
  const proposals = await Promise.all(record.proposals.map(async (id) => house.records.proposal(id)));
  return proposals.filter((proposal) => proposal !== undefined);
}

async function offersOf(proposals: readonly ProposalRecord[], { chat }: House): Promise<RunOffer[]> {
  const open = proposals.filter(({ state }) => state.is === 'offered');
  return Promise.all(
    open.map(async ({ proposal: { id, remedy } }) => ({
      is: standsAs(remedy),
      does: remedy.does,
      link: await chat.linkTo(proposalKey(id)),
    })),
  );
}

function standsAs({ how, allowed, preconditions }: ReportedRemedy): RunOffer['is'] {
  if (how === 'wait') return isAllowed(preconditions) ? 'heals' : 'may-heal';
  return allowed ? 'to-decide' : 'refused';
}

function outcomeOf(proposals: readonly ProposalRecord[]): string | undefined {
  const ended = proposals.flatMap(({ proposal, state }) =>
    state.is === 'done' ? [{ proposal, outcome: state.proof.outcome }] : [],
  );
  const undone = new Set(ended.flatMap(({ proposal, outcome }) => (outcome === 'undone' ? [proposal.undoes] : [])));
  // What was taken back has resolved nothing any more.
  const done = ended.filter(({ proposal }) => !undone.has(proposal.id)).map(({ outcome }) => outcome);
  if (done.length === 0) return undefined;
  return done.includes('resolved') ? 'resolved' : done.at(-1);
}

const whoMayWatch = 'Whoever may start a run can have it watched: nothing is changed.';

/** Shows where a proposal stands, in its card. */
export async function showProposal(id: string, house: House): Promise<void> {
  const record = await house.records.proposal(id);
  if (record === undefined) return;
  const run = await house.records.run(record.proposal.run);
  if (run === undefined) return;
  const registration = house.registrations.find(({ name }) => name === record.proposal.cluster);
  await house.chat.show({
    key: proposalKey(id),
    channel: run.request.place.channel,
    under: threadOf(run),
    screen: {
      screen: 'proposal',
      proposal: record.proposal,
      state: record.state,
      ...(registration === undefined ? unregistered : await offerOf(record, registration, house)),
      undo: (await undoStandingOf(record, house)).standing,
    },
  });
}

/** What a card says of a fix whose cluster was taken out of the configuration. */
const unregistered = { whoMay: 'Nobody may approve this: the cluster is not registered any more.' };

/** Who may decide about a fix, under which rules, and what holds it meanwhile. */
async function offerOf(
  record: ProposalRecord,
  registration: Registration,
  house: House,
): Promise<Pick<ProposalScreen, 'whoMay' | 'rules' | 'freeze'>> {
  if (record.proposal.remedy.how === 'wait') return { whoMay: whoMayWatch };
  const policy = policyFor(record, house);
  return {
    whoMay: whoMayApprove(policy, registration, house.roles !== undefined),
    rules: approvalRules(record, policy),
    freeze: await holding(record, house),
  };
}

/** What of the policy an approver should know before trying; it stays true until the policy changes. */
function approvalRules({ approvals = [] }: ProposalRecord, policy: Policy): ApprovalRules {
  const uses = (['approvals', 'fixes'] as const).map((use) => ({ use, windows: windowsFor(policy.windows, use) }));
  const same = uses.every(({ windows }) => windows.length === policy.windows.length);
  const windowTerms = same
    ? [`Approved and applied ${sayWindows(policy.windows)} only.`]
    : uses.flatMap(({ use, windows }) =>
        windows.length === 0 ? [] : [`${use === 'approvals' ? 'Approved' : 'Applied'} ${sayWindows(windows)} only.`],
      );
  return {
    given: approvals.map(({ by }) => by),
    wanted: policy.approvals,
    terms: policy.windows.length === 0 ? [] : windowTerms,
    breakGlass: policy.breakGlass !== undefined,
  };
}

/** What keeps a waiting fix from being approved; one that changes nothing is kept from nothing. */
async function holding({ proposal, state }: ProposalRecord, house: House): Promise<Freeze | undefined> {
  if (state.is !== 'offered' || proposal.remedy.how === 'wait') return undefined;
  return freezeOn(proposal.cluster, house);
}

/** Shows everything that a finished run found, as replies, each once; cards of fixes come last. */
export async function showFindings(record: RunRecord, house: House): Promise<void> {
  const { report, request } = record;
  if (report === undefined) return;
  const { id } = report.run;
  const under = threadOf(record);
  const { channel } = request.place;
  const causes = Object.fromEntries(report.findings.map(({ code, title }) => [code, title]));
  for (const [index, { item, depth }] of arrange(report.findings).entries()) {
    await house.chat.show({
      key: `run/${id}/finding/${index}`,
      channel,
      under,
      screen: { screen: 'finding', run: id, finding: item, depth, causes, byHand: byHandOf(record, item) },
    });
  }
  await house.chat.show({ key: `run/${id}/verdicts`, channel, under, screen: { screen: 'verdicts', report } });
  if (report.findings.length > 0) {
    const name = `evidence-${id}.txt`;
    const title = `Full evidence of ${report.findings.length} ${report.findings.length === 1 ? 'finding' : 'findings'}`;
    await house.chat.attach({
      key: `run/${id}/evidence`,
      channel,
      under,
      name,
      title,
      content: evidenceFile(report, await proposalsOf(record, house)),
    });
  }
  for (const proposal of record.proposals) await showProposal(proposal, house);
}

/** A manual fix that somebody did already has a card of its own, and no button any more. */
function byHandOf({ request, proposals }: RunRecord, finding: ReportedFinding): Record<string, string> {
  const open = finding.remedies
    .filter(({ manual }) => manual)
    .map(({ id }) => ({ id, fix: manualFixId(request.run, finding, id) }))
    .filter(({ fix }) => !proposals.includes(fix));
  return Object.fromEntries(open.map(({ id, fix }) => [id, `${request.run}/${fix}`]));
}

export function threadOf(record: RunRecord): { key: string } | { thread: string } {
  const { thread } = record.request.place;
  return thread === undefined ? { key: runKey(record.request.run) } : { thread };
}
