import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kubernetesClusters } from '../../../src/adapters/kubernetes/clusters.ts';
import type { Change } from '../../../src/core/change.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { Cluster, ClusterWriter } from '../../../src/ports/cluster.ts';
import { houseOf, type TestHouse } from '../../app/house-of.ts';
import { checkOf, loadWorld } from '../../checks/worlds.ts';
import { kubeconfigText } from '../control-plane/kubeconfig.ts';
import { startFront } from './front.ts';
import { type Gate, openGate } from './gate.ts';
import { registeredWith } from './registered.ts';
import type { Stage } from './stage.ts';

/** A house that reaches a real API server on a way that can break. */
export type UnsteadyHouse = {
  readonly house: TestHouse;
  readonly gate: Gate;
  /** After how many seconds of the world's time somebody listens again, once the server is away; never unless told. */
  awayFor(seconds: number): void;
  /** The worker ends, as by a crash, when it hears that the next change was made. */
  dieAfterNextChange(): void;
  close(): Promise<void>;
};

const requestMilliseconds = 5000;

/** The house of the tests of use-cases on the API server that shows the world. */
export async function unsteadyHouse(stage: Stage, name: string): Promise<UnsteadyHouse> {
  const mirrored = await stage.show(loadWorld(name));
  const front = await startFront(stage.server.access, () => ({
    get: mirrored.world.get,
    version: mirrored.world.version,
    objects: [...mirrored.timeline.store.objects.values()],
  }));
  let sent: Change | undefined;
  const gate = await openGate(front.server, async () => {
    if (sent !== undefined) await mirrored.wasChanged(sent);
  });

  let backAfterSeconds = Infinity;
  let awaySince: number | undefined;
  const clock: Clock = {
    now: () => mirrored.clock.now(),
    sleep: async (milliseconds, signal) => {
      await mirrored.clock.sleep(milliseconds, signal);
      const now = mirrored.clock.now().getTime();
      if (gate.isOpen()) return;
      awaySince ??= now - milliseconds;
      if (now - awaySince >= backAfterSeconds * 1000) await gate.open();
    },
  };

  const folder = await mkdtemp(join(tmpdir(), 'cluster-triage-unsteady-'));
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, kubeconfigText({ server: gate.server, 'insecure-skip-tls-verify': true }, {}));
  const registered = registeredWith(kubeconfig);
  const real = kubernetesClusters(() => [registered], clock, { requestMilliseconds });

  let dies = false;
  const tracked = (writer: ClusterWriter): ClusterWriter => ({
    dryRun: async (change) => writer.dryRun(change),
    apply: async (approved, step) => {
      sent = approved.steps[step]?.change;
      await writer.apply(approved, step);
      if (!dies) return;
      dies = false;
      throw new Error('the worker died');
    },
  });
  const open = async (...asked: Parameters<typeof real.open>): Promise<Cluster> => {
    const cluster = await real.open(...asked);
    return { ...cluster, writer: cluster.writer === undefined ? undefined : tracked(cluster.writer) };
  };

  const house = houseOf(name);
  const [check] = house.catalogue.checks.filter(({ id }) => id === checkOf(name));
  const [playbook] = house.catalogue.playbooks.filter(({ checks }) => check !== undefined && checks.includes(check));
  if (check === undefined || playbook === undefined) throw new Error(`No playbook asks ${checkOf(name)}.`);
  const catalogue = { ...house.catalogue, playbooks: [{ ...playbook, checks: [check] }] };
  return {
    house: { ...house, catalogue, clusters: { ...house.clusters, open } },
    gate,
    awayFor: (seconds) => {
      backAfterSeconds = seconds;
    },
    dieAfterNextChange: () => {
      dies = true;
    },
    close: async () => {
      await real.close();
      await gate.close();
      await front.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
