import { arrange } from '../core/causal-tree.ts';
import { whoMayApprove } from '../core/policy.ts';
import type { ProposalRecord, RunRecord } from '../core/record.ts';
import type { RunScreen } from '../core/screen.ts';
import { findPlaybook } from './catalogue.ts';
import { evidenceFile } from './evidence-file.ts';
import { type House, policyOf } from './house.ts';

export const runKey = (run: string) => `run/${run}`;
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
      fixes: proposals.map((proposal) => proposal.state.is),
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

function outcomeOf(proposals: readonly ProposalRecord[]): string | undefined {
  const done = proposals.flatMap(({ state }) => (state.is === 'done' ? [state.proof.outcome] : []));
  if (done.length === 0) return undefined;
  return done.includes('resolved') ? 'resolved' : done.at(-1);
}

/** Shows where a proposal stands, in its card. */
export async function showProposal(id: string, house: House): Promise<void> {
  const record = await house.records.proposal(id);
  if (record === undefined) return;
  const run = await house.records.run(record.proposal.run);
  if (run === undefined) return;
  const registration = house.registrations.find(({ name }) => name === record.proposal.cluster);
  await house.chat.show({
    key: `proposal/${id}`,
    channel: run.request.place.channel,
    under: threadOf(run),
    screen: {
      screen: 'proposal',
      proposal: record.proposal,
      state: record.state,
      whoMay:
        registration === undefined
          ? 'Nobody may approve this: the cluster is not registered any more.'
          : whoMayApprove(policyOf(house, registration), registration),
    },
  });
}

/** Shows everything that a finished run found, as replies, each once; cards of fixes come last. */
export async function showFindings(record: RunRecord, house: House): Promise<void> {
  const { report, request } = record;
  if (report === undefined) return;
  const { id } = report.run;
  const under = threadOf(record);
  const { channel } = request.place;
  for (const [index, { item, depth }] of arrange(report.findings).entries()) {
    await house.chat.show({
      key: `run/${id}/finding/${index}`,
      channel,
      under,
      screen: { screen: 'finding', run: id, finding: item, depth },
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

export function threadOf(record: RunRecord): { key: string } | { thread: string } {
  const { thread } = record.request.place;
  return thread === undefined ? { key: runKey(record.request.run) } : { thread };
}
