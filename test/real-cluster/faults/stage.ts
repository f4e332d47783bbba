import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kubernetesClusters } from '../../../src/adapters/kubernetes/clusters.ts';
import type { World } from '../../../src/core/world.ts';
import type { Clusters } from '../../../src/ports/cluster.ts';
import { type BareApiServer, startBareApiServer } from '../control-plane/bare.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import { type Access, kubeconfigText } from '../control-plane/kubeconfig.ts';
import { startFarSide } from './far-side.ts';
import { type Front, startFront } from './front.ts';
import { type Mirrored, openMirror } from './mirror.ts';
import { registeredWith } from './registered.ts';

/** A real API server on which one world after another is shown. */
export type Stage = {
  readonly server: BareApiServer;
  /** A world with all that it is shown with. */
  whole(world: World): World;
  /** Shows a world in place of the one before. Throws what the API server finds wrong with it. */
  show(world: World): Promise<Mirrored>;
  /**
   * The world that is shown, as the product's own adapter reads and changes it with an identity: the cluster
   * `prod-sh`. Its clock is the world's.
   */
  clustersFor(identity: Access): Promise<Clusters>;
  close(): Promise<void>;
};

/** Starts an API server of its own. Only where the tests started a control plane of their own, too. */
export async function openStage(controlPlane: ControlPlane | undefined): Promise<Stage> {
  if (controlPlane === undefined) throw new Error('Worlds are shown on an API server of our own only.');
  const folder = await mkdtemp(join(tmpdir(), 'cluster-triage-stage-'));
  const farSide = await startFarSide();
  const server = await startBareApiServer(farSide.socket);
  const mirror = await openMirror(server);
  const fronts = new Map<Access, { readonly front: Front; readonly kubeconfig: string }>();
  const opened: Clusters[] = [];
  let shown: Mirrored | undefined;

  const current = (): Mirrored => {
    if (shown === undefined) throw new Error('No world is shown yet.');
    return shown;
  };
  const frontFor = async (identity: Access) => {
    const known = fronts.get(identity);
    if (known !== undefined) return known;
    const front = await startFront(identity, () => {
      const { world, timeline } = current();
      return { get: world.get, version: world.version, objects: [...timeline.store.objects.values()] };
    });
    const kubeconfig = join(folder, `${fronts.size}.kubeconfig`);
    await writeFile(kubeconfig, kubeconfigText({ server: front.server, 'insecure-skip-tls-verify': true }, {}));
    const made = { front, kubeconfig };
    fronts.set(identity, made);
    return made;
  };

  return {
    server,
    whole: (world) => mirror.whole(world),
    show: async (world) => {
      for (const clusters of opened.splice(0)) await clusters.close();
      shown = await mirror.show(world);
      const { timeline, clock } = shown;
      farSide.serve({ store: timeline.store, now: () => clock.now() }, server.kubelet);
      return shown;
    },
    clustersFor: async (identity) => {
      const { kubeconfig } = await frontFor(identity);
      const registered = registeredWith(kubeconfig);
      const clusters = kubernetesClusters(() => [registered], current().clock);
      opened.push(clusters);
      return clusters;
    },
    close: async () => {
      for (const clusters of opened) await clusters.close();
      for (const { front } of fronts.values()) await front.close();
      await server.stop();
      await farSide.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
