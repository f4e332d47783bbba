import { z } from 'zod';
import { Severity } from './finding.ts';
import { FleetJob } from './job.ts';
import { type RunRecord, RunState } from './record.ts';
import { outcomeOf } from './run.ts';

/** One cluster of a fleet run. `waiting`: its run is not asked for yet. */
export const FleetRow = z.object({
  cluster: z.string(),
  run: z.string(),
  state: z.enum(['waiting', ...RunState.options]),
  outcome: z.enum(['clear', 'found', 'unknown']).optional(),
  severity: Severity.optional(),
  /** The code of the first root cause. */
  code: z.string().optional(),
  /** How many checks could not look. */
  unknown: z.number().int().optional(),
  /** The one sentence to read. */
  says: z.string().optional(),
  finishedAt: z.iso.datetime().optional(),
  /** Where the run's thread is opened. */
  address: z.string().optional(),
});
export type FleetRow = z.infer<typeof FleetRow>;

/** One playbook on many clusters, as the house remembers it. Each cluster has a run of its own. */
export const FleetRecord = z.object({
  request: FleetJob,
  state: z.enum(['running', 'finished', 'cancelled']),
  rows: z.array(FleetRow),
  /** Who cancelled it, as a whole sentence. */
  because: z.string().optional(),
});
export type FleetRecord = z.infer<typeof FleetRecord>;

export function isOver({ state }: Pick<FleetRow, 'state'>): boolean {
  return state === 'finished' || state === 'failed' || state === 'cancelled';
}

const severities: readonly (Severity | undefined)[] = ['critical', 'warning', 'info'];

/** What the row of a cluster says about its run as it stands now. */
export function rowOf(row: FleetRow, record: RunRecord | undefined): FleetRow {
  if (record === undefined) return row;
  const { state, report, because, finishedAt } = record;
  const end = { ...row, state, ...(finishedAt === undefined ? {} : { finishedAt }) };
  if (state === 'failed') return { ...end, outcome: 'unknown', says: because ?? 'The run ended without a result.' };
  if (state !== 'finished' || report === undefined)
    return { ...end, ...(because === undefined ? {} : { says: because }) };
  const outcome = outcomeOf(report);
  const [root] = report.findings;
  if (root !== undefined) {
    // A cause is often milder than what it brings about: the row is as bad as the worst of them.
    const severity = severities.find((one) => report.findings.some((finding) => finding.severity === one));
    return { ...end, outcome, severity, code: root.code, says: root.says };
  }
  const unknown = report.verdicts.filter(({ is }) => is === 'unknown');
  const [first] = unknown;
  if (first === undefined) return { ...end, outcome };
  const checks = unknown.length === 1 ? '1 check' : `${unknown.length} of ${report.verdicts.length} checks`;
  return { ...end, outcome, unknown: unknown.length, says: `${checks} could not look. ${first.because ?? ''}`.trim() };
}

/** 0 is what a person must see first. What could not be looked at comes before what is clear, and is never it. */
function rank({ state, outcome, severity }: FleetRow): number {
  if (outcome === 'found') return Math.max(0, severities.indexOf(severity));
  if (outcome === 'unknown') return 3;
  if (state === 'cancelled') return 4;
  if (state === 'running') return 5;
  if (state === 'queued') return 6;
  return state === 'waiting' ? 7 : 8;
}

/** Worst first; among equals the cluster that could be seen least, then the one whose root cause the fewest share. */
export function worstFirst(rows: readonly FleetRow[]): FleetRow[] {
  const shared = (row: FleetRow) => rows.filter(({ code }) => code === row.code).length;
  return rows.toSorted(
    (left, right) =>
      rank(left) - rank(right) ||
      (right.unknown ?? 0) - (left.unknown ?? 0) ||
      (left.code === undefined || right.code === undefined ? 0 : shared(left) - shared(right)) ||
      (left.cluster < right.cluster ? -1 : 1),
  );
}
