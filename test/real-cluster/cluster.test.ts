import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import { isKubernetes, kubernetesClusters } from '../../src/adapters/kubernetes/clusters.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { Registration } from '../../src/core/registration.ts';
import type { WorldObject } from '../../src/core/world.ts';
import { type Opening, type Setup, showsAtLeast } from '../contracts/cluster/examinee.ts';
import { logs } from '../contracts/cluster/logs.ts';
import { foundation } from '../contracts/cluster/objects.ts';
import type { removing } from '../contracts/cluster/removing.ts';
import { clusterExam } from '../contracts/cluster.ts';
import { accessOf, kubeconfigText } from './control-plane/kubeconfig.ts';
import { until } from './control-plane/processes.ts';
import { startFaultProxy } from './fault-proxy.ts';
import { openTestCluster } from './test-cluster.ts';

const cluster = await openTestCluster();
const { admin, controlPlane, runsPods } = cluster;

/** Controllers write these by themselves, and waiting is enough; a status of ours would only be in their way. */
const written = ['APIService', 'PodDisruptionBudget', ...(runsPods ? ['Node', 'Pod'] : [])];

await load(foundation);

afterAll(async () => {
  if (controlPlane === undefined) for (const object of foundation) await admin.remove(object);
  await admin.close();
});

async function load(objects: readonly WorldObject[]): Promise<void> {
  for (const object of objects) {
    const { status, ...rest } = object;
    await admin.apply([written.includes(object.kind) || status === undefined ? rest : { ...rest, status }]);
  }
  for (const object of objects) {
    const isShown = async (): Promise<boolean> => showsAtLeast(await admin.get(object), object);
    await until(isShown, 30_000, `${object.kind} ${object.metadata.name} did not become what it should be`);
  }
}

/** A node without a kubelet is given up after 40 seconds, and its pods with it, unless somebody says that it lives. */
async function keepNodeAlive(): Promise<void> {
  const now = new Date().toISOString();
  const ready = { type: 'Ready', status: 'True', lastHeartbeatTime: now, lastTransitionTime: now };
  const nodes = foundation.filter(({ kind }) => kind === 'Node');
  await admin.apply(nodes.map((node) => ({ ...node, status: { conditions: [ready] } })));
}

const setup: Setup = async ({ objects, logs }) => {
  const ends: (() => Promise<void>)[] = [];
  if (!runsPods) await keepNodeAlive();
  await load(objects);
  await controlPlane?.writeLogs(logs);
  return {
    open: async (opening) => {
      const { connect, end } = await connectionFor(opening);
      const { mode = 'remediate', pageSize, requestMilliseconds, signal } = opening;
      const registration = Registration.parse({ name: 'exam', mode, connect });
      if (!isKubernetes(registration)) throw new Error('The exam is sat on a real cluster.');
      const clusters = kubernetesClusters(() => [registration], systemClock, {
        ...(pageSize === undefined ? {} : { pageSize }),
        ...(requestMilliseconds === undefined ? {} : { requestMilliseconds }),
      });
      ends.push(async () => clusters.close(), end);
      return clusters.open('exam', { signal });
    },
    close: async () => {
      for (const end of ends) await end();
      // What is in a namespace goes with it; but a pod without a kubelet has to be forced.
      const left = objects.filter(({ kind, metadata }) => metadata.namespace === undefined || kind === 'Pod');
      for (const object of left.toReversed()) await admin.remove(object);
    },
  };
};

/** A kubeconfig of that identity, through a faulty proxy when something is to go wrong on the way. */
async function connectionFor({ identity, faults = [] }: Opening) {
  const kubeconfig = cluster.kubeconfigs[identity];
  if (faults.length === 0) return { connect: { kubeconfig }, end: async () => undefined };
  const proxy = await startFaultProxy(await accessOf(kubeconfig), faults);
  const folder = await mkdtemp(join(tmpdir(), 'cluster-triage-proxy-'));
  const path = join(folder, 'kubeconfig');
  await writeFile(path, kubeconfigText({ server: proxy.server, 'insecure-skip-tls-verify': true }, {}));
  const end = async (): Promise<void> => {
    await proxy.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { connect: { kubeconfig: path }, end };
}

const leftOut = [
  {
    when: controlPlane === undefined,
    reason: 'Somebody else runs this cluster, and its kubelets do not answer the lines of the exam.',
    tests: Object.keys(logs),
  },
  {
    when: !runsPods,
    reason: 'This cluster has no KWOK, and a pod on a pretended node does not end.',
    tests: [
      'deletes exactly the pod that was seen',
      'evicts as many pods as a PodDisruptionBudget allows, and no more',
    ] satisfies (keyof typeof removing)[],
  },
];

clusterExam({ name: 'the adapter of a real Kubernetes API', setup, skip: leftOut.filter(({ when }) => when) });
