import { digestOf } from '../core/canonical-json.ts';
import { parseDuration } from '../core/duration.ts';
import type { TriageJob } from '../core/job.ts';
import type { RunRecord } from '../core/record.ts';
import { outcomeOf, type RunReport } from '../core/run.ts';
import type { RunScreen } from '../core/screen.ts';
import { Target } from '../core/target.ts';
import type { Cluster } from '../ports/cluster.ts';
import type { JobContext } from '../ports/queue.ts';
import { findPlaybook } from './catalogue.ts';
import { coalesced } from './coalesced.ts';
import { noteUnexplained } from './feedback.ts';
import { type House, policyOf } from './house.ts';
import { tellJoiners } from './join.ts';
import { measuredBy, propose, remedyToOffer } from './propose.ts';
import { runPlaybook } from './run-playbook.ts';
import { showFindings, showRun } from './show.ts';

const progressEveryMilliseconds = 2000;

/**
 * Runs one asked-for playbook and shows what it saw in its thread. Safe to begin again after a crash: a stored
 * report is shown, not made again, and every message has a key under which it is posted once.
 */
export async function triage(job: TriageJob, house: House, context: JobContext): Promise<void> {
  const record = await house.records.createRun({ request: job, state: 'queued', proposals: [] });
  if (record.state === 'failed' || record.state === 'cancelled') return;
  if (record.state === 'queued') await begin(job, house);
  if (record.report === undefined) await lookAndRemember(job, house, context);
  await present(job.run, house);
}

async function begin(job: TriageJob, house: House): Promise<void> {
  const at = house.clock.now().toISOString();
  await house.ledger.append({
    at,
    event: 'requested',
    actor: job.requestedBy.id,
    cluster: job.cluster,
    run: job.run,
    detail: { playbook: job.playbook, target: job.target, digest: digestOf(job) },
  });
  await house.records.updateRun(job.run, { state: 'running', startedAt: at });
}

async function lookAndRemember(job: TriageJob, house: House, context: JobContext): Promise<void> {
  const { checks } = findPlaybook(house.catalogue, job.playbook);
  await showRun(job.run, house, { done: 0, total: checks.length, looking: [] });
  const cluster = await house.clusters.open(job.cluster, { signal: context.signal });
  const report = await look(job, cluster, house, context);
  context.signal.throwIfAborted();
  const proposals = await offer(job, report, cluster, house);
  // Cancelled while the last check was looking: its thread says so already.
  if ((await house.records.run(job.run))?.state === 'cancelled') return;
  const at = house.clock.now().toISOString();
  // First the ledger: a worker that dies in between looks again, and what people are shown was always reported.
  await house.ledger.append({
    at,
    event: 'reported',
    actor: 'cluster-triage',
    cluster: job.cluster,
    run: job.run,
    detail: {
      outcome: outcomeOf(report),
      verdicts: report.verdicts.map(({ check, is }) => ({ check, is })),
      codes: report.findings.map(({ code }) => code),
      digest: digestOf(report),
    },
  });
  await house.records.updateRun(job.run, { state: 'finished', finishedAt: at, report, proposals });
}

async function look(job: TriageJob, cluster: Cluster, house: House, context: JobContext): Promise<RunReport> {
  const progress = coalesced<RunScreen['progress']>(
    progressEveryMilliseconds,
    async (latest) => showRun(job.run, house, latest),
    house.onSlip,
  );
  try {
    return await runPlaybook(
      {
        id: job.run,
        playbook: findPlaybook(house.catalogue, job.playbook),
        clusterName: job.cluster,
        cluster,
        target: Target.parse(job.target),
        signal: context.signal,
        onProgress: progress.next,
      },
      house,
    );
  } finally {
    await progress.stop();
  }
}

/** One proposal for each finding that has something to decide; a fix that several findings share is offered once. */
async function offer(job: TriageJob, report: RunReport, cluster: Cluster, house: House): Promise<string[]> {
  const { writer } = cluster;
  if (writer === undefined) return [];
  // One that was taken out of the configuration while it was looked at is not changed any more.
  const registration = house.registrations.find(({ name }) => name === job.cluster);
  if (registration === undefined) return [];
  const policy = policyOf(house, registration);
  const offered = new Set<string>();
  const ids: string[] = [];
  for (const finding of report.findings) {
    const remedy = remedyToOffer(finding);
    if (remedy === undefined || offered.has(remedy.id)) continue;
    offered.add(remedy.id);
    const proposal = await propose(finding, remedy, {
      report,
      playbook: findPlaybook(house.catalogue, job.playbook),
      environment: registration.environment,
      requestedBy: job.requestedBy.id,
      reader: cluster.reader,
      writer,
      now: house.clock.now(),
      expiresAfterMilliseconds: parseDuration(policy.expiresAfter) ?? 0,
    });
    const measured = measuredBy(report, finding.check);
    const stored = await house.records.createProposal({ proposal, state: { is: 'offered' }, measured });
    ids.push(stored.proposal.id);
    // Worked out again after a crash, it is the same proposal, and stands in the ledger already.
    if ((await house.ledger.ofProposal(stored.proposal.id)).length > 0) continue;
    await house.ledger.append({
      at: house.clock.now().toISOString(),
      event: 'proposed',
      actor: 'cluster-triage',
      cluster: job.cluster,
      run: job.run,
      proposal: stored.proposal.id,
      detail: { digest: stored.proposal.digest, remedy: remedy.id, allowed: remedy.allowed },
    });
  }
  return ids;
}

async function present(run: string, house: House): Promise<void> {
  const record = await house.records.run(run);
  if (record === undefined) return;
  await showRun(run, house);
  await showFindings(record, house);
  // Once more, because the cards have addresses only now.
  if (record.proposals.length > 0) await showRun(run, house);
  await tellJoiners(run, house);
  if (record.report !== undefined) await noteUnexplained(record.report, house);
}

/** Ends a run that cannot go on, and says why where people look for its result. */
export async function endRun(
  run: string,
  state: 'failed' | 'cancelled',
  because: string,
  house: House,
  actor = 'cluster-triage',
): Promise<void> {
  const record: RunRecord | undefined = await house.records.run(run);
  if (record === undefined || record.state === 'finished' || record.state === state) return;
  const at = house.clock.now().toISOString();
  await house.ledger.append({
    at,
    event: 'ended',
    actor,
    cluster: record.request.cluster,
    run,
    detail: { state, because, digest: digestOf(record.request) },
  });
  await house.records.updateRun(run, { state, because, finishedAt: at });
  await showRun(run, house);
  await tellJoiners(run, house);
}
