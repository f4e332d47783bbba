import { WrongUsage } from '../core/errors.ts';
import type { Playbook } from '../core/playbook.ts';
import type { ReportedFinding, RunReport } from '../core/run.ts';
import type { Target } from '../core/target.ts';
import type { Cluster } from '../ports/cluster.ts';
import type { Knowledge } from '../ports/knowledge.ts';
import type { Catalogue } from './catalogue.ts';
import { detect, platformSight } from './detect.ts';
import { diagnose } from './diagnose.ts';
import type { Looking, Settings } from './looking.ts';
import { memoisedReader } from './memoised-reader.ts';

export type RunRequest = {
  readonly id: string;
  readonly playbook: Playbook;
  readonly clusterName: string;
  readonly cluster: Cluster;
  readonly target: Target;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: Looking['onProgress'];
};

export type RunWith = {
  readonly catalogue: Catalogue;
  readonly knowledge: Knowledge;
  readonly settings: Settings;
  readonly checkTimeoutMilliseconds: number;
};

/** A playbook takes only some targets; another one would be ignored, which nobody would notice. */
export function refuseForeignTarget(playbook: Playbook, target: Target): void {
  const foreign = Object.keys(target).find((key) => !playbook.takes.some((taken) => taken === key));
  if (foreign === undefined) return;
  const takes =
    playbook.takes.length === 0 ? 'takes no target' : `takes ${playbook.takes.map((key) => `${key}=…`).join(', ')}`;
  throw new WrongUsage(`The playbook ${playbook.id} does not know ${foreign}=.`, `It ${takes}.`);
}

/** Looks at one cluster with every check of a playbook, from one picture, and says what it saw. Changes nothing. */
export async function runPlaybook(request: RunRequest, rest: RunWith): Promise<RunReport> {
  const { playbook, cluster, target } = request;
  refuseForeignTarget(playbook, target);
  const startedAt = cluster.clock.now();
  const reader = memoisedReader(cluster.reader);
  const platform = await detect(reader, rest.catalogue.detectors);
  const { verdicts, findings } = await diagnose({
    catalogue: rest.catalogue,
    checks: playbook.checks,
    reader,
    platform: platformSight(platform),
    target,
    now: startedAt,
    settings: rest.settings,
    checkTimeoutMilliseconds: rest.checkTimeoutMilliseconds,
    ...(request.signal === undefined ? {} : { signal: request.signal }),
    ...(request.onProgress === undefined ? {} : { onProgress: request.onProgress }),
  });
  return {
    schema: 'cluster-triage/run/v1',
    run: {
      id: request.id,
      playbook: playbook.id,
      cluster: request.clusterName,
      target: Object.fromEntries(
        Object.entries(target).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
      ),
      startedAt: startedAt.toISOString(),
      finishedAt: cluster.clock.now().toISOString(),
    },
    platform,
    verdicts,
    findings: findings.map((finding) => ({
      ...finding,
      articles: [...rest.knowledge.linksFor(finding.code, questionsOf(finding))],
    })),
    reads: cluster.counts(),
  };
}

const askedLines = 3;

/**
 * Two questions: what a finding is called and says here, and the log lines it was seen on. Asked together, the lines
 * would drown the words in names and times; alone they lead to the articles that quote the same error.
 */
function questionsOf({ title, says, evidence }: ReportedFinding): string[] {
  const lines = evidence.flatMap((one) => one.lines ?? []).slice(0, askedLines);
  const quoted = lines.map((line) => line.slice(0, 300)).join('; ');
  return [`${title}; ${says}`, ...(quoted === '' ? [] : [`${title}; ${quoted}`])];
}
