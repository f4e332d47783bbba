import { mergePatch } from '../../../src/adapters/simulated/merge-patch.ts';
import { propose } from '../../../src/app/propose.ts';
import { triage } from '../../../src/app/triage.ts';
import type { Approved } from '../../../src/core/approval.ts';
import { canonicalJson } from '../../../src/core/canonical-json.ts';
import { type Change, changedObject } from '../../../src/core/change.ts';
import type { Proposal } from '../../../src/core/proposal.ts';
import type { WorldObject } from '../../../src/core/world.ts';
import type { Cluster, ClusterWriter } from '../../../src/ports/cluster.ts';
import { aContext, aJob, houseOf, type TestHouse } from '../../app/house-of.ts';
import { checkOf, loadWorld } from '../../checks/worlds.ts';
import type { AdminClient } from '../control-plane/client.ts';
import type { Mirrored } from './mirror.ts';
import type { Stage } from './stage.ts';
import { takenBy } from './view.ts';

/** What the API server shows of an object right after a change, before any controller has seen it. */
export type Effect = 'being deleted' | 'patched' | 'not as asked for';

export type HouseOnStage = {
  readonly house: TestHouse;
  readonly mirrored: Mirrored;
  readonly effects: readonly Effect[];
};

/** The house of the tests of use-cases, with a real API server that shows the world in place of the simulated one. */
export async function aHouse(stage: Stage, name: string): Promise<HouseOnStage> {
  const mirrored = await stage.show(loadWorld(name));
  const real = await stage.clustersFor(stage.server.access);
  const house = houseOf(name);
  const effects: Effect[] = [];
  const open = async (...asked: Parameters<typeof real.open>): Promise<Cluster> => {
    const cluster = await real.open(...asked);
    return { ...cluster, writer: watched(cluster.writer, stage.server.admin, mirrored, effects) };
  };
  const [check] = house.catalogue.checks.filter(({ id }) => id === checkOf(name));
  if (check === undefined) throw new Error(`There is no check ${checkOf(name)}.`);
  // Asked alone: what else a world may show is for the tests of playbooks.
  const [first] = house.catalogue.playbooks.filter(({ checks }) => checks.includes(check));
  const playbooks = first === undefined ? [] : [{ ...first, checks: [check] }];
  return {
    house: { ...house, catalogue: { ...house.catalogue, playbooks }, clusters: { ...house.clusters, open } },
    mirrored,
    effects,
  };
}

/** Sends each change as it is, looks what it did, and tells those who would answer it in a whole cluster. */
function watched(
  writer: ClusterWriter | undefined,
  admin: AdminClient,
  mirrored: Mirrored,
  effects: Effect[],
): ClusterWriter | undefined {
  if (writer === undefined) return undefined;
  return {
    dryRun: async (change) => writer.dryRun(change),
    apply: async (approved: Approved, step: number) => {
      await writer.apply(approved, step);
      const change = approved.steps[step]?.change;
      if (change === undefined) return;
      effects.push(await effectOf(change, admin));
      await mirrored.wasChanged(change);
    },
  };
}

async function effectOf(change: Change, admin: AdminClient): Promise<Effect> {
  const { apiVersion, plural, namespace, name, uid } = changedObject(change);
  const group = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
  const place = namespace === undefined ? '' : `/namespaces/${namespace}`;
  const part = change.change === 'patch-object' && change.subresource !== undefined ? `/${change.subresource}` : '';
  const { status, body } = await admin.request('GET', `${group}${place}/${plural}/${name}${part}`);
  const found = status === 404 ? undefined : (JSON.parse(body) as WorldObject);
  const isGoing = found === undefined || found.metadata['deletionTimestamp'] !== undefined;
  if (change.change !== 'patch-object')
    return isGoing || found.metadata['uid'] !== uid ? 'being deleted' : 'not as asked for';
  // The last finalizer takes the object with it.
  if (found === undefined) return 'patched';
  return canonicalJson(mergePatch(found, change.patch)) === canonicalJson(found) ? 'patched' : 'not as asked for';
}

/**
 * Triage, and the proposal of one remedy. The house offers the least invasive one of a finding; another one of the
 * same finding is put up for decision by the same use-case, as the house does when the first is not possible.
 */
export async function offered(remedy: string, name: string, house: TestHouse): Promise<Proposal> {
  const [playbook] = house.catalogue.playbooks;
  if (playbook === undefined) throw new Error(`No playbook asks ${checkOf(name)}.`);
  await triage({ ...aJob, playbook: playbook.id, target: takenBy(playbook, loadWorld(name)) }, house, aContext());
  const run = await house.records.run('r1');
  for (const id of run?.proposals ?? []) {
    const proposal = (await house.records.proposal(id))?.proposal;
    if (proposal?.remedy.id === remedy) return proposal;
  }
  const report = run?.report;
  const finding = report?.findings.find(({ remedies }) => remedies.some(({ id }) => id === remedy));
  const chosen = finding?.remedies.find(({ id }) => id === remedy);
  const { reader, writer } = await house.clusters.open('prod-sh');
  if (report === undefined || finding === undefined || chosen === undefined || writer === undefined) {
    throw new Error(`${remedy} is not offered on ${name}: ${JSON.stringify(report?.verdicts)}`);
  }
  const proposal = await propose(finding, chosen, {
    report,
    playbook,
    environment: 'production',
    requestedBy: aJob.requestedBy.id,
    reader,
    writer,
    now: house.clock.now(),
    expiresAfterMilliseconds: 600_000,
  });
  const measured = report.verdicts.find(({ check }) => check === finding.check)?.measured ?? [];
  await house.records.createProposal({ proposal, state: { is: 'offered' }, measured });
  return proposal;
}
