import { manualClock } from '../../../src/adapters/simulated/clock.ts';
import { openWorld } from '../../../src/adapters/simulated/open-world.ts';
import { runPlaybook } from '../../../src/app/run-playbook.ts';
import { catalogue } from '../../../src/catalogue.ts';
import type { AccessRule } from '../../../src/core/access.ts';
import type { Playbook } from '../../../src/core/playbook.ts';
import type { RunReport } from '../../../src/core/run.ts';
import { Target } from '../../../src/core/target.ts';
import type { World } from '../../../src/core/world.ts';
import type { Cluster } from '../../../src/ports/cluster.ts';
import { readerWithout } from './reader-without.ts';

const rest = {
  catalogue,
  knowledge: { linksFor: () => [], article: () => undefined, articles: () => [] },
  settings: {},
  checkTimeoutMilliseconds: 30_000,
};

/** What a world is about, as far as the playbook takes it. */
export function takenBy(playbook: Playbook, { target = {} }: Pick<World, 'target'>): Record<string, string> {
  const taken = Object.entries(target).filter(([key]) => playbook.takes.some((take) => take === key));
  return Object.fromEntries(taken.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
}

/** Runs a playbook on a cluster, pointed at what the world is about. */
export async function runOn(cluster: Cluster, playbook: Playbook, world: World): Promise<RunReport> {
  const target = Target.parse(takenBy(playbook, world));
  return runPlaybook({ id: 'r-1', playbook, clusterName: 'prod-sh', cluster, target }, rest);
}

/** The same world in memory, to somebody who lacks a rule. */
export async function runSimulated(world: World, playbook: Playbook, lacking?: AccessRule): Promise<RunReport> {
  const cluster = openWorld(world, { clock: manualClock(world.now) });
  const reader = lacking === undefined ? cluster.reader : readerWithout(lacking, cluster.reader, world);
  return runOn({ ...cluster, reader }, playbook, world);
}

/**
 * All that a run says about a cluster. Left out: ids that two servers give differently (the uids and versions in
 * changes, compared where a change is made), and why a read failed, which each says in its own words.
 */
export function viewOf({ platform, verdicts, findings }: RunReport) {
  return {
    platform: { ...platform, unread: Object.keys(platform.unread ?? {}).sort() },
    verdicts: Object.fromEntries(verdicts.map(({ check, is, measured }) => [check, { is, measured }])),
    findings: findings.map(({ code, severity, confidence, about, says, causedBy, remedies }) => ({
      code,
      severity,
      confidence,
      about: `${about.kind} ${about.namespace ?? ''}/${about.name}`,
      says,
      causedBy,
      remedies: remedies.map(({ id, allowed, preconditions, steps, touches }) => ({
        id,
        allowed,
        preconditions: preconditions.map(({ asks, holds }) => `${asks} ${holds}`),
        steps: steps.map(({ does }) => does),
        touches,
      })),
    })),
  };
}
