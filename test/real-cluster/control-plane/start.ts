import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { controlPlanePrograms, type Programs } from './build.ts';
import { type Certificates, createCertificates, type KeyPair } from './certificates.ts';
import { type AdminClient, adminClient, type Manifest } from './client.ts';
import { type ControlPlane, type Description, type Identity, openControlPlane, untilReady } from './control-plane.ts';
import { accessOf, kubeconfigText } from './kubeconfig.ts';
import { kwokManifests } from './kwok-manifests.ts';
import { freePorts, guard, killAll, requireRunning, start, until } from './processes.ts';
import { etcd, type Files, kubeApiserver, kubeControllerManager, kubeScheduler, kwok, type Ports } from './programs.ts';
import { viewerRole, viewersAre } from './rights.ts';

const nodes = ['node-1', 'node-2', 'node-3'];

/**
 * Starts a control plane of its own: etcd, kube-apiserver, controllers, scheduler, and three nodes played by KWOK.
 * Builds the programs first when this machine has none. Any number can run side by side.
 * @param say gets one sentence per step, with how long it took
 */
export async function startControlPlane(
  say: (sentence: string) => void = (sentence) => process.stderr.write(`${sentence}\n`),
): Promise<ControlPlane> {
  const programs = await controlPlanePrograms(say);
  const began = Date.now();
  const attempts = 3;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const controlPlane = await startOnce(programs);
      say(`Started a control plane at ${controlPlane.server} in ${((Date.now() - began) / 1000).toFixed(1)} s.`);
      return controlPlane;
    } catch (error) {
      // Somebody else took a port between the moment it was found free and the moment it was used.
      const isTaken = error instanceof Error && error.message.includes('address already in use');
      if (!isTaken || attempt === attempts) throw error;
    }
  }
}

async function startOnce(programs: Programs): Promise<ControlPlane> {
  const folder = await mkdtemp(join(tmpdir(), 'cluster-triage-control-plane-'));
  const letGo = await guard(folder);
  try {
    const description = await startPrograms(programs, folder);
    const controlPlane = await openControlPlane(folder);
    await untilNodesAreReady(controlPlane.admin, description);
    return {
      ...controlPlane,
      stop: async () => {
        await controlPlane.stop();
        letGo();
      },
    };
  } catch (error) {
    await killAll(folder);
    letGo();
    throw error;
  }
}

async function startPrograms(programs: Programs, folder: string): Promise<Description> {
  const certificates = await createCertificates(folder);
  const ports = await choosePorts();
  const server = `https://127.0.0.1:${ports.apiserver}`;
  const description: Description = {
    folder,
    server,
    etcd: `http://127.0.0.1:${ports.etcd}`,
    kubeconfigs: await writeKubeconfigs(folder, server, certificates),
    auditLog: join(folder, 'audit.log'),
  };
  const files = await writeFiles(description);
  await start(folder, etcd(programs, folder, ports));
  await start(folder, kubeApiserver(programs, certificates, files, ports));
  const admin = adminClient(await accessOf(description.kubeconfigs.admin));
  try {
    await Promise.race([untilReady(admin), untilOneEnds(folder, ['etcd', 'kube-apiserver'])]);
    await admin.apply([...(await kwokManifests(programs.kwokManifests)), viewerRole, viewers, ...nodes.map(fakeNode)]);
  } finally {
    await admin.close();
  }
  await Promise.all([
    start(folder, kubeControllerManager(programs, certificates, files)),
    start(folder, kubeScheduler(programs, files)),
    start(folder, kwok(programs, certificates, files, ports)),
  ]);
  await writeFile(join(folder, 'control-plane.json'), JSON.stringify(description));
  return description;
}

async function choosePorts(): Promise<Ports> {
  const [first = 0, second = 0, third = 0, fourth = 0] = await freePorts(4);
  return { etcd: first, etcdPeer: second, apiserver: third, kubelet: fourth };
}

/** Never resolves: it is there to lose a race, or to say why a program ended. */
async function untilOneEnds(folder: string, names: readonly string[]): Promise<void> {
  const areRunning = async (): Promise<boolean> => {
    await Promise.all(names.map(async (name) => requireRunning(folder, name)));
    return false;
  };
  await until(areRunning, 90_000, 'kube-apiserver was not ready');
}

async function untilNodesAreReady(admin: AdminClient, { folder }: Description): Promise<void> {
  const areReady = async (): Promise<boolean> => {
    await requireRunning(folder, 'kwok');
    await requireRunning(folder, 'kube-controller-manager');
    const account = await admin.request('GET', '/api/v1/namespaces/default/serviceaccounts/default');
    const { items } = JSON.parse((await admin.request('GET', '/api/v1/nodes')).body) as { items: Node[] };
    const ready = items.filter(isReady);
    return account.status === 200 && ready.length === nodes.length;
  };
  await until(areReady, 60_000, 'The nodes were not ready');
}

type Node = { spec?: { taints?: unknown[] }; status?: { conditions?: { type: string; status: string }[] } };

function isReady({ spec, status }: Node): boolean {
  const ready = status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True');
  return ready === true && (spec?.taints ?? []).length === 0;
}

const viewers = viewersAre({
  apiGroup: 'rbac.authorization.k8s.io',
  kind: 'Group',
  name: 'cluster-triage-tests:viewers',
});

function fakeNode(name: string): Manifest {
  const labels = { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux' };
  const metadata = { name, labels, annotations: { 'kwok.x-k8s.io/node': 'fake' } };
  return { apiVersion: 'v1', kind: 'Node', metadata };
}

const tokens = { viewer: 'token-of-the-viewer', nobody: 'token-of-nobody' };

async function writeFiles({ folder, auditLog, kubeconfigs }: Description): Promise<Files> {
  const files = {
    tokens: join(folder, 'tokens.csv'),
    auditPolicy: join(folder, 'audit-policy.yaml'),
    auditLog,
    kubeconfig: kubeconfigs.admin,
  };
  await writeFile(
    files.tokens,
    `${tokens.viewer},viewer,viewer,"cluster-triage-tests:viewers"\n${tokens.nobody},nobody,nobody\n`,
  );
  const policy = {
    apiVersion: 'audit.k8s.io/v1',
    kind: 'Policy',
    omitStages: ['RequestReceived'],
    // Whether a deletion was a dry run stands in its body and nowhere else.
    rules: [{ level: 'Request', verbs: ['delete'] }, { level: 'Metadata' }],
  };
  await writeFile(files.auditPolicy, stringify(policy));
  return files;
}

async function writeKubeconfigs(folder: string, server: string, { authority, admin }: Certificates) {
  const users: Record<Identity, Record<string, string>> = {
    admin: certificateUser(admin),
    viewer: { token: tokens.viewer },
    nobody: { token: tokens.nobody },
  };
  const cluster = { server, 'certificate-authority': authority.certificate };
  const write = async (identity: Identity): Promise<string> => {
    const path = join(folder, `${identity}.kubeconfig`);
    await writeFile(path, kubeconfigText(cluster, users[identity]));
    return path;
  };
  return { admin: await write('admin'), viewer: await write('viewer'), nobody: await write('nobody') };
}

function certificateUser({ certificate, key }: KeyPair): Record<string, string> {
  return { 'client-certificate': certificate, 'client-key': key };
}
